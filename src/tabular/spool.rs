//! Results that wait in a file. The file has no name, and what is in it is sealed
//! under a key that lives only in memory: a disk that is looked at later tells
//! nothing (references and pointers can be personal data).

use crate::crypto::random;
use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Seek as _, Write as _};

/// So much is sealed at once.
const FRAME: usize = 64 * 1024;

/// A spool under way.
pub struct Spool {
    cipher: XChaCha20Poly1305,
    file: Option<File>,
    open: Vec<u8>,
    sealed: u64,
}

/// A spool that is read back, from its beginning.
pub struct Spooled {
    spool: Spool,
    next: u64,
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
        Self { cipher, file: None, open: Vec::new(), sealed: 0 }
    }

    /// Adds to the end; `true` when it is time for [`Spool::settle`].
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        self.open.extend_from_slice(bytes);
        self.open.len() >= FRAME
    }

    /// Writes to the file what has gathered in memory. May wait for the disk.
    ///
    /// # Errors
    /// What the system says: the disk is full.
    pub fn settle(mut self) -> std::io::Result<Self> {
        let plain = std::mem::take(&mut self.open);
        let sealed = self.cipher.encrypt(&nonce(self.sealed), plain.as_slice());
        let sealed = sealed.map_err(|_| Error::new(ErrorKind::InvalidData, "not sealed"))?;
        let length = u32::try_from(sealed.len()).map_err(Error::other)?;
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        let file = self.file.insert(file);
        file.write_all(&length.to_le_bytes())?;
        file.write_all(&sealed)?;
        self.sealed += 1;
        self.open = plain;
        self.open.clear();
        Ok(self)
    }

    /// Turns to the beginning.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_back(mut self) -> std::io::Result<Spooled> {
        if let Some(file) = &mut self.file {
            file.rewind()?;
        }
        Ok(Spooled { spool: self, next: 0 })
    }
}

impl Spooled {
    /// The next part; empty at the end. May wait for the disk.
    ///
    /// # Errors
    /// What the system says, or that the file is not what was written.
    pub fn next(mut self) -> std::io::Result<(Vec<u8>, Self)> {
        if self.next == self.spool.sealed {
            let rest = std::mem::take(&mut self.spool.open);
            return Ok((rest, self));
        }
        let Some(file) = &mut self.spool.file else {
            return Err(ErrorKind::UnexpectedEof.into());
        };
        let mut length = [0; 4];
        file.read_exact(&mut length)?;
        let mut sealed = vec![0; u32::from_le_bytes(length) as usize];
        file.read_exact(&mut sealed)?;
        let plain = self.spool.cipher.decrypt(&nonce(self.next), sealed.as_slice());
        self.next += 1;
        Ok((plain.map_err(|_| Error::new(ErrorKind::InvalidData, "altered"))?, self))
    }
}

/// The key is used for this file alone, so a frame's number is nonce enough, and
/// holds the frames in order.
fn nonce(number: u64) -> XNonce {
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    nonce.into()
}
