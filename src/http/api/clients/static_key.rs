//! `add_static_key`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::moment::Moment;
use super::list::ClientBody;
use crate::app::clients as app;
use crate::domain::Time;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long the key lasts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStaticKey)]
pub(crate) struct AddStaticKey {
    /// When it stops working: at most 730 days ahead; in 365 days, if left out.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<DateTime<Utc>>, example = "2027-06-30T22:00:00Z")]
    expires_at: Option<Moment>,
}

impl Posted for AddStaticKey {
    const MAY_BE_MISSING: bool = true;
}

/// A client, and its new static key.
#[derive(Serialize, ToSchema)]
#[schema(as = ClientWithStaticKey)]
pub(crate) struct StaticKeyAnswer {
    #[serde(flatten)]
    client: ClientBody,
    /// The key, shown this once; none after a dry run. Send it as `Authorization: Bearer njt_…`.
    #[schema(example = "njt_…")]
    static_key: Option<String>,
    /// When it stops working.
    #[schema(value_type = Option<DateTime<Utc>>)]
    expires_at: Option<Time>,
}

/// Give a client a static key
///
/// For low-code tools that cannot do OAuth. It lets its holder look up and screen, nothing else,
/// and it expires. Only its keyed hash is stored.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(("client_id" = String, Path, description = "The client", example = "utskick"), RecordingQuery),
    request_body(content = Option<AddStaticKey>, description = "At most 64 KiB; may be left out.",
        example = json!({"expires_at": "2027-06-30T22:00:00Z"})),
    responses((status = 201, description = "The key.", body = StaticKeyAnswer, example = json!({
        "client_id": "utskick", "role": "marketing-tool",
        "scopes": ["changes:read", "links:create", "lookups:decide", "screenings:run"], "controllers": ["tandgruppen"],
        "organisation_number": null, "quota_per_day": 100_000, "disabled": false,
        "authentication": ["client_secret", "static_key"], "static_keys": ["2027-06-30T22:00:00Z"], "sms": null,
        "static_key": "njt_…", "expires_at": "2027-06-30T22:00:00Z"}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/clients/{client_id}/static-keys")]
pub(crate) async fn add_static_key(
    caller: Allowed<ManageClients>,
    client_id: Name,
    recording: Recording,
    body: Body<AddStaticKey>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let expires_at = body.value.expires_at.map(|at| at.0);
    let added = app::add_static_key(&state.app, envelope, &client_id.0, expires_at).await?.value;
    let static_key = added.secret.filter(|_| !recording.dry_run);
    let expires_at = added.client.static_keys.last().copied();
    Ok(recording
        .answer(None, &StaticKeyAnswer { client: added.client.into(), static_key, expires_at }))
}
