//! How a gateway is registered.

use super::super::Instance;
use super::super::clients::NewClient;
use crate::domain::client::Role;
use crate::domain::fault::Fault;
use crate::domain::identifier::Kind;
use crate::domain::message::Form;
use serde::{Deserialize, Serialize};

/// How a gateway is going to hand messages over.
pub struct NewGateway {
    /// In which form.
    pub form: Form,
    /// What Twilio signs with; kept sealed.
    pub auth_tokens: Vec<String>,
}

/// A gateway as admins see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GatewayView {
    /// In which form it hands messages over.
    pub form: Form,
    /// Where to; without any secret.
    pub webhook_url: String,
}

/// What is wrong with how a gateway is going to hand messages over.
pub(in crate::app) fn gateway_faults(app: &Instance, new: &NewClient) -> Vec<Fault> {
    let fault =
        |pointer: &'static str, code, detail: &'static str| Some(Fault::new(pointer, code, detail));
    let Some(gateway) = &new.sms else {
        let required =
            || fault("/sms", "required", "Say in which form the gateway hands messages over.");
        return (new.role == Role::SmsGateway).then(required).flatten().into_iter().collect();
    };
    let form = gateway.form;
    let (is_gateway, has_key) = (new.role == Role::SmsGateway, new.jwk.is_some());
    let holds_phones = !app.settings.refused.contains(Kind::Phone);
    [
        fault("/sms", "role", "Only an sms-gateway hands messages over.").filter(|_| !is_gateway),
        fault("/jwk", "form", "A gateway of this form cannot use a key: leave jwk out.")
            .filter(|_| has_key && form != Form::Json),
        fault(
            "/sms",
            "phones_refused",
            "This instance was told to hold no telephone numbers (--refuse-kind phone).",
        )
        .filter(|_| !holds_phones),
        tokens_fault(Some(form), &gateway.auth_tokens, "/sms/auth_tokens"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is wrong with the tokens that a gateway of this form is to sign with.
pub(in crate::app) fn tokens_fault(
    form: Option<Form>,
    tokens: &[String],
    pointer: &'static str,
) -> Option<Fault> {
    let good = |token: &String| {
        (8..=200).contains(&token.trim().len())
            && token.trim().bytes().all(|b| b.is_ascii_graphic())
    };
    let (code, detail) = match (form, tokens) {
        (Some(Form::Twilio), []) => (
            "required",
            "Give the auth token of your Twilio account: it is what Twilio signs with.",
        ),
        (Some(Form::Twilio), [_] | [_, _]) if tokens.iter().all(good) => return None,
        (Some(Form::Twilio), [_] | [_, _]) => {
            ("auth_token", "An auth token is 8 to 200 visible ASCII characters.")
        }
        (Some(Form::Twilio), _) => (
            "too_many",
            "Twilio signs with the primary auth token or the secondary: give at most two.",
        ),
        (_, []) => return None,
        _ => ("form", "Only a gateway of the form twilio signs with auth tokens: leave them out."),
    };
    Some(Fault::new(pointer, code, detail))
}
