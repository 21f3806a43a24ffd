//! Amazon SES' suppression list, as `aws sesv2 list-suppressed-destinations` prints it:
//! an object with `SuppressedDestinationSummaries`, a list of `EmailAddress`, `Reason`
//! (`BOUNCE` or `COMPLAINT`) and `LastUpdateTime` (seconds since 1970 in the API, a
//! time with its zone on the command line); the summaries one a line; or a CSV with the
//! same names in its heading, which is how most people export it; or what SES itself
//! imports, a line each with `emailAddress` and `reason`. The answer to one request may be
//! a page of several: `NextToken` says that there are more. The console's own export is described nowhere; its headings "Email address", "Suppression reason" and
//! "Last updated" are taken too.
//!
//! <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SuppressedDestinationSummary.html>

use super::fields::Fields;
use super::{Said, Told, Word};
use crate::tabular::campaign::Column;

const EMAIL: &[&str] = &["EmailAddress", "emailAddress", "Email address", "Email"];
const REASON: &[&str] = &["Reason", "reason", "Suppression reason"];
const TIME: &[&str] =
    &["LastUpdateTime", "lastUpdateTime", "Last updated", "Last update time", "CreatedTimestamp"];

pub(super) const KNOWN: &[(&str, Column)] =
    &[("EmailAddress", Column::Email), ("Email", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[REASON];
pub(super) const LISTS: &[&str] = &["SuppressedDestinationSummaries"];
/// Says that another page follows.
pub(super) const NEXT: &[&str] = &["NextToken", "nextToken"];

pub(super) fn read(row: &impl Fields) -> Said {
    let reason = row.get(REASON).unwrap_or_default();
    let word = match &*reason.to_ascii_uppercase() {
        "COMPLAINT" => Word::Complaint,
        "BOUNCE" => Word::Bounce,
        _ => {
            return Err(
                "The row says neither COMPLAINT nor BOUNCE: nobody can tell whether it is a no.",
            );
        }
    };
    Ok(Told { email: row.get(EMAIL), word, date: row.get(TIME), text: None })
}
