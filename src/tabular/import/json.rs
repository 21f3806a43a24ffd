//! Elements of a list that came as JSON.

use super::csv::{listed, unknown_reason, zone};
use super::fields::Members;
use super::{Content, Format, Told, mailgun, sendgrid, ses};
use crate::domain::person::Person;
use serde_json::Value;

const NOT_JSON: Content =
    Content::Unfit("not_json", "This is not a JSON object as the program writes them.");

/// The members that hold a format's list.
pub(super) const fn lists(format: Format) -> &'static [&'static str] {
    match format {
        Format::Ses => ses::LISTS,
        Format::Mailgun => mailgun::LISTS,
        Format::Sendgrid => sendgrid::LISTS,
        _ => &[],
    }
}

/// Reads one element.
pub(super) fn read(format: Format, json: Vec<u8>) -> Content {
    if format == Format::Nejtack {
        return Content::Held(json);
    }
    let told = match serde_json::from_slice(&json) {
        Ok(Value::Object(object)) => {
            let members = Members(&object);
            match format {
                Format::Ses => match ses::read(&members) {
                    Some(told) => told,
                    None => return unknown_reason(),
                },
                Format::Mailgun => mailgun::read(&members),
                _ => sendgrid::read(&members),
            }
        }
        Ok(Value::String(email)) if format == Format::Sendgrid => sendgrid::address(&email),
        _ => return NOT_JSON,
    };
    let Told { email, .. } = &told;
    let person = Person { emails: email.iter().cloned().collect(), ..Person::default() };
    listed(person, told, zone(format))
}
