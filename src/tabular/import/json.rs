//! Elements of a list that came as JSON.

use super::csv::{UNKNOWN_REASON, listed, of_subscribers, subscribers, zone};
use super::fields::{Fields as _, Members};
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

/// The members that say that an object's list goes on in another.
pub(super) const fn next(format: Format) -> &'static [&'static str] {
    match format {
        Format::Ses => ses::NEXT,
        _ => &[],
    }
}

/// Reads one element, which begins on a line.
pub(super) fn read(format: Format, line: u64, json: Vec<u8>) -> Content {
    if format == Format::Nejtack {
        return Content::Held(json);
    }
    let said = match serde_json::from_slice(&json) {
        Ok(Value::Object(object)) => {
            let members = Members(&object);
            if members.has(subscribers(format)) {
                return Content::Broken(of_subscribers(line));
            }
            match format {
                Format::Ses => ses::read(&members),
                Format::Mailgun => mailgun::read(&members),
                _ => Ok(sendgrid::read(&members)),
            }
        }
        Ok(Value::String(email)) if format == Format::Sendgrid => Ok(sendgrid::address(&email)),
        _ => return NOT_JSON,
    };
    let told = match said {
        Ok(told) => told,
        Err(detail) => return Content::Unfit(UNKNOWN_REASON, detail),
    };
    let Told { email, .. } = &told;
    let person = Person { emails: email.iter().cloned().collect(), ..Person::default() };
    listed(person, told, zone(format))
}
