//! listmonk's export of subscribers: a CSV of `uuid`, `email`, `name`, `attributes`,
//! `status` (`enabled`, `disabled`, `blocklisted`), `created_at` and `updated_at`. Only
//! `blocklisted` is a no; since when is `updated_at`, the nearest that there is. Who
//! unsubscribed from a list stays `enabled`: that a file is of those, as listmonk exports
//! them by a list's "unsubscribed", nothing in it says, and the caller must.
//!
//! <https://github.com/knadh/listmonk>, `cmd/subscribers.go`, writes it;
//! <https://listmonk.app/docs/concepts/> tells what a status means.

use super::fields::Fields;
use super::{Said, Told, Word};
use crate::tabular::campaign::Column;

pub(super) const KNOWN: &[(&str, Column)] = &[("email", Column::Email)];
pub(super) const NEEDED: &[&[&str]] = &[&["status"]];

pub(super) fn read(row: &impl Fields) -> Said {
    let status = row.get(&["status"]).unwrap_or_default().to_ascii_lowercase();
    let word = match &*status {
        "blocklisted" | "blacklisted" => Word::Blocklisted,
        "unsubscribed" => Word::Unsubscribe,
        "enabled" | "disabled" => Word::NoObjection,
        _ => {
            return Err(
                "The status is none of blocklisted, unsubscribed, enabled and disabled: nobody can tell whether it is a no.",
            );
        }
    };
    Ok(Told { email: row.get(&["email"]), word, date: row.get(&["updated_at"]), text: None })
}
