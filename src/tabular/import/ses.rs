//! Amazon SES' suppression list, as `aws sesv2 list-suppressed-destinations` prints it:
//! an object with `SuppressedDestinationSummaries`, a list of `EmailAddress`, `Reason`
//! (`BOUNCE` or `COMPLAINT`) and `LastUpdateTime` (seconds since 1970 in the API, a
//! time with its zone on the command line); the summaries one a line; or a CSV with the
//! same names in its heading, which is how most people export it. The console's own
//! export is described nowhere; its headings "Email address", "Suppression reason" and
//! "Last updated" are taken too.
//!
//! <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SuppressedDestinationSummary.html>

use super::fields::Fields;
use super::{Told, Word};
use crate::tabular::campaign::Column;

const EMAIL: &[&str] = &["EmailAddress", "Email address", "Email"];
const REASON: &[&str] = &["Reason", "Suppression reason"];
const TIME: &[&str] = &["LastUpdateTime", "Last updated", "Last update time", "CreatedTimestamp"];

pub(super) const KNOWN: &[(&str, Column)] =
    &[("EmailAddress", Column::Email), ("Email", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[REASON];
pub(super) const LISTS: &[&str] = &["SuppressedDestinationSummaries"];

/// `None`: a reason that is neither of the two.
pub(super) fn read(row: &impl Fields) -> Option<Told> {
    let reason = row.get(REASON).unwrap_or_default();
    let word = match &*reason.to_ascii_uppercase() {
        "COMPLAINT" => Word::Complaint,
        "BOUNCE" => Word::Bounce,
        _ => return None,
    };
    Some(Told { email: row.get(EMAIL), word, date: row.get(TIME), text: None })
}
