//! The system's randomness, and what is made of it alone.

use uuid::Uuid;

use crate::domain::Time;

/// `N` random bytes from the operating system.
///
/// # Panics
/// When the system has no randomness to give: nothing here may go on without it.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A new id: a UUIDv7 (RFC 9562 §5.7) of this moment, with 74 random bits.
#[must_use]
pub fn uuid_v7(time: Time) -> Uuid {
    let milliseconds = u64::try_from(time.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes()).into_uuid()
}
