//! `withdraw_objection`

use super::super::super::auth::{Allowed, scopes::WithdrawObjections};
use super::super::super::body::{Body, OBJECTION, Posted, absent};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::EventAnswer;
use super::super::parts::proxy::ProxyForm;
use super::super::parts::words::{ChannelWord, together};
use crate::app::refusal::Refusal;
use crate::app::withdraw::{self as app, Withdrawal};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What of an objection is withdrawn; all of it, if nothing is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWithdrawal)]
pub(crate) struct WithdrawObjection {
    /// For which controllers or groups; every one that the objection binds, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
    /// For which channels; all, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["email"]))]
    channels: Vec<ChannelWord>,
    /// Why, in your own words; kept sealed.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 500, example = "Vill ha klinikens nyhetsbrev igen")]
    reason: Option<String>,
    /// The proxy, which must name `withdraw_objection`; required from an objection service.
    #[serde(default, deserialize_with = "absent::option")]
    proxy: Option<ProxyForm>,
}

impl Posted for WithdrawObjection {
    const LIMIT: usize = OBJECTION;
    const MAY_BE_MISSING: bool = true;
}

impl TryFrom<WithdrawObjection> for Withdrawal {
    type Error = Refusal;

    fn try_from(form: WithdrawObjection) -> Result<Self, Refusal> {
        Ok(Self {
            controllers: form.controllers,
            channels: together(&form.channels),
            reason: form.reason,
            proxy: form.proxy.map(TryInto::try_into).transpose()?,
        })
    }
}

/// Withdraw an objection
///
/// A later event, never an erasure: the objection and its history stay. It can be withdrawn for
/// some controllers and channels only, so that someone can say yes to one clinic's newsletter and
/// stay blocked elsewhere. An objection service withdraws its own objections, by a proxy that
/// names `withdraw_objection`.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:withdraw"]), ("oauth2" = ["objections:withdraw-own"])),
    params(("id" = Uuid, Path, description = "The objection's id"), RecordingQuery),
    request_body(content = Option<WithdrawObjection>, description = "At most 8 MiB. No body means all of it.", example = json!({
        "controllers": ["tandgruppen-goteborg"], "channels": ["email"], "reason": "Vill ha klinikens nyhetsbrev igen"})),
    responses((status = 201, description = "Withdrawn as far as was said.", body = EventAnswer, example = json!({
        "id": "01935177-9c01-7f0e-8f6b-2a0c6c1f8e11", "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
        "status": "recorded", "received_at": "2026-11-20T14:21:09.120034Z", "warnings": []}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible",
        "idempotency-key-reused", "unprocessable", "right-not-covered"]))),
)]
#[post("/v1/objections/{id}/withdrawals")]
pub(crate) async fn withdraw_objection(
    caller: Allowed<WithdrawObjections>,
    id: Id,
    recording: Recording,
    body: Body<WithdrawObjection>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let withdrawal = body.value.try_into()?;
    let event = app::withdraw_objection(&state.app, envelope, id.0, withdrawal).await?;
    Ok(recording.answer(None, &EventAnswer::of(&recording, event)))
}
