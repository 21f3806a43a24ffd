//! `nejtack token`.

use super::failure::Outcome;
use super::instance::{self, Need};
use super::out;
use crate::config::Token;

/// Prints an access token of a client, alone on its line, for `$(nejtack token …)`.
pub(super) fn run(options: &Token) -> Outcome {
    let place = &options.place;
    let path = ["v1", "clients", &options.client, "tokens"];
    let answer = instance::with(place, Need::Read, |api| api.post_nothing(&path))?;
    if place.json {
        return out::json(&answer);
    }
    out::line(out::cell(&answer["access_token"]))
}
