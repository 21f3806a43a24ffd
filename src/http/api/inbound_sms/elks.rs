//! `receive_elks_sms`, `receive_elks_sms_by_secret`: 46elks
//! (<https://46elks.se/docs/receive-sms>).
//!
//! 46elks signs nothing, so a secret shows that it is the one, in HTTP Basic or in the
//! path. It texts whatever an answer says to the person who wrote: every answer under
//! this path is without a body, errors too (`http::frame`). An answer that is no success
//! makes it try again for six hours.

use super::super::super::body::form::Form;
use super::super::super::oauth;
use super::super::super::problem::{Problem, kinds};
use super::super::super::state::State;
use super::super::parts::moment::Moment;
use super::shown;
use crate::app::Caller;
use crate::app::refusal::{Code, Refusal};
use crate::app::sms::{self as app, InboundSms};
use crate::domain::Time;
use crate::domain::message::Form as MessageForm;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use chrono::NaiveDateTime;
use utoipa::ToSchema;

/// A message as 46elks posts it. Fields besides these are passed over.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read by `Form`")]
pub(crate) struct ElksSms {
    /// 46elks' id of the message: the same one again changes nothing.
    #[schema(nullable = false, example = "sf8425555e5d8db61dda7a7b3f1b91bdb")]
    id: Option<String>,
    /// Who sent it.
    #[schema(nullable = false, example = "+46701740605")]
    from: Option<String>,
    /// Your number.
    #[schema(nullable = false, example = "+46701740699")]
    to: Option<String>,
    /// Its text.
    #[schema(nullable = false, example = "STOPP")]
    message: Option<String>,
    /// When 46elks got it, in UTC.
    #[schema(nullable = false, example = "2026-11-20T09:12:00.741000")]
    created: Option<String>,
    /// `incoming`; anything else is refused.
    #[schema(nullable = false, example = "incoming")]
    direction: Option<String>,
}

/// Receive a message from 46elks
///
/// Set it as `sms_url` of your number, with the gateway's `client_id` and secret before the host.
/// What says stop is recorded as an objection; everything else goes to the review list.
///
/// The answer has no body, whatever it is: 46elks would text it to the sender.
#[utoipa::path(
    tag = "Messages",
    security(("gateway_basic" = [])),
    request_body(content = ElksSms, content_type = "application/x-www-form-urlencoded", description = "At most 64 KiB.",
        example = json!({"direction": "incoming", "id": "sf8425555e5d8db61dda7a7b3f1b91bdb", "from": "+46701740605",
            "to": "+46701740699", "message": "STOPP", "created": "2026-11-20T09:12:00.741000"})),
    responses((status = 204, description = "Recorded as an objection, or left for staff; or it had been before.")),
    extensions(
        ("x-silent" = json!(true)),
        ("x-refusals" = json!(["malformed", "unauthorized", "unprocessable", "nothing-readable",
            "too-many-attempts", "unavailable", "not-ready"])),
    ),
)]
#[post("/v1/inbound-sms/46elks")]
pub(crate) async fn receive_elks_sms(
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let shown = match oauth::basic(request.headers()) {
        Ok(Some((client, secret))) => app::by_secret(&state.app, Some(&client), &secret).await,
        Ok(None) => return Err(Problem::unauthorized_basic()),
        Err(_) => Err(Refusal::new(Code::Unauthorized)),
    };
    let gateway = shown::gateway(&request, &state, shown)?;
    receive(&request, &state, payload, &gateway).await
}

/// Receive a message from 46elks, by a secret address
///
/// The same for where credentials cannot be set. The secret is part of the address, so that it can
/// come to lie in logs of what is in between: prefer `/v1/inbound-sms/46elks`.
#[utoipa::path(
    tag = "Messages",
    params(("secret" = String, Path, description = "The gateway's secret", example = "njs_…")),
    request_body(content = ElksSms, content_type = "application/x-www-form-urlencoded", description = "At most 64 KiB.",
        example = json!({"direction": "incoming", "id": "sf8425555e5d8db61dda7a7b3f1b91bdb", "from": "+46701740605",
            "to": "+46701740699", "message": "STOPP", "created": "2026-11-20T09:12:00.741000"})),
    responses((status = 204, description = "Recorded as an objection, or left for staff; or it had been before.")),
    extensions(
        ("x-silent" = json!(true)),
        ("x-refusals" = json!(["malformed", "unauthorized", "unprocessable", "nothing-readable",
            "too-many-attempts", "unavailable", "not-ready"])),
    ),
)]
#[post("/v1/inbound-sms/46elks/{secret}")]
pub(crate) async fn receive_elks_sms_by_secret(
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let secret = request.match_info().get("secret").unwrap_or_default();
    let shown = app::by_secret(&state.app, None, secret).await;
    let gateway = shown::gateway(&request, &state, shown)?;
    receive(&request, &state, payload, &gateway).await
}

async fn receive(
    request: &HttpRequest,
    state: &State,
    payload: Payload,
    gateway: &Caller,
) -> Result<HttpResponse, Problem> {
    let sms = read(&Form::read(request, payload.into_inner()).await?)?;
    app::receive_from_gateway(&state.app, gateway, sms).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn read(form: &Form) -> Result<InboundSms, Problem> {
    // What the controller itself sent: "svara STOPP" in it is nobody's objection.
    if form.one("direction")?.is_some_and(|direction| direction != "incoming") {
        let detail = "Only incoming messages are taken.";
        return Err(Problem::saying(&kinds::UNPROCESSABLE, detail));
    }
    Ok(InboundSms {
        form: MessageForm::Elks,
        id: form.one("id")?,
        from: form.one("from")?,
        to: form.one("to")?,
        text: form.one("message")?,
        sent_at: form.one("created")?.as_deref().and_then(created),
        opted_out: false,
    })
}

/// UTC, though nothing in it says so.
fn created(text: &str) -> Option<Time> {
    let plain = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok();
    plain.map(|time| time.and_utc()).or_else(|| Moment::parse(text).map(|moment| moment.0))
}
