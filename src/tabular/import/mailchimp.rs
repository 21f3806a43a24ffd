//! Mailchimp's audience export: a CSV each of those who are subscribed, unsubscribed
//! and cleaned (what bounced). The columns `UNSUB_TIME`, `UNSUB_REASON` and
//! `CLEAN_TIME` tell which it is, and times are in UTC. A file of subscribers is
//! refused: it would block everybody who is glad of the letter.
//!
//! <https://mailchimp.com/help/view-export-contacts/> describes the files, but lists
//! no columns; those here are the ones that exported files have.

use super::fields::Fields;
use super::{Told, Word};
use crate::tabular::campaign::Column;

pub(super) const KNOWN: &[(&str, Column)] =
    &[("Email Address", Column::Email), ("Email", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[&["UNSUB_TIME", "CLEAN_TIME"]];

const UNSUBSCRIBED: &[&str] = &["UNSUB_TIME"];
const CLEANED: &[&str] = &["CLEAN_TIME"];

pub(super) fn read(row: &impl Fields) -> Told {
    let unsubscribed = row.get(UNSUBSCRIBED);
    let cleaned = row.get(CLEANED);
    // In a file that has both, the cell that is filled tells.
    let bounced = unsubscribed.is_none() && (cleaned.is_some() || !row.has(UNSUBSCRIBED));
    // Only subscribers have this column; some audiences have fields of the others' names.
    let subscribed = unsubscribed.is_none() && cleaned.is_none() && row.has(&["LAST_CHANGED"]);
    let reason = row.get(&["UNSUB_REASON"]);
    let complained = reason.as_deref().is_some_and(|reason| {
        let reason = reason.to_lowercase();
        reason.contains("spam") || reason.contains("abuse") || reason.contains("complain")
    });
    Told {
        email: row.get(&["Email Address", "Email"]),
        word: match (bounced, complained) {
            _ if subscribed => Word::NoObjection,
            (true, _) => Word::Bounce,
            (_, true) => Word::Complaint,
            _ => Word::Unsubscribe,
        },
        date: if bounced { cleaned } else { unsubscribed },
        text: row.get(&["UNSUB_REASON_OTHER"]).or(reason),
    }
}
