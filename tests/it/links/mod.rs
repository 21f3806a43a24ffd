//! Unsubscribe links: made for a mailing, used by whoever received it, by a mail
//! program's one click or on the page, and never by whoever only looks.

mod again;
mod create;
mod one_click;
mod page;
mod refused;

use crate::support::{Answer, Party, World};
use nejtack::crypto::keyring::Keyring;
use nejtack::crypto::root_key::RootKey;
use nejtack::domain::channel::Channel;
use nejtack::domain::unsubscribe_link::{ContactPoint, UnsubscribeLink};
use serde_json::{Value, json};

const GOTEBORG: &str = "tandgruppen-goteborg";
const MALMO: &str = "tandgruppen-malmo";

/// The form that mail programs post (RFC 8058 §3.2).
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

fn anna() -> Value {
    json!({"emails": ["anna.karin@exempel.example"]})
}

fn mailing(recipients: &[Value]) -> Value {
    json!({"controller": GOTEBORG, "channel": "email", "recipients": recipients})
}

/// The path of a link's URL, behind the public URL of the test's services.
#[track_caller]
fn path(link: &Value) -> String {
    let url = link["url"].as_str().unwrap_or_else(|| panic!("no link: {link}"));
    url.strip_prefix("https://nej.example").expect("the public URL").to_owned()
}

/// A link in a mail to Anna-Karin, made by this tool.
#[track_caller]
fn link(tool: &Party<'_>) -> String {
    let made = tool
        .post("/v1/unsubscribe-links", &mailing(&[json!({"email": "Anna.Karin@exempel.example"})]));
    assert_eq!(made.status, 200, "{made}");
    path(&made.body["links"][0])
}

/// Somebody without a token posts a form to a link.
fn post(world: &World, link: &str, form: &str) -> Answer {
    let request = world.stranger().request("POST", link);
    Answer::of(
        request.header("Content-Type", "application/x-www-form-urlencoded").body(form.to_owned()),
    )
}

fn get(world: &World, link: &str, language: &str) -> Answer {
    Answer::of(world.stranger().request("GET", link).header("Accept-Language", language))
}

/// The receipt number that a confirmation shows: the objection's id.
#[track_caller]
fn receipt_number(confirmation: &Answer) -> String {
    assert_eq!(confirmation.status, 200, "{confirmation}");
    let number = confirmation
        .text
        .rsplit_once("</code></dd></dl>")
        .map(|(before, _)| &before[before.len() - 36..]);
    let number = number.unwrap_or_else(|| panic!("no number: {confirmation}"));
    assert!(uuid::Uuid::try_parse(number).is_ok(), "{number}: {confirmation}");
    number.to_owned()
}

/// How many objections the ledger holds.
fn objections(world: &World) -> usize {
    let count = "SELECT CAST(COUNT(*) AS TEXT) AS cell FROM objections";
    crate::store::support::cells(&mut world.place.raw(), count)[0].parse().expect("a number")
}

/// The keys of a world's service, read as it reads them itself.
fn keyring(world: &World) -> Keyring {
    let root = RootKey::read(&world.folder.path().join("root.key")).expect("the key").key;
    let rows = nejtack::store::keys::all(&mut world.place.raw()).expect("the rows");
    nejtack::ledger::keys::unwrapped(&root, rows).expect("they unwrap")
}

/// A link that the service could have made: until this day, and by this client.
fn genuine(world: &World, expires: u16, client: &str) -> String {
    let controllers = world.operator().get("/v1/controllers").body;
    let clinics = controllers["controllers"].as_array().expect("a list");
    let clinic = clinics.iter().find(|one| one["slug"] == GOTEBORG).expect("the clinic");
    let link = UnsubscribeLink {
        controller: clinic["id"].as_str().expect("an id").parse().expect("a UUID"),
        client: client.to_owned(),
        channel: Channel::Email,
        contact: ContactPoint::email("anna.karin@exempel.example").expect("an address"),
        expires,
    };
    format!("/u/{}", keyring(world).seal_link(&link.to_bytes()))
}
