//! A look-up's JSON by itself, in and out, for the micro-benchmarks: the types that
//! the routes read and write are theirs alone.

use super::look_up::LookUp;
use super::parts::FoundBody;
use crate::app::look_up::Found;
use crate::app::refusal::Refusal;
use crate::domain::person::Person;
use crate::http::explain;

/// The person of a look-up's body.
///
/// # Errors
/// What is wrong with the body.
pub fn body(json: &[u8]) -> Result<Person, Refusal> {
    explain::read::<LookUp>(json).map(|body| body.person.into())
}

/// An answer's JSON, without `as_of`.
#[must_use]
pub fn answer(found: Found) -> Vec<u8> {
    serde_json::to_vec(&FoundBody::from(found)).unwrap_or_default()
}
