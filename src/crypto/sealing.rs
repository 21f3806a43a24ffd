//! Sealing: originals at rest.
use super::keyring::Keyring;

/// The key of one record's originals. Destroying its wrapped form shreds them.
pub struct RecordKey {}
/// A record key as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedRecordKey {
    /// The version of the data key it is wrapped under.
    pub data_key_version: i32,
    /// The key under the data key.
    pub wrapped: Vec<u8>,
}
/// Why something does not unseal. Says nothing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsealError {
    /// Sealed under a version of the data key that this keyring has not.
    UnknownKeyVersion(i32),
    /// Altered, cut, of another record or field, or not sealed at all.
    Refused,
}
impl RecordKey {
    /// Seals one field of a record.
    #[must_use]
    pub fn seal(&self, record: &[u8; 16], field: &str, plain: &[u8]) -> Vec<u8> {
        todo!()
    }
    /// Opens what `seal` made for the same record and field.
    pub fn unseal(
        &self,
        record: &[u8; 16],
        field: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, UnsealError> {
        todo!()
    }
}
impl Keyring {
    /// A new key for a record's originals, and its stored form.
    #[must_use]
    pub fn new_record_key(&self, record: &[u8; 16]) -> (RecordKey, WrappedRecordKey) {
        todo!()
    }
    /// The key of a record from its stored form.
    pub fn open_record_key(
        &self,
        record: &[u8; 16],
        key: &WrappedRecordKey,
    ) -> Result<RecordKey, UnsealError> {
        todo!()
    }
    /// Seals directly under the data key, for short-lived things (stored answers).
    #[must_use]
    pub fn seal(&self, context: &str, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        todo!()
    }
    /// Opens what `seal` made with the same context and `aad`.
    pub fn unseal(&self, context: &str, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, UnsealError> {
        todo!()
    }
}
