//! `change_client`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::words::ScopeWord;
use super::list::ClientBody;
use crate::app::clients::{self as app, ClientChange};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is to be different about a client. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientChange)]
pub(crate) struct ChangeClient {
    /// The controllers and groups it acts for from now on, by slug or id: all of them.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// Every scope that it holds from now on, the usual ones of its role included: give fewer to
    /// narrow it.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["lookups:decide", "links:create"]))]
    scopes: Vec<ScopeWord>,
    /// Identifiers it may ask about in a day (UTC).
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 100_000)]
    quota_per_day: Option<u32>,
    /// `true`: it may ask without a bound.
    #[serde(default, deserialize_with = "absent::or_default")]
    #[schema(example = false)]
    no_quota: bool,
}

impl Posted for ChangeClient {}

/// Change what a client may do, and for whom
///
/// What is taken away counts at once, also with the tokens it holds; a scope that is added comes
/// with its next token. Name, role and secret stay.
///
/// Where it gets another controller, the changes that it has read past are not told again: let it
/// read `/v1/changes` from the beginning, or screen.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(("client_id" = String, Path, description = "The client", example = "utskick"), RecordingQuery),
    request_body(content = ChangeClient, description = "At most 64 KiB.", example = json!({
        "scopes": ["lookups:decide", "screenings:run", "changes:read", "links:create", "lookups:explain"]})),
    responses((status = 201, description = "As it is from now on.", body = ClientBody, example = json!({
        "client_id": "utskick", "role": "marketing-tool",
        "scopes": ["changes:read", "links:create", "lookups:decide", "lookups:explain", "screenings:run"],
        "controllers": ["tandgruppen"], "organisation_number": null, "quota_per_day": null, "disabled": false,
        "authentication": ["client_secret"], "static_keys": [], "sms": null}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/clients/{client_id}/changes")]
pub(crate) async fn change_client(
    caller: Allowed<ManageClients>,
    client_id: Name,
    recording: Recording,
    body: Body<ChangeClient>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let changed = app::change_client(&state.app, envelope, &client_id.0, body.value.into()).await?;
    Ok(recording.answer(None, &ClientBody::from(changed.value)))
}

impl From<ChangeClient> for ClientChange {
    fn from(form: ChangeClient) -> Self {
        Self {
            controllers: form.controllers,
            scopes: form.scopes.iter().map(|scope| scope.0).collect(),
            quota_per_day: form.quota_per_day.map(u64::from),
            no_quota: form.no_quota,
        }
    }
}
