//! The root key: the one secret that is never in the database or its backups.
//!
//! Every other key is a row, wrapped under this one. Who has the rows and not the
//! root key has nothing; who loses the root key has lost the blocklist. So it can be
//! printed for a safe ([`RootKey::export`]) and typed back.

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::framing::{Seed, derive, hex, hmac, mac};
use super::random;

/// What a key file begins with; the number is the format's.
const HEADER: &str = "nejtack-root-key-1";
/// More than any key file with comments; another file is not read to its end.
const LONGEST_FILE: u64 = 16 * 1024;

/// 32 random bytes under which every stored key is wrapped.
pub struct RootKey(Seed);

/// A root key that was read, and what is to be said about its file.
#[derive(Debug)]
pub struct Loaded {
    /// The key.
    pub key: RootKey,
    /// Set when others than the owner can open the file. `Display` says what to do.
    pub warning: Option<OpenToOthers>,
}

/// The file's permissions let others than its owner open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenToOthers {
    /// The file.
    pub path: PathBuf,
    /// Its permission bits.
    pub mode: u32,
}

/// Why there is no root key. `Display` names the file and says what to do.
#[derive(Debug)]
pub enum RootKeyError {
    /// There is no such file.
    Missing(PathBuf),
    /// The file is there and cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// The file is no root key, or not all of one; the text says what is wrong.
    Malformed(PathBuf, &'static str),
    /// A file is there already; a root key is never overwritten.
    Exists(PathBuf),
    /// The file could not be written durably.
    Unwritable(PathBuf, std::io::Error),
}

impl RootKey {
    /// A new key, in memory only.
    #[must_use]
    pub fn generate() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// Reads a key file: what `create` wrote, or what `export` printed, with any
    /// spaces, line ends and capitals, and lines beginning with `#` left out.
    ///
    /// # Errors
    /// `Missing`, `Unreadable` or `Malformed`.
    pub fn read(path: &Path) -> Result<Loaded, RootKeyError> {
        let unreadable = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => RootKeyError::Missing(path.into()),
            _ => RootKeyError::Unreadable(path.into(), error),
        };
        let file = File::open(path).map_err(unreadable)?;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
        // All at once, so that growing leaves no copies behind.
        let mut text = Zeroizing::new(Vec::with_capacity(LONGEST_FILE as usize + 1));
        file.take(LONGEST_FILE + 1).read_to_end(&mut text).map_err(unreadable)?;
        let key = parse(&text).map_err(|what| RootKeyError::Malformed(path.into(), what))?;
        // systemd keeps credentials in a folder that only the unit can enter, and shows
        // its access list as group permissions (systemd.exec(5), "Credentials").
        let open = mode & 0o077 != 0 && !path.starts_with("/run/credentials");
        Ok(Loaded { key, warning: open.then(|| OpenToOthers { path: path.into(), mode }) })
    }

    /// Makes a new key and its file: 0600, on the disk before this returns, there
    /// whole or not at all, and never in place of another file.
    ///
    /// # Errors
    /// `Exists` or `Unwritable`.
    pub fn create(path: &Path) -> Result<Self, RootKeyError> {
        let key = Self::generate();
        let unwritable = |error: std::io::Error| match error.kind() {
            ErrorKind::AlreadyExists => RootKeyError::Exists(path.into()),
            _ => RootKeyError::Unwritable(path.into(), error),
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let (digits, check) = key.digits();
        let line = Zeroizing::new(format!("{HEADER} {} check {check}\n", digits.as_str()));
        let mut file = tempfile::Builder::new()
            .prefix(".root-key-")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder)
            .map_err(unwritable)?;
        file.write_all(line.as_bytes()).map_err(unwritable)?;
        file.as_file().sync_all().map_err(unwritable)?;
        file.persist_noclobber(path).map_err(|error| unwritable(error.error))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
        Ok(key)
    }

    /// A public fingerprint, 16 hex digits: tells which root key a backup needs.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&self.id_bytes())
    }

    /// The key as text to print for a safe; written into a file, `read` reads it.
    #[must_use]
    pub fn export(&self) -> Zeroizing<String> {
        let (digits, check) = self.digits();
        let mut text = Zeroizing::new(String::with_capacity(512));
        text.push_str("# The root key of a Nejtack instance, id ");
        text.push_str(&self.id());
        text.push_str(".\n# Without it nothing in the blocklist can be read. Keep it in a safe.\n");
        text.push_str(HEADER);
        for (group, start) in (0..digits.len()).step_by(4).enumerate() {
            text.push(if group % 4 == 0 { '\n' } else { ' ' });
            text.push_str(&digits[start..start + 4]);
        }
        text.push_str("\ncheck ");
        text.push_str(&check);
        text.push('\n');
        text
    }

    /// `id` before it is written out.
    pub(super) fn id_bytes(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = mac(&hmac(&self.0), &[b"nejtack root key id"]);
        [a, b, c, d, e, f, g, h]
    }

    /// A subkey for one use.
    pub(super) fn derive(&self, purpose: &[&[u8]]) -> Seed {
        derive(&self.0, purpose)
    }

    fn digits(&self) -> (Zeroizing<String>, String) {
        (Zeroizing::new(hex(self.0.as_slice())), hex(&checksum(&self.0)))
    }
}

/// Tells a mistyped or cut key from a foreign one; protects nothing.
fn checksum(key: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] =
        <[u8; 32]>::from(Sha256::new_with_prefix(HEADER).chain_update(key).finalize());
    [a, b, c, d]
}

/// Reads the text of a key file. The error says what is wrong, never what it holds.
fn parse(text: &[u8]) -> Result<RootKey, &'static str> {
    const FOREIGN: &str = "it is not a Nejtack root key";
    if text.len() as u64 > LONGEST_FILE {
        return Err(FOREIGN);
    }
    let text = std::str::from_utf8(text).map_err(|_| FOREIGN)?.trim_start_matches('\u{feff}');
    let mut words = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(str::split_whitespace);
    match words.next() {
        None => return Err("it is empty"),
        Some(word) if word.eq_ignore_ascii_case(HEADER) => {}
        Some(word) if word.starts_with("nejtack-root-key-") => {
            return Err("it is of another version of the format than this program knows");
        }
        Some(_) => return Err(FOREIGN),
    }
    let mut key = Seed::default();
    let before_check = words.by_ref().take_while(|word| !word.eq_ignore_ascii_case("check"));
    fill(key.as_mut_slice(), before_check)?;
    let mut check = [0; 4];
    fill(&mut check, words)?;
    if check != checksum(&key) {
        return Err("its check digits do not fit the key: a digit is wrong, or two are swapped");
    }
    Ok(RootKey(key))
}

/// Reads exactly this many bytes of hex.
fn fill<'a>(bytes: &mut [u8], words: impl Iterator<Item = &'a str>) -> Result<(), &'static str> {
    let mut count = 0;
    for digit in words.flat_map(str::chars) {
        let Some(value) = digit.to_digit(16) else {
            return Err("it has a character that is none of 0-9 and a-f");
        };
        let Some(byte) = bytes.get_mut(count / 2) else {
            return Err("it has more digits than a key has");
        };
        *byte = *byte << 4 | value as u8;
        count += 1;
    }
    if count == bytes.len() * 2 { Ok(()) } else { Err("it is cut short") }
}

impl std::fmt::Debug for RootKey {
    /// Its public id alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RootKey").field(&self.id()).finish()
    }
}

impl std::fmt::Display for OpenToOthers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (path, mode) = (self.path.display(), self.mode);
        write!(f, "others than its owner may open the root key {path} (mode {mode:04o}): ")?;
        write!(f, "run `chmod 600 {path}`")
    }
}

impl std::fmt::Display for RootKeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(path) => write!(
                f,
                "there is no root key at {}: put this instance's root key there (from the safe, \
                 or from the old machine), or name its file with --root-key-file",
                path.display()
            ),
            Self::Unreadable(path, error) => write!(
                f,
                "the root key {} cannot be read ({error}): let the user that runs nejtack own it, \
                 with mode 0600",
                path.display()
            ),
            Self::Malformed(path, what) => write!(
                f,
                "{} is no usable root key: {what}; compare it with the printed copy, or restore \
                 the file",
                path.display()
            ),
            Self::Exists(path) => write!(
                f,
                "there is a file at {} already, and a root key is never overwritten: move it away \
                 if it is not needed",
                path.display()
            ),
            Self::Unwritable(path, error) => write!(
                f,
                "the root key {} could not be written ({error}): see that its folder exists, may \
                 be written to and has room",
                path.display()
            ),
        }
    }
}

impl std::error::Error for RootKeyError {}
