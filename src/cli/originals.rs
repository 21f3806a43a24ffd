//! `nejtack originals`.

use super::failure::Outcome;
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::{Originals, OriginalsAction};
use serde_json::json;

/// Does what `originals` was asked.
pub(super) fn run(options: &Originals) -> Outcome {
    let OriginalsAction::Shred { older_than, objection, proof } = &options.action;
    let body = match objection {
        Some(id) => json!({"objection": id, "proof": proof}),
        None => json!({"older_than_days": older_than, "proof": proof}),
    };
    let (mut records, mut entries, mut waiting) = (0, 0, 0);
    instance::with(&options.asking, Need::Read, |api| {
        loop {
            let done = api.post(&["v1", "shreddings"], &body)?;
            records += done["records"].as_i64().unwrap_or_default();
            entries += done["entries"].as_i64().unwrap_or_default();
            waiting = waiting.max(done["waiting"].as_i64().unwrap_or_default());
            if done["more"] != true {
                return Ok(());
            }
        }
    })?;
    if options.asking.json {
        return out::json(&json!({"records": records, "entries": entries, "waiting": waiting}));
    }
    out::line(match records {
        0 => "Nothing was left to shred.".to_owned(),
        1 => "The originals of 1 record are gone; it blocks as before.".to_owned(),
        many => format!("The originals of {many} records are gone; they block as before."),
    })?;
    if waiting > 0 {
        out::line(format!(
            "{waiting} messages in the review list keep theirs until staff have settled them."
        ))?;
    }
    Ok(())
}
