//! `withdraw_person`

use super::super::super::auth::{Allowed, scopes::WithdrawAnybodys};
use super::super::super::body::{Body, OBJECTION, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::EventAnswer;
use super::super::parts::person::PersonForm;
use super::super::parts::proxy::ProxyForm;
use super::super::parts::words::{ChannelWord, together};
use crate::app::refusal::Refusal;
use crate::app::withdraw::{self as app, Withdrawal};
use crate::domain::Time;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who withdraws, and what; everything, if nothing is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPersonWithdrawal)]
pub(crate) struct WithdrawPerson {
    /// The person.
    #[serde(deserialize_with = "absent::required")]
    person: PersonForm,
    /// For which controllers or groups; all of yours, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
    /// For which channels; all, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["email"]))]
    channels: Vec<ChannelWord>,
    /// Why, in your own words; kept sealed.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 500, example = "Ringde och bad om nyhetsbrevet")]
    reason: Option<String>,
    /// A proxy, where somebody speaks for the person.
    #[serde(default, deserialize_with = "absent::option")]
    proxy: Option<ProxyForm>,
}

impl Posted for WithdrawPerson {
    const LIMIT: usize = OBJECTION;
}

impl WithdrawPerson {
    fn split(self) -> Result<(crate::domain::person::Person, Withdrawal), Refusal> {
        let withdrawal = Withdrawal {
            controllers: self.controllers,
            channels: together(&self.channels),
            reason: self.reason,
            proxy: self.proxy.map(TryInto::try_into).transpose()?,
        };
        Ok((self.person.into(), withdrawal))
    }
}

/// The withdrawals, one for each objection that the person was met in.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonWithdrawn)]
pub(crate) struct PersonWithdrawnAnswer {
    /// `recorded`, or `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// When they were received, and took effect.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// One for each objection.
    withdrawals: Vec<EventAnswer>,
}

/// Withdraw a person's objections
///
/// For staff, when a person changes their mind: withdraws, in all of the person's objections that
/// bind your controllers, as much as is said. Only objections in which the person is surely met
/// (`exact` or `equivalent`) are touched.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:withdraw"])),
    params(RecordingQuery),
    request_body(content = WithdrawPerson, description = "At most 8 MiB.", example = json!({
        "person": {"emails": ["Anna.Karin@exempel.example"], "personnummer": "19701104-2392"},
        "controllers": ["tandgruppen-goteborg"], "channels": ["email"], "reason": "Ringde och bad om nyhetsbrevet"})),
    responses((status = 201, description = "Withdrawn as far as was said.", body = PersonWithdrawnAnswer, example = json!({
        "status": "recorded", "received_at": "2026-11-20T14:21:09.120034Z", "withdrawals": [{
            "id": "01935177-9c01-7f0e-8f6b-2a0c6c1f8e11", "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
            "status": "recorded", "received_at": "2026-11-20T14:21:09.120034Z", "warnings": []}]}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible",
        "idempotency-key-reused", "unprocessable", "right-not-covered", "nothing-readable"]))),
)]
#[post("/v1/withdrawals")]
pub(crate) async fn withdraw_person(
    caller: Allowed<WithdrawAnybodys>,
    recording: Recording,
    body: Body<WithdrawPerson>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let (person, withdrawal) = body.value.split()?;
    let done = app::withdraw_person(&state.app, envelope, person, withdrawal).await?;
    let time = done.time;
    let mut receipts = done.receipts.into_iter();
    let withdrawals = done.value.withdrawals.into_iter();
    let withdrawals = withdrawals
        .map(|event| EventAnswer::new(&recording, event, time, receipts.next()))
        .collect();
    let status = recording.status();
    Ok(recording.answer(None, &PersonWithdrawnAnswer { status, received_at: time, withdrawals }))
}
