//! `add_webhook`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::words::words;
use super::list::WebhookBody;
use crate::app::webhooks::{self as app, NewWebhook, WithSecret};
use crate::domain::change::ChangeKind;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words! {
    EventWord(ChangeKind) as "ChangeKind", "A kind of change.":
        ChangeKind::EVERY.map(|(kind, name)| (name, kind));
}

/// An endpoint to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhook)]
pub(crate) struct AddWebhook {
    /// Where messages are to be posted: https, and no address of a private network unless this
    /// service was started with `--webhook-allow-private`. Kept sealed.
    #[serde(deserialize_with = "absent::required")]
    #[schema(
        pattern = r"\S",
        max_length = 2000,
        example = "https://crm.tandgruppen.example/hooks/nejtack"
    )]
    url: String,
    /// The controllers and groups whose changes it hears of, by slug or id; every one, if left out. Of
    /// these, only what is your client's too, as it is bound at the time.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// The kinds of change it hears of; every one, also those to come, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["objection.recorded"]))]
    events: Vec<EventWord>,
    /// What it is, in words. No personal data. Kept sealed.
    #[serde(default, deserialize_with = "absent::short")]
    #[schema(max_length = 200, example = "Tandgruppens CRM")]
    description: Option<String>,
}

impl Posted for AddWebhook {}

/// An endpoint, and its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookWithSecret)]
pub(crate) struct SecretAnswer {
    #[serde(flatten)]
    webhook: WebhookBody,
    /// What `v1` signatures are checked with, shown this once; none after a dry run.
    #[schema(example = "whsec_…")]
    secret: Option<String>,
}

impl SecretAnswer {
    pub(super) fn new(recording: &Recording, value: WithSecret) -> Self {
        let secret = Some(value.secret).filter(|_| !recording.dry_run);
        Self { webhook: value.webhook.into(), secret }
    }
}

impl From<AddWebhook> for NewWebhook {
    fn from(form: AddWebhook) -> Self {
        Self {
            url: form.url,
            controllers: form.controllers,
            events: form.events.iter().map(|event| event.0).collect(),
            description: form.description,
        }
    }
}

/// Register a webhook
///
/// From then on each change that concerns its controllers is posted to the URL, by the Standard
/// Webhooks specification: `webhook-id`, `webhook-timestamp` and `webhook-signature`, with `v1`
/// (HMAC-SHA-256, with the secret that is shown this once) and `v1a` (Ed25519, with the public key).
/// The body is `{"type": "objection.recorded", "timestamp": …, "data": {…}}`, with the fields of
/// `GET /v1/changes` and no personal data.
///
/// Answer 2xx within 15 seconds, and do the work afterwards. Anything else is tried again after about
/// 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, then given up. Redirects are not
/// followed; 410 disables the endpoint; `Retry-After` on a 429 or 503 is heeded, for up to a day. A
/// message may come twice, with the same `webhook-id`, and not
/// in order: go by `data.position`.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(RecordingQuery),
    request_body(content = AddWebhook, description = "At most 64 KiB.", example = json!({
        "url": "https://crm.tandgruppen.example/hooks/nejtack", "controllers": ["tandgruppen"],
        "description": "Tandgruppens CRM"})),
    responses((status = 201, description = "Registered.", body = SecretAnswer,
        headers(("Location" = String, description = "The endpoint")), example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70", "url": "https://crm.tandgruppen.example/hooks/nejtack",
        "description": "Tandgruppens CRM", "controllers": ["tandgruppen"], "events": [],
        "keys": [{"public_key": "whpk_…", "retires_at": null}],
        "registered_at": "2026-11-20T09:00:00Z", "disabled": null, "secret": "whsec_…"}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/webhooks")]
pub(crate) async fn add_webhook(
    caller: Allowed<ManageWebhooks>,
    recording: Recording,
    body: Body<AddWebhook>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let added = app::add_webhook(&state.app, envelope, body.value.into()).await?.value;
    let location = format!("/v1/webhooks/{}", added.webhook.id);
    Ok(recording.answer(Some(location), &SecretAnswer::new(&recording, added)))
}
