//! A company's own old list, whatever it was kept in: who is in it is not to be written
//! to, also where a column says that a letter once came back.

use super::fields::Fields;
use super::{Told, Word, fields::folded};

/// `created` and `skapad` are not among them: that is the day on which somebody joined.
const SINCE: &[&str] = &[
    "objected_at",
    "datum",
    "date",
    "avregistrerad",
    "avregistrerad datum",
    "avanmäld",
    "avanmälningsdatum",
    "avregistreringsdatum",
    "spärrdatum",
    "spärrad",
    "spärrad sedan",
    "inlagd",
    "timestamp",
    "tidpunkt",
    "tid",
    "unsubscribed",
    "unsubscribed_at",
    "unsubscribe date",
    "unsubscribe time",
    "opt-out date",
    "opt out date",
    "opted out at",
    "optout_date",
    "removed",
    "date added",
    "since",
    "sedan",
];
const REASON: &[&str] = &[
    "reason",
    "orsak",
    "anledning",
    "källa",
    "source",
    "kommentar",
    "comment",
    "anteckning",
    "note",
];
const COMPLAINTS: [&str; 6] = ["complaint", "spam", "spamreport", "abuse", "klagomål", "anmälan"];
const UNSUBSCRIBED: [&str; 9] = [
    "unsubscribe",
    "unsubscribed",
    "optout",
    "optedout",
    "avregistrerad",
    "avregistrering",
    "avanmäld",
    "avanmälan",
    "avprenumererad",
];

/// `since` and `said`: what the columns say that the caller named.
pub(super) fn read(row: &impl Fields, since: Option<String>, said: Option<String>) -> Told {
    let text = said.or_else(|| row.get(REASON));
    let is = |words: &[&str]| text.as_deref().is_some_and(|text| words.contains(&&*folded(text)));
    let word = if is(&COMPLAINTS) {
        Word::Complaint
    } else if is(&UNSUBSCRIBED) {
        Word::Unsubscribe
    } else {
        Word::Listed
    };
    Told { email: None, word, date: since.or_else(|| row.get(SINCE)), text }
}
