//! Results that wait in a file. The file has no name, and what is in it is sealed
//! under a key that lives only in memory: a disk that is looked at later tells
//! nothing (references and pointers can be personal data).

use crate::crypto::random;
use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use std::fs::File;
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

/// So much is sealed at once.
const FRAME: usize = 128 * 1024;
/// Before each frame comes its length.
const LENGTH: u64 = 4;

/// A spool under way.
pub struct Spool(Content);

/// A spool that is read back. Each clone reads for itself, from where it is.
#[derive(Clone)]
pub struct Spooled {
    content: Arc<Content>,
    next: u64,
    offset: u64,
}

struct Content {
    cipher: XChaCha20Poly1305,
    file: Option<File>,
    open: Vec<u8>,
    sealed: u64,
    bytes: u64,
}

impl Default for Spool {
    fn default() -> Self {
        Self::new()
    }
}

impl Spool {
    /// An empty spool. It makes no file before it needs one.
    #[must_use]
    pub fn new() -> Self {
        let key = zeroize::Zeroizing::new(random::bytes::<32>());
        let cipher = XChaCha20Poly1305::new((&*key).into());
        Self(Content { cipher, file: None, open: Vec::new(), sealed: 0, bytes: 0 })
    }

    /// Adds to the end; `true` when it is time for [`Spool::settle`].
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        self.0.open.extend_from_slice(bytes);
        self.0.bytes += bytes.len() as u64;
        self.0.open.len() >= FRAME
    }

    /// Writes to the file what has gathered in memory. May wait for the disk.
    ///
    /// # Errors
    /// What the system says: the disk is full.
    pub fn settle(mut self) -> std::io::Result<Self> {
        let Content { cipher, file, open, sealed, .. } = &mut self.0;
        let done = cipher.encrypt_in_place(&nonce(*sealed), b"", open);
        done.map_err(|_| Error::new(ErrorKind::InvalidData, "not sealed"))?;
        let length = u32::try_from(open.len()).map_err(Error::other)?;
        let file = match file.take() {
            Some(own) => file.insert(own),
            None => file.insert(tempfile::tempfile()?),
        };
        file.write_all(&length.to_le_bytes())?;
        file.write_all(open)?;
        *sealed += 1;
        open.clear();
        Ok(self)
    }

    /// Turns to the beginning.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_back(self) -> std::io::Result<Spooled> {
        Ok(Spooled { content: Arc::new(self.0), next: 0, offset: 0 })
    }
}

impl Spooled {
    /// How many bytes were put in.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.content.bytes
    }

    /// The next part; empty at the end. May wait for the disk.
    ///
    /// # Errors
    /// What the system says, or that the file is not what was written.
    pub fn next(mut self) -> std::io::Result<(Vec<u8>, Self)> {
        let content = &*self.content;
        if self.next >= content.sealed {
            // What never went to the file comes last, and once.
            let last = if self.next == content.sealed { content.open.clone() } else { Vec::new() };
            self.next += 1;
            return Ok((last, self));
        }
        let file = content.file.as_ref().ok_or(ErrorKind::UnexpectedEof)?;
        let mut length = [0; LENGTH as usize];
        file.read_exact_at(&mut length, self.offset)?;
        let length = u32::from_le_bytes(length);
        let mut part = vec![0; length as usize];
        file.read_exact_at(&mut part, self.offset + LENGTH)?;
        let opened = content.cipher.decrypt_in_place(&nonce(self.next), b"", &mut part);
        opened.map_err(|_| Error::new(ErrorKind::InvalidData, "altered"))?;
        self.next += 1;
        self.offset += LENGTH + u64::from(length);
        Ok((part, self))
    }
}

/// The key is used for this file alone, so a frame's number is nonce enough, and
/// holds the frames in order.
fn nonce(number: u64) -> XNonce {
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    nonce.into()
}
