//! The root key: the one secret that is never in the database.
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// 32 random bytes under which every stored key is wrapped.
pub struct RootKey(Zeroizing<[u8; 32]>);

/// A root key that was read, and what is to be said about its file.
pub struct Loaded {
    /// The key.
    pub key: RootKey,
    /// Set when others than the owner can open the file.
    pub warning: Option<OpenToOthers>,
}

/// The file's permissions let others than its owner open it. `Display` says what to do.
#[derive(Debug)]
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
        todo!()
    }
    /// Reads a key file: what `create` wrote, or what `export` printed.
    pub fn read(path: &Path) -> Result<Loaded, RootKeyError> {
        todo!()
    }
    /// Makes a new key and its file (0600, durable, never over another).
    pub fn create(path: &Path) -> Result<Self, RootKeyError> {
        todo!()
    }
    /// A public fingerprint, 16 hex digits.
    #[must_use]
    pub fn id(&self) -> String {
        todo!()
    }
    /// The key as text to print for a safe; written into a file, `read` reads it.
    #[must_use]
    pub fn export(&self) -> Zeroizing<String> {
        todo!()
    }
}
