//! `nejtack openapi`.

use super::failure::Outcome;
use super::out;

/// Prints the document that `/openapi.json` answers.
pub(super) fn run() -> Outcome {
    out::line(crate::http::openapi::document().trim_end())
}
