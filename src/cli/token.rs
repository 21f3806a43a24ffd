//! `nejtack token`.

use super::failure::Outcome;
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::Token;

/// Prints an access token of a client, alone on its line, for `$(nejtack token …)`.
pub(super) fn run(options: &Token) -> Outcome {
    let asking = &options.asking;
    let path = ["v1", "clients", &options.client, "tokens"];
    let answer = instance::with_url(asking, Need::Read, options.public_url.as_deref(), |api| {
        api.post_nothing(&path)
    })?;
    if asking.json {
        return out::json(&answer);
    }
    out::line(out::cell(&answer["access_token"]))
}
