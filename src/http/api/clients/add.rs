//! `add_client`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::words::{FormWord, RoleWord, ScopeWord};
use super::list::ClientBody;
use crate::app::clients::{self as app, NewClient, WithSecret};
use crate::app::sms::NewGateway;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A client to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewClient)]
pub(crate) struct AddClient {
    /// Its `client_id`, for ever.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = "^[a-z][a-z0-9-]{0,62}[a-z0-9]$", example = "sparrtjanst")]
    client_id: String,
    /// What it is.
    #[serde(deserialize_with = "absent::required")]
    role: RoleWord,
    /// The controllers and groups it acts for, by slug or id; required for `marketing-tool`,
    /// `staff` and `sms-gateway`.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// Scopes besides the usual ones of its role.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["lookups:explain"]))]
    scopes: Vec<ScopeWord>,
    /// The organisation behind an objection service: its proxies must name it as their holder.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "559999-0008")]
    organisation_number: Option<String>,
    /// Its public key (RFC 7517), instead of a secret: Ed25519, P-256, or RSA of at least 2048 bits.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<Object>)]
    jwk: Option<Map<String, Value>>,
    /// Identifiers it may ask about in a day (UTC); no bound, if left out.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 100_000)]
    quota_per_day: Option<u32>,
    /// How an `sms-gateway` hands over the messages that people send; required for one.
    #[serde(default, deserialize_with = "absent::option")]
    sms: Option<GatewayForm>,
}

/// How a gateway hands messages over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewGateway)]
pub(crate) struct GatewayForm {
    /// In which form.
    #[serde(deserialize_with = "absent::required")]
    form: FormWord,
    /// Of `twilio`: the account's auth token, with which it signs, and while it is being changed
    /// both. Kept sealed and never shown.
    #[serde(default, deserialize_with = "absent::set::<_, _, 2>")]
    #[schema(max_items = 2, example = json!(["0123456789abcdef0123456789abcdef"]))]
    auth_tokens: Vec<String>,
}

impl Posted for AddClient {}

/// A client, and its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = ClientWithSecret)]
pub(crate) struct SecretAnswer {
    #[serde(flatten)]
    client: ClientBody,
    /// The secret, shown this once. None with a public key, and none after a dry run.
    #[schema(example = "njs_…")]
    client_secret: Option<String>,
    /// Of a gateway: what to give it as the address for incoming messages; any one of these. They
    /// can hold the secret, and are shown this once; none after a dry run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["https://nej.example/v1/inbound-sms/46elks/njs_…"]))]
    webhook_urls: Vec<String>,
}

impl SecretAnswer {
    pub(super) fn new(recording: &Recording, value: WithSecret) -> Self {
        let WithSecret { client, secret, mut webhook_urls } = value;
        let client_secret = secret.filter(|_| !recording.dry_run);
        if recording.dry_run {
            webhook_urls.clear();
        }
        Self { client: client.into(), client_secret, webhook_urls }
    }
}

/// Register a client
///
/// The secret is shown this once: only its keyed hash is stored.
///
/// An `sms-gateway` gets, beside it, the address to set as its webhook for incoming messages.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(RecordingQuery),
    request_body(content = AddClient, description = "At most 64 KiB.", example = json!({
        "client_id": "sparrtjanst", "role": "objection-service", "organisation_number": "559999-0008"})),
    responses((status = 201, description = "Registered.", body = SecretAnswer, example = json!({
        "client_id": "sparrtjanst", "role": "objection-service",
        "scopes": ["controllers:list", "objections:read-own", "objections:withdraw-own", "objections:write"],
        "controllers": null, "organisation_number": "5599990008", "quota_per_day": null, "disabled": false,
        "authentication": ["client_secret"], "static_keys": [], "sms": null, "client_secret": "njs_…"}))),
    extensions(("x-refusals" = json!(["name-taken", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/clients")]
pub(crate) async fn add_client(
    caller: Allowed<ManageClients>,
    recording: Recording,
    body: Body<AddClient>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let added = app::add_client(&state.app, envelope, body.value.into()).await?;
    Ok(recording.answer(None, &SecretAnswer::new(&recording, added.value)))
}

impl From<AddClient> for NewClient {
    fn from(form: AddClient) -> Self {
        Self {
            slug: form.client_id,
            role: form.role.0,
            controllers: form.controllers,
            scopes: form.scopes.iter().map(|scope| scope.0).collect(),
            organisation_number: form.organisation_number,
            jwk: form.jwk.map(Value::Object),
            quota_per_day: form.quota_per_day.map(u64::from),
            sms: form.sms.map(|sms| NewGateway { form: sms.form.0, auth_tokens: sms.auth_tokens }),
        }
    }
}
