//! `nejtack openapi`.

use super::failure::{Failure, Outcome};
use super::out;

/// Prints the document that `/openapi.json` answers.
pub(super) fn run() -> Outcome {
    let document = serde_json::to_string_pretty(&crate::http::openapi::document())
        .map_err(|error| Failure::refused(format!("the document could not be written: {error}")))?;
    out::line(document)
}
