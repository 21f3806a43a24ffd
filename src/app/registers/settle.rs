//! What a file that was read comes to: an answer that was given before, a version that
//! may follow the one in force, or nothing.

use super::found;
use super::list::version_view;
use super::load::{Loaded, Said};
use crate::app::App;
use crate::app::commit::{Committed, Envelope, answered_before, receipts};
use crate::app::refusal::{Code, Refusal};
use crate::blocklist::registers::Register;
use crate::domain::fault::Fault;
use crate::ledger::entry::from_micros;
use crate::ledger::registers::date;
use crate::store::{RegisterVersionRow, entries, registers};
use chrono::NaiveDate;

/// Before this there was no register, and no date of one.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(1990, 1, 1).expect("a date");
/// From so many rows on, a file that has lost [`FIFTH`] is taken for a broken one.
const MANY: i64 = 50;
/// More than this part of the rows in force.
const FIFTH: i64 = 5;

/// What a file comes to.
pub(super) enum Settled {
    /// It needs no entry: a retry, or a file that is in force already.
    Answered(Box<Committed<Loaded>>),
    /// It may follow this version, the newest; none: it is the first.
    Follows(Option<Before>),
}

/// The version that one is to follow.
#[derive(Clone, Copy)]
pub(super) struct Before {
    /// The entry that put it in force.
    pub(super) position: i64,
    /// Rows of its file.
    pub(super) rows: i64,
}

/// Judges a file by the newest version that the store has: memory may not know of it yet.
///
/// # Errors
/// A file that is too old, or that has lost too much; [`Code::EventNotPossible`] where
/// another version is in force than the one that it is to replace.
pub(super) async fn settled(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
    register: &Register,
    (row, said): (&RegisterVersionRow, &Said),
) -> Result<Settled, Refusal> {
    if let Some(mut earlier) = answered_before::<Loaded>(app, envelope, operation).await? {
        earlier.receipts = receipts(app, earlier.position, earlier.position).await?;
        let own = &mut earlier.value.version;
        (own.position, own.loaded_at) = (earlier.position, earlier.time);
        return Ok(Settled::Answered(Box::new(earlier)));
    }
    app.caught_up_for(envelope.caller).await?;
    let register = found(&app.memory(), &register.id.to_string())?;
    let id = register.id;
    let newest = app.waiting(move |instance| {
        let read = |conn: &mut _| {
            let Some(row) = registers::newest_version(conn, id.as_bytes())? else {
                return Ok(None);
            };
            let time = entries::get(conn, row.position)?.map_or(0, |entry| entry.time);
            Ok(Some((row, from_micros(time))))
        };
        Ok(instance.ledger.store().read(read)?)
    });
    let Some((newest, time)) = newest.await? else {
        return match said.replaces {
            None => Ok(Settled::Follows(None)),
            Some(_) => Err(not_in_force(None)),
        };
    };
    if !envelope.dry_run && is_the_same(&newest, row) {
        let view = version_view(&newest, &register.rules, (app.today(), time, true))?;
        let value = Loaded { register: register.slug.clone(), version: view, rows_before: None };
        let receipts = receipts(app, newest.position, newest.position).await?;
        let position = newest.position;
        return Ok(Settled::Answered(Box::new(Committed { value, position, time, receipts })));
    }
    match said.replaces {
        Some(id) if id.as_bytes() == newest.id.as_slice() => {}
        Some(_) => return Err(not_in_force(Some(&newest))),
        None => not_older(date(&newest.version_date)?, said.date)?,
    }
    if !said.allow_shrink {
        not_shrunk(newest.row_count, row.row_count)?;
    }
    Ok(Settled::Follows(Some(Before { position: newest.position, rows: newest.row_count })))
}

/// The same file of the same day, read in the same way into the same rows.
fn is_the_same(newest: &RegisterVersionRow, row: &RegisterVersionRow) -> bool {
    let of = |row: &RegisterVersionRow| {
        let RegisterVersionRow { version_date, file_digest, rows_digest, .. } = row.clone();
        (version_date, file_digest, rows_digest, row.columns_used.clone(), row.coverage.clone())
    };
    of(newest) == of(row)
}

/// Whether a file can be of this day.
///
/// # Errors
/// A fault at `/date`.
pub(super) fn possible(date: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if date > today {
        return Err(date_fault("in_the_future", "This day is still to come.".to_owned()));
    }
    if date < EARLIEST {
        let detail = "Write the day that the file is of, from 1990-01-01 on.".to_owned();
        return Err(date_fault("out_of_range", detail));
    }
    Ok(())
}

/// Whether a file of this day may follow the version in force.
///
/// # Errors
/// A fault at `/date`.
pub(super) fn not_older(in_force: NaiveDate, date: NaiveDate) -> Result<(), Refusal> {
    if date >= in_force {
        return Ok(());
    }
    Err(date_fault(
        "older_than_in_force",
        format!(
            "The version in force is of {in_force}; load one of that day or later. Where that day is wrong, name the version that this file replaces."
        ),
    ))
}

fn not_shrunk(before: i64, now: i64) -> Result<(), Refusal> {
    if before < MANY || now >= before - before / FIFTH {
        return Ok(());
    }
    let detail = format!(
        "The version in force has {before} rows, this file {now}: it may have been cut off. Nothing of it was loaded. Where it is whole, say allow_shrink."
    );
    let fault = Fault::new("/allow_shrink", "fewer_rows", detail.clone());
    let detail = Some(detail.into());
    Err(Refusal { detail, ..Refusal::at(Code::Unprocessable, vec![fault]) })
}

fn not_in_force(newest: Option<&RegisterVersionRow>) -> Refusal {
    let id = newest.and_then(|row| uuid::Uuid::from_slice(&row.id).ok());
    let detail = match id {
        Some(id) => format!("The version in force is another: {id}. Nothing was loaded."),
        None => "There is no version in force that could be replaced. Nothing was loaded.".into(),
    };
    Refusal::saying(Code::EventNotPossible, detail)
}

fn date_fault(code: &'static str, detail: String) -> Refusal {
    Refusal::at(Code::Unprocessable, vec![Fault::new("/date", code, detail)])
}
