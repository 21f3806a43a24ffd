//! Mailgun's suppressions: an object with `items` (as `GET /v3/{domain}/unsubscribes`,
//! `/complaints` and `/bounces` answer; several pages may follow one another), an array
//! of them, one a line, or a CSV with the same names in its heading. Each has an
//! `address` and `created_at` (RFC 2822, UTC); a bounce has a `code` and an `error`, an
//! unsubscribe has `tags`, and a complaint has neither. An unsubscribe from one tag is
//! taken as one from all: which mailings a tag stood for is not known here.
//!
//! <https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Unsubscribe/>

use super::fields::Fields;
use super::{Told, Word};
use crate::tabular::campaign::Column;

const EMAIL: &[&str] = &["address", "email"];

pub(super) const KNOWN: &[(&str, Column)] = &[("address", Column::Email), ("email", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[EMAIL];
pub(super) const LISTS: &[&str] = &["items"];

pub(super) fn read(row: &impl Fields) -> Told {
    let word = if row.has(&["code", "error"]) {
        Word::Bounce
    } else if row.has(&["tags", "tag"]) {
        Word::Unsubscribe
    } else {
        Word::Complaint
    };
    Told { email: row.get(EMAIL), word, date: row.get(&["created_at", "createdat"]), text: None }
}
