//! SendGrid's suppressions, as its API answers and as its pages export them (CSV):
//! global unsubscribes (`email`, `created`), group unsubscribes (`email`, `group_id`,
//! `created_at`, or a list of addresses alone), spam reports (also `ip`), and bounces,
//! blocks and invalid addresses (also `reason` and `status`), which are no objections.
//! `created` is seconds since 1970. The lists may have been put into one file, so what is
//! blank is not there. Marketing contacts (`CONTACT_ID`, names) are refused.
//!
//! <https://www.twilio.com/docs/sendgrid/api-reference/suppressions-global-suppressions/retrieve-all-global-suppressions>

use super::fields::Fields;
use super::{Told, Word};
use crate::tabular::campaign::Column;

const EMAIL: &[&str] = &["email", "email address"];

pub(super) const KNOWN: &[(&str, Column)] =
    &[("email", Column::Email), ("email address", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[EMAIL];
pub(super) const LISTS: &[&str] = &["suppressions", "recipient_emails"];
/// What only contacts have.
pub(super) const SUBSCRIBERS: &[&str] =
    &["contact_id", "CONTACT_ID", "list_ids", "custom_fields", "first_name", "last_name"];

pub(super) fn read(row: &impl Fields) -> Told {
    let word = if row.says(&["group_id", "group_name"]) {
        Word::Unsubscribe
    } else if row.says(&["reason", "status"]) {
        Word::Bounce
    } else if row.says(&["ip"]) {
        Word::Complaint
    } else {
        Word::Unsubscribe
    };
    Told { email: row.get(EMAIL), word, date: row.get(&["created", "created_at"]), text: None }
}

/// An address alone, as a group's list has them.
pub(super) fn address(email: &str) -> Told {
    Told { email: Some(email.to_owned()), word: Word::Unsubscribe, date: None, text: None }
}
