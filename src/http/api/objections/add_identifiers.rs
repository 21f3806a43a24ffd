//! `add_identifiers`

use super::super::super::auth::{Allowed, scopes::RecordObjections};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::EventAnswer;
use super::super::parts::person::PersonForm;
use crate::app::add_identifiers as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIdentifiers)]
pub(crate) struct AddIdentifiers {
    /// The further identifiers of the person.
    #[serde(deserialize_with = "absent::required")]
    person: PersonForm,
}

impl Posted for AddIdentifiers {}

/// Add identifiers to an objection
///
/// For a changed e-mail address or number, or for what staff made out from the review list. The
/// earlier ones stay.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:write"])),
    params(("id" = Uuid, Path, description = "The objection's id"), RecordingQuery),
    request_body(content = AddIdentifiers, description = "At most 64 KiB.",
        example = json!({"person": {"emails": ["ak.ost@exempel.example"], "phones": ["070-174 06 07"]}})),
    responses((status = 201, description = "Added, and in effect.", body = EventAnswer, example = json!({
        "id": "01935177-9c01-7f0e-8f6b-2a0c6c1f8e11", "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
        "status": "recorded", "received_at": "2026-11-20T14:21:09.120034Z", "warnings": []}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible",
        "idempotency-key-reused", "unprocessable", "nothing-readable"]))),
)]
#[post("/v1/objections/{id}/identifiers")]
pub(crate) async fn add_identifiers(
    caller: Allowed<RecordObjections>,
    id: Id,
    recording: Recording,
    body: Body<AddIdentifiers>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let event = app::add_identifiers(&state.app, envelope, id.0, body.value.person.into()).await?;
    Ok(recording.answer(None, &EventAnswer::of(&recording, event)))
}
