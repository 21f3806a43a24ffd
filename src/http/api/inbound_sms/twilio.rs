//! `receive_twilio_sms`: Twilio
//! (<https://www.twilio.com/docs/messaging/guides/webhook-request>).

use super::super::super::body::form::Form;
use super::super::super::params::Name;
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::shown;
use crate::app::refusal::{Code, Refusal};
use crate::app::sms::{self as app, InboundSms};
use crate::domain::message::Form as MessageForm;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, post};
use utoipa::ToSchema;

/// A message as Twilio posts it. Fields besides these are passed over, but for the signature.
#[derive(ToSchema)]
#[expect(dead_code, non_snake_case, reason = "describes the form; it is read by `Form`")]
pub(crate) struct TwilioSms {
    /// Twilio's id of the message: the same one again changes nothing.
    #[schema(nullable = false, example = "SM0123456789abcdef0123456789abcdef")]
    MessageSid: Option<String>,
    /// Who sent it.
    #[schema(nullable = false, example = "+46701740605")]
    From: Option<String>,
    /// Your number.
    #[schema(nullable = false, example = "+46701740699")]
    To: Option<String>,
    /// Its text.
    #[schema(nullable = false, example = "STOPP")]
    Body: Option<String>,
    /// What Twilio's Advanced Opt-Out made of it: `STOP` counts as an objection, whatever the text.
    #[schema(nullable = false, example = "STOP")]
    OptOutType: Option<String>,
}

/// What Twilio puts before the number of who wrote by another channel
/// (<https://www.twilio.com/docs/messaging/channels>).
const CHANNELS: [&str; 2] = ["whatsapp", "rcs"];
/// Nothing to send back.
const NOTHING: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

/// Receive a message from Twilio
///
/// Set it as the webhook for incoming messages, with POST. `X-Twilio-Signature` is checked with the
/// auth token that the gateway was registered with, over this very address as callers reach it
/// (`--public-url`); a query that was set with it counts there, and is passed over then. Twilio does not
/// try again by itself where an answer is an error: set the same address as the fallback URL too. The
/// same message that comes by both is one. What says stop is recorded as an objection; everything else goes to the review
/// list. The answer is an empty TwiML document: nothing is sent to anybody.
#[utoipa::path(
    tag = "Messages",
    security(("twilio_signature" = [])),
    params(("client_id" = String, Path, description = "The gateway's `client_id`", example = "twilio")),
    request_body(content = TwilioSms, content_type = "application/x-www-form-urlencoded", description = "At most 64 KiB.",
        example = json!({"MessageSid": "SM0123456789abcdef0123456789abcdef", "From": "+46701740605",
            "To": "+46701740699", "Body": "STOPP"})),
    responses((status = 200, description = "Recorded as an objection, or left for staff; or it had been before.",
        content_type = "text/xml", body = String, example = json!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"))),
    extensions(("x-refusals" = json!(["malformed", "signature-invalid", "nothing-readable",
        "too-many-attempts", "unavailable", "not-ready"]))),
)]
#[post("/v1/inbound-sms/twilio/{client_id}")]
pub(crate) async fn receive_twilio_sms(
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let unsigned = || Err(Refusal::new(Code::SignatureInvalid));
    let mut signatures = request.headers().get_all("x-twilio-signature");
    let signature = signatures.next().and_then(|signature| signature.to_str().ok());
    let (Some(signature), None) = (signature, signatures.next()) else {
        shown::gateway(&request, &state, unsigned())?;
        return Err(Refusal::new(Code::SignatureInvalid).into());
    };
    let form = Form::read(&request, payload.into_inner()).await?;
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let shown = match Name::extract(&request).await {
        Ok(name) => app::by_signature(&state.app, &name.0, path, &form.0, signature).await,
        Err(_) => unsigned(),
    };
    let gateway = shown::gateway(&request, &state, shown)?;
    app::receive_from_gateway(&state.app, &gateway, read(&form)?).await?;
    Ok(HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(NOTHING))
}

fn read(form: &Form) -> Result<InboundSms, Problem> {
    // Other text channels of Twilio's put their name before the number.
    let number = |text: String| match text.split_once(':') {
        Some((channel, number)) if CHANNELS.iter().any(|c| channel.eq_ignore_ascii_case(c)) => {
            number.to_owned()
        }
        _ => text,
    };
    Ok(InboundSms {
        form: MessageForm::Twilio,
        id: form.one("MessageSid")?,
        from: form.one("From")?.map(number),
        to: form.one("To")?,
        text: form.one("Body")?,
        sent_at: None,
        opted_out: form.one("OptOutType")?.is_some_and(|kind| kind.eq_ignore_ascii_case("STOP")),
    })
}
