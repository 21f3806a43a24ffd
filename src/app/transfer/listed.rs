//! A row of a program's list becomes an objection.

use super::import::{Import, Include, Status, Told};
use super::known::References;
use crate::app::record::{self, NewRecord, read_of};
use crate::app::refusal::{Code, Refusal};
use crate::domain::Time;
use crate::domain::fault::Fault;
use crate::domain::identifier::Key;
use crate::domain::objection::Source;
use crate::domain::proxy::SKEW;
use crate::ledger::entry::written;
use crate::tabular::import::{Listed, Since, Word};
use serde_json::json;

/// Takes a row.
pub(super) async fn take(import: &Import, row: u64, listed: &Listed) -> Result<Told, Refusal> {
    let Listed { person, word, since, date, text } = listed;
    let word = match (import.asked.include, *word) {
        // The file is of those who unsubscribed: the caller says so.
        (Some(Include::Enabled), Word::NoObjection) => Word::Unsubscribe,
        (_, word) => word,
    };
    if !(word.is_objection()
        || import.asked.include == Some(Include::Bounces) && word == Word::Bounce)
    {
        return Ok(Told::skipped(Some(word.name())));
    }
    let app = &import.app;
    let now = app.now();
    let (original, warning) = dated(*since, now);
    let format = import.asked.format.name();
    let new = NewRecord {
        source: Source::Import,
        objected_at: original.unwrap_or(now),
        channels: import.channels(),
        binding: import.binding.clone(),
        person,
        reference: None,
        details: json!({
            "format": format, "word": word.name(), "original_date": original.map(written),
            "import": import.id,
        }),
        document: None,
    };
    let reading = read_of(app, &new);
    if reading.readable == 0 {
        return Err(Refusal::at(Code::NothingReadable, reading.warnings));
    }
    // What the row gives as the date, also where it is none or is yet to come: a second
    // no is another one.
    let said = match since {
        Since::At(at) => written(*at),
        Since::Unsaid => UNDATED.to_owned(),
        Since::Unreadable => format!("?{}", date.as_deref().unwrap_or_default()),
    };
    let reference =
        |date: &str| import.reference(&says(&reading.keys, date, import.channels().bits()));
    let unsure = warning.is_some().then(|| reference(UNDATED));
    let reference = reference(&said);
    let twice = import.seen_before(&reference);
    let by = References { sure: vec![reference.clone()], unsure };
    if let Some(earlier) = import.earlier(&by).await? {
        return earlier.told();
    }
    if twice {
        return Ok(Told::known(None));
    }
    let new = NewRecord { reference: Some(&reference), ..new };
    // The row's place makes each of two that are alike another content: the second is
    // answered as one that is known.
    let content = json!({
        "import": import.id, "row": row, "format": format, "word": word.name(),
        "original_date": original.map(written), "person": person,
    });
    let canonical =
        serde_json_canonicalizer::to_vec(&content).map_err(|_| Refusal::new(Code::Internal))?;
    let envelope = import.envelope(&canonical);
    let recorded = record::record(app, &envelope, "run_import", new, |sealer| {
        if let Some(text) = text {
            sealer.seal_text("row", text);
        }
    });
    match recorded.await {
        Ok(committed) => {
            let id = (!import.asked.dry_run).then_some(committed.value.id);
            let warnings = committed.value.warnings.into_iter().chain(warning).collect();
            Ok(Told { status: Status::Recorded, id, why: None, warnings, refusal: None })
        }
        Err(refusal) if refusal.code == Code::ReferenceReused => {
            import.earlier(&by).await?.map_or_else(|| Ok(Told::known(None)), |it| it.told())
        }
        Err(refusal) => Err(refusal),
    }
}

/// When the person objected, as far as can be believed, and what is wrong with it. A
/// date that cannot be read stops no objection.
fn dated(since: Since, now: Time) -> (Option<Time>, Option<Fault>) {
    let told = |code: &'static str, detail: &'static str| {
        (None, Some(Fault::new("/objected_at", code, detail)))
    };
    match since {
        Since::Unsaid => (None, None),
        Since::At(at) if at <= now + SKEW => (Some(at), None),
        Since::At(_) => {
            told("in_the_future", "The date lies after now: the objection counts from now on.")
        }
        Since::Unreadable => told(
            "date_unreadable",
            "The date cannot be read for sure: the objection counts from now on. Write it as 2024-05-31 or 2024-05-31T09:12:00Z.",
        ),
    }
}

/// The date of a row that gives none.
const UNDATED: &str = "-";

/// What a row says, whichever way it is written: who, since when, and of what.
fn says(keys: &[Key], date: &str, channels: u16) -> Vec<u8> {
    let mut says: Vec<Vec<u8>> = keys
        .iter()
        .map(|key| [&[key.kind as u8, key.grade as u8][..], &*key.material].concat())
        .collect();
    says.sort();
    let mut all = date.as_bytes().to_vec();
    all.extend_from_slice(&channels.to_be_bytes());
    for one in says {
        all.extend_from_slice(&(one.len() as u64).to_be_bytes());
        all.extend_from_slice(&one);
    }
    all
}
