//! Sealing: originals at rest.
//!
//! What was posted about a person is sealed under a key of its record, and that key
//! under the data key: destroying the wrapped record key shreds the originals, in
//! the rows and, in time, in the backups. Record, field and format go under the
//! authenticator, so that nothing sealed can be passed off as something else.

use super::aead::Cipher;
use super::framing::{Seed, derive, frame};
use super::keyring::Keyring;
use super::random;

/// The format of everything sealed here; its first byte.
const FORMAT: u8 = 1;

/// The key of one record's originals.
pub struct RecordKey(Cipher);

/// A record key as it is stored. Destroying it shreds the record's originals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedRecordKey {
    /// The version of the data key that it is wrapped under.
    pub data_key_version: i32,
    /// The key under the data key.
    pub wrapped: Vec<u8>,
}

/// One version of the data key, by what it does.
pub(super) struct DataKey {
    record_keys: Cipher,
    direct: Cipher,
    pub(super) links: Cipher,
}

impl DataKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let subkey = |purpose: &[u8]| Cipher::new(&derive(key, &[purpose]));
        Self {
            record_keys: subkey(b"record keys"),
            direct: subkey(b"direct"),
            links: subkey(b"unsubscribe links"),
        }
    }
}

/// Why something does not unseal. Says nothing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsealError {
    /// Sealed under a version of the data key that this keyring does not have.
    UnknownKeyVersion(i32),
    /// Altered, cut, of another record or field, or not sealed at all.
    Refused,
}

impl RecordKey {
    /// Seals one field of a record. Sealing twice gives two different results.
    #[must_use]
    pub fn seal(&self, record: &[u8; 16], field: &str, plain: &[u8]) -> Vec<u8> {
        self.0.seal_after(vec![FORMAT], &field_aad(record, field), plain)
    }

    /// Opens what `seal` made for the same record and field.
    ///
    /// # Errors
    /// `Refused`.
    pub fn unseal(
        &self,
        record: &[u8; 16],
        field: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, UnsealError> {
        let sealed = sealed.strip_prefix(&[FORMAT]).ok_or(UnsealError::Refused)?;
        self.0.open(&field_aad(record, field), sealed).ok_or(UnsealError::Refused)
    }
}

impl Keyring {
    /// A new key for a record's originals, and its stored form.
    #[must_use]
    pub fn new_record_key(&self, record: &[u8; 16]) -> (RecordKey, WrappedRecordKey) {
        let (version, data) = self.data.current();
        let key = Seed::new(random::bytes());
        let aad = record_key_aad(record, version);
        let wrapped = data.record_keys.seal_after(vec![FORMAT], &aad, key.as_slice());
        (RecordKey(Cipher::new(&key)), WrappedRecordKey { data_key_version: version, wrapped })
    }

    /// The key of a record from its stored form.
    ///
    /// # Errors
    /// `UnknownKeyVersion`, or `Refused` when it is not this record's key.
    pub fn open_record_key(
        &self,
        record: &[u8; 16],
        key: &WrappedRecordKey,
    ) -> Result<RecordKey, UnsealError> {
        let version = key.data_key_version;
        let data = self.data.get(version).ok_or(UnsealError::UnknownKeyVersion(version))?;
        let key = key
            .wrapped
            .strip_prefix(&[FORMAT])
            .and_then(|sealed| data.record_keys.open(&record_key_aad(record, version), sealed))
            .map(zeroize::Zeroizing::new)
            .ok_or(UnsealError::Refused)?;
        let key = Seed::new(key.as_slice().try_into().map_err(|_| UnsealError::Refused)?);
        Ok(RecordKey(Cipher::new(&key)))
    }

    /// Seals directly under the data key, for what is short-lived and has no record
    /// (stored answers). `context` is a constant of the caller's; `aad` binds the
    /// result to its place, such as a row's key.
    #[must_use]
    pub fn seal(&self, context: &str, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let (version, data) = self.data.current();
        let mut head = vec![FORMAT];
        head.extend_from_slice(&version.to_be_bytes());
        data.direct.seal_after(head, &direct_aad(context, aad, version), plain)
    }

    /// Opens what `seal` made with the same context and `aad`.
    ///
    /// # Errors
    /// `UnknownKeyVersion` or `Refused`.
    pub fn unseal(&self, context: &str, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, UnsealError> {
        let (version, sealed) = sealed
            .strip_prefix(&[FORMAT])
            .and_then(<[u8]>::split_first_chunk::<4>)
            .ok_or(UnsealError::Refused)?;
        let version = i32::from_be_bytes(*version);
        let data = self.data.get(version).ok_or(UnsealError::UnknownKeyVersion(version))?;
        data.direct.open(&direct_aad(context, aad, version), sealed).ok_or(UnsealError::Refused)
    }
}

fn field_aad(record: &[u8; 16], field: &str) -> Vec<u8> {
    frame(&[b"field", record, field.as_bytes(), &[FORMAT]])
}

fn record_key_aad(record: &[u8; 16], version: i32) -> Vec<u8> {
    frame(&[b"record key", record, &version.to_be_bytes(), &[FORMAT]])
}

fn direct_aad(context: &str, aad: &[u8], version: i32) -> Vec<u8> {
    frame(&[b"direct", context.as_bytes(), aad, &version.to_be_bytes(), &[FORMAT]])
}

impl std::fmt::Debug for RecordKey {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordKey").finish_non_exhaustive()
    }
}

impl std::fmt::Display for UnsealError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownKeyVersion(version) => {
                write!(f, "sealed under version {version} of the data key, which is not here")
            }
            Self::Refused => {
                f.write_str("what is stored sealed was altered, or is not in its place")
            }
        }
    }
}

impl std::error::Error for UnsealError {}
