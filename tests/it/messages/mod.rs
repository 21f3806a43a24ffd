//! Messages that people send to a number: from each gateway's own wire form to a
//! look-up that says `blocked`, and what is left for staff.

mod elks;
mod hostile;
mod json;
mod registered;
mod review;
mod twilio;
mod waiting;
mod words;

use crate::store::support::cells;
use crate::support::{Answer, Party, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use nejtack::app::verify::{Asked, Verdict, verify_database};
use nejtack::crypto::root_key::RootKey;
use serde_json::{Value, json};
use sha1::Sha1;

const GOTEBORG: &str = "tandgruppen-goteborg";
const MALMO: &str = "tandgruppen-malmo";
const TOKEN: &str = "5f0c7a9b42d1e5c05f0c7a9b42d1e5c0";
/// Who writes.
const SENDER: &str = "+46701740605";
/// To whom.
const NUMBER: &str = "+46701740699";

/// Registers a gateway of the group's clinics.
fn register(world: &World, id: &str, sms: &Value) -> Value {
    let body =
        json!({"client_id": id, "role": "sms-gateway", "controllers": ["tandgruppen"], "sms": sms});
    world.operator().makes("/v1/clients", &body)
}

/// A gateway of each webhook form, with what it takes to speak as one.
struct Gateways<'a> {
    world: &'a World,
    elks: String,
}

impl<'a> Gateways<'a> {
    fn of(world: &'a World) -> Self {
        let elks = register(world, "elks", &json!({"form": "46elks"}));
        register(world, "twilio", &json!({"form": "twilio", "auth_tokens": [TOKEN]}));
        let elks = elks["client_secret"].as_str().expect("a secret").to_owned();
        Self { world, elks }
    }

    /// As 46elks posts it, to the secret address.
    fn elks(&self, id: &str, from: &str, text: &str) -> Answer {
        let path = format!("/v1/inbound-sms/46elks/{}", self.elks);
        Answer::of(self.world.stranger().request("POST", &path).form(&elks_form(id, from, text)))
    }

    /// As Twilio posts it.
    fn twilio(&self, id: &str, from: &str, text: &str) -> Answer {
        signed_by(self.world, TOKEN, &twilio_form(id, from, text))
    }
}

fn elks_form<'a>(id: &'a str, from: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("direction", "incoming"),
        ("id", id),
        ("from", from),
        ("to", NUMBER),
        ("created", "2026-11-20T09:12:00.741000"),
        ("message", text),
    ]
}

fn twilio_form<'a>(id: &'a str, from: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("ToCountry", "SE"),
        ("SmsStatus", "received"),
        ("MessageSid", id),
        ("SmsSid", id),
        ("From", from),
        ("To", NUMBER),
        ("Body", text),
        ("NumMedia", "0"),
        ("ApiVersion", "2010-04-01"),
    ]
}

const PATH: &str = "/v1/inbound-sms/twilio/twilio";

/// Posts a form signed over the service's public URL.
pub(crate) fn signed_by(world: &World, token: &str, form: &[(&str, &str)]) -> Answer {
    let signature = signature(token, &format!("https://nej.example{PATH}"), form);
    let request = world.stranger().request("POST", PATH).form(form);
    Answer::of(request.header("X-Twilio-Signature", signature))
}

/// Twilio's documented algorithm, written once more.
pub(crate) fn signature(token: &str, url: &str, form: &[(&str, &str)]) -> String {
    let mut fields = form.to_vec();
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("any key");
    mac.update(url.as_bytes());
    fields.iter().for_each(|(name, value)| mac.update(format!("{name}{value}").as_bytes()));
    STANDARD.encode(mac.finalize().into_bytes())
}

/// 46elks texts whatever an answer says to who wrote: there must be nothing.
#[track_caller]
fn says_nothing(answer: &Answer, status: u16) {
    assert_eq!((answer.status, answer.text.as_str()), (status, ""), "{answer}");
    assert_eq!(answer.header("content-type"), "", "{answer}");
    assert!(!answer.header("x-request-id").is_empty());
}

/// Nothing is sent to anybody.
#[track_caller]
pub(crate) fn is_empty_twiml(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
    assert!(answer.header("content-type").starts_with("text/xml"), "{answer}");
}

fn asked(number: &str) -> Value {
    json!({"phones": [number]})
}

/// The open items of the review list.
fn open(staff: &Party<'_>) -> Vec<Value> {
    let answer = staff.get("/v1/review");
    assert_eq!(answer.status, 200, "{answer}");
    answer.body["items"].as_array().expect("items").clone()
}

/// How many entries of this kind the ledger has.
fn entries(world: &World, kind: &str) -> usize {
    ask(world, &format!("SELECT kind AS cell FROM entries WHERE kind = '{kind}'")).len()
}

/// What the database says.
fn ask(world: &World, query: &str) -> Vec<String> {
    cells(&mut world.place.raw(), query)
}

/// Every row is the one that its entry commits to.
#[track_caller]
fn verifies(world: &World) {
    let root_key = RootKey::read(&world.folder.path().join("root.key")).expect("the key").key;
    let asked = Asked { key: None, since: None };
    let verdict = verify_database(&world.place.url, &root_key, &asked, |_, _| ()).expect("judged");
    assert!(matches!(verdict, Verdict::Sound(_)), "{verdict:?}");
}
