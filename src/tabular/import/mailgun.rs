//! Mailgun's suppressions: an object with `items` (as `GET /v3/{domain}/unsubscribes`,
//! `/complaints` and `/bounces` answer; several pages may follow one another), an array
//! of them, one a line, or a CSV with the same names in its heading. Each has an
//! `address` and `created_at` (RFC 2822, UTC); a bounce has a `code` and an `error`, an
//! unsubscribe has `tags`, and a complaint has neither. An unsubscribe from one tag is
//! taken as one from all: which mailings a tag stood for is not known here. The three
//! lists may have been put into one file, so what is blank is not there. The members of
//! a mailing list (`subscribed`, `vars`) are no suppressions, and their list is refused.
//!
//! <https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Unsubscribe/>

use super::fields::Fields;
use super::{Said, Told, Word};
use crate::tabular::campaign::Column;

const EMAIL: &[&str] = &["address", "email"];

pub(super) const KNOWN: &[(&str, Column)] = &[("address", Column::Email), ("email", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[EMAIL];
pub(super) const LISTS: &[&str] = &["items"];
/// What only members of a mailing list have.
pub(super) const SUBSCRIBERS: &[&str] = &["subscribed", "vars"];

const CREATED: &[&str] = &["created_at", "createdat"];

pub(super) fn read(row: &impl Fields) -> Said {
    let word = if row.says(&["tags", "tag"]) {
        Word::Unsubscribe
    } else if row.says(&["code", "error"]) {
        Word::Bounce
    } else if row.says(CREATED) {
        Word::Complaint
    } else {
        return Err(
            "The row has neither tags nor an error, and not the time of a complaint: nobody can tell whether it is a no.",
        );
    };
    Ok(Told { email: row.get(EMAIL), word, date: row.get(CREATED), text: None })
}
