//! Who is asking, and whether they may: settled before a body is read.

pub(crate) mod scopes;

use super::problem::{Problem, kinds};
use super::state::State;
use super::throttle;
use crate::app::access;
use crate::app::caller::Caller;
use crate::app::refusal::Code;
use crate::domain::account::is_account_name;
use crate::domain::client::{Client, Role};
use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use scopes::ScopeSet;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

/// Marks a connection over the data folder's own socket.
pub(crate) struct Local;

/// The client behind a request, for the log line.
pub(crate) struct Asked(pub(crate) Arc<Client>);

/// A caller that holds one of the scopes of `S`.
///
/// The first extractor of every handler: it is ready at once, so 401 and 403
/// come before anything is said of the body.
pub(crate) struct Allowed<S> {
    caller: Caller,
    scopes: PhantomData<S>,
}

impl<S> std::ops::Deref for Allowed<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: ScopeSet> FromRequest for Allowed<S> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            allow(request, S::SCOPES, S::LOCAL_ONLY)
                .map(|caller| Self { caller, scopes: PhantomData }),
        )
    }
}

fn allow(
    request: &HttpRequest,
    any_of: &[crate::domain::client::Scope],
    local_only: bool,
) -> Result<Caller, Problem> {
    let state =
        request.app_data::<web::Data<State>>().ok_or_else(|| Problem::of(&kinds::INTERNAL))?;
    let actor = actor(request);
    let caller = identify(request, state, actor.clone().unwrap_or_default())?;
    request.extensions_mut().insert(Asked(Arc::clone(&caller.client)));
    caller.require(any_of)?;
    if local_only && !caller.local {
        return Err(Problem::of(&kinds::LOCAL_ONLY));
    }
    if actor.is_err() || (actor == Ok(None) && caller.client.role == Role::Staff && !caller.local) {
        return Err(Problem::of(&kinds::ACTOR_REQUIRED));
    }
    Ok(caller)
}

fn identify(
    request: &HttpRequest,
    state: &State,
    actor: Option<String>,
) -> Result<Caller, Problem> {
    let token = match bearer(request) {
        Some(token) => token?,
        None if request.conn_data::<Local>().is_some() => return Ok(Caller::operator(actor)),
        None => return Err(Problem::unauthorized(false)),
    };
    access::bearer(&state.app, token, actor).map_err(|refusal| {
        if refusal.code != Code::Unauthorized {
            return refusal.into();
        }
        let source = throttle::source(request, state);
        match source.and_then(|address| state.throttle.failed(address)) {
            Some(wait) => Problem::of(&kinds::TOO_MANY_ATTEMPTS).retry_after(wait),
            None => Problem::unauthorized(true),
        }
    })
}

/// The bearer token (RFC 6750 §2.1); `None` without an Authorization header.
fn bearer(request: &HttpRequest) -> Option<Result<&str, Problem>> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let first = headers.next()?;
    if headers.next().is_some() {
        return Some(Err(Problem::unauthorized(true)));
    }
    let token = first.to_str().ok().and_then(|value| {
        let (scheme, token) = value.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    Some(token.ok_or_else(|| Problem::unauthorized(true)))
}

/// The acting person's account name (`X-Actor`); `Err` when it is not one.
fn actor(request: &HttpRequest) -> Result<Option<String>, ()> {
    let mut headers = request.headers().get_all("x-actor");
    let Some(first) = headers.next() else { return Ok(None) };
    let name = first.to_str().map_err(drop)?.trim();
    if name.is_empty() {
        return Ok(None);
    }
    if headers.next().is_some() || !is_account_name(name) {
        return Err(());
    }
    Ok(Some(name.to_owned()))
}
