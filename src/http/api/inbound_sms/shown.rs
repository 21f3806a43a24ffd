//! What a webhook shows instead of an access token, and what follows where it is wrong.

use super::super::super::auth::Asked;
use super::super::super::problem::{Problem, kinds};
use super::super::super::state::State;
use super::super::super::throttle;
use crate::app::Caller;
use crate::app::refusal::{Code, Refusal};
use actix_web::{HttpMessage as _, HttpRequest};
use std::sync::Arc;

/// The gateway that has shown itself. Those who try secrets are slowed down, as with
/// tokens; right ones always get through.
pub(super) fn gateway(
    request: &HttpRequest,
    state: &State,
    shown: Result<Caller, Refusal>,
) -> Result<Caller, Problem> {
    let refusal = match shown {
        Ok(caller) => {
            request.extensions_mut().insert(Asked(Arc::clone(&caller.client)));
            return Ok(caller);
        }
        Err(refusal) => refusal,
    };
    let wrong = matches!(refusal.code, Code::Unauthorized | Code::SignatureInvalid);
    let source = throttle::source(request, state).filter(|_| wrong);
    Err(match source.and_then(|address| state.throttle.failed(address)) {
        Some(wait) => Problem::of(&kinds::TOO_MANY_ATTEMPTS).retry_after(wait),
        None if refusal.code == Code::Unauthorized => Problem::unauthorized_basic(),
        None => refusal.into(),
    })
}
