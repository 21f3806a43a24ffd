//! `receive_sms`: any gateway that can carry a token.

use super::super::super::auth::{Allowed, scopes::ReceiveSms};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::moment::Moment;
use crate::app::sms::{self as app, InboundSms};
use crate::domain::Time;
use crate::domain::message::Form;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A message that somebody sent to a number of yours.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InboundSms)]
pub(crate) struct NewSms {
    /// Your own id of the message; makes a retry safe for ever, whatever time it says. With another
    /// sender or text it is another message.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", max_length = 200, example = "mo-2026-0042")]
    id: String,
    /// Who sent it. What is no number (a short code, a name) goes to the review list.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "+46701740605")]
    from: Option<String>,
    /// Your number.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "+46701740699")]
    to: Option<String>,
    /// Its text.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "Stopp tack!")]
    text: Option<String>,
    /// When you got it; now, if left out, or if it lies in the future. However long ago it was, it
    /// counts like any other.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<DateTime<Utc>>, example = "2026-11-20T09:12:00Z")]
    received_at: Option<Moment>,
}

impl Posted for NewSms {}

impl From<NewSms> for InboundSms {
    fn from(sms: NewSms) -> Self {
        Self {
            form: Form::Json,
            id: Some(sms.id),
            from: sms.from,
            to: sms.to,
            text: sms.text,
            sent_at: sms.received_at.map(|at| at.0),
            opted_out: false,
        }
    }
}

/// What became of a message. It says nothing of whether the sender was known before.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceivedSms)]
pub(crate) struct SmsAnswer {
    /// The objection's id, or that of the item in the review list; none after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    id: Option<Uuid>,
    /// `recorded`, or `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// `objection` where it was understood and is in effect, `review` where staff must read it.
    #[schema(example = "objection")]
    outcome: &'static str,
    /// When it was received here.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// Proof that it stands in the log (a C2SP tlog-proof). None after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

/// Receive a message
///
/// For any gateway that can carry an access token. STOP, STOPP, SLUTA, AVREGISTRERA, UNSUBSCRIBE and
/// the like are recorded as an objection to text messages, STOPP ALLT and what names other mailings
/// ("sluta skicka reklam") to all direct marketing, for the controllers that the gateway speaks for; also
/// with courtesies or a signature around ("Stopp tack!"), and a plain no ("Skicka inga fler sms"). Everything
/// else, and what comes from a short code or a name, goes to the review list (`GET /v1/review`). START
/// or JA is no consent, and takes nothing back.
#[utoipa::path(
    tag = "Messages",
    security(("oauth2" = ["sms:receive"])),
    params(RecordingQuery),
    request_body(content = NewSms, description = "At most 64 KiB.", example = json!({
        "id": "mo-2026-0042", "from": "+46701740605", "to": "+46701740699", "text": "Stopp tack!",
        "received_at": "2026-11-20T09:12:00Z"})),
    responses((status = 201, description = "Recorded as an objection, or left for staff.", body = SmsAnswer,
        headers(("Location" = String, description = "Where staff read the objection; none of a message for review")), example = json!({
            "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "status": "recorded", "outcome": "objection",
            "received_at": "2026-11-20T09:12:03.481516Z"}))),
    extensions(("x-refusals" = json!(["idempotency-key-reused", "unprocessable", "nothing-readable"]))),
)]
#[post("/v1/inbound-sms")]
pub(crate) async fn receive_sms(
    caller: Allowed<ReceiveSms>,
    recording: Recording,
    body: Body<NewSms>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let received = app::receive_sms(&state.app, envelope, body.value.into()).await?;
    let is_objection = received.value.is_objection;
    let id = (!recording.dry_run).then_some(received.value.id);
    let answer = SmsAnswer {
        id,
        status: recording.status(),
        outcome: if is_objection { "objection" } else { "review" },
        received_at: received.time,
        receipt: received.receipt().map(str::to_owned),
    };
    let location = id.filter(|_| is_objection).map(|id| format!("/v1/objections/{id}"));
    Ok(recording.answer(location, &answer))
}
