//! Which registers there are, and how they stand.

use super::found;
use crate::app::caller::Caller;
use crate::app::paging::{cut, one_more, page, place};
use crate::app::refusal::Refusal;
use crate::app::screen::ColumnUsed;
use crate::app::{App, Instance};
use crate::blocklist::registers::Register;
use crate::domain::Time;
use crate::domain::client::Scope;
use crate::domain::register::{LiftedBy, Preset, Rules};
use crate::ledger::entry::from_micros;
use crate::ledger::registers::{columns_used, coverage, date};
use crate::store::{Connection, RegisterVersionRow, StoreError, entries, registers};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// A register as callers see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegisterView {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The preset that its rules began as.
    pub preset: Option<Preset>,
    /// What it holds.
    pub holds: Vec<String>,
    /// The channels that it closes.
    pub channels: Vec<String>,
    /// How old a version may grow.
    pub max_age_days: u16,
    /// What lifts its block.
    pub lifted_by: LiftedBy,
    /// What headings of its files mean.
    pub columns: Option<String>,
    /// The country of numbers and postcodes that name none.
    pub region: String,
    /// The version in force.
    pub version: Option<VersionView>,
}

/// A version of a register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VersionView {
    /// Its id.
    pub id: Uuid,
    /// The day that its file is of.
    pub date: NaiveDate,
    /// When it was put in force.
    pub loaded_at: Time,
    /// The entry that did.
    pub position: i64,
    /// Rows of its file.
    pub rows: i64,
    /// Which columns were read as what; none of a file with a layout of its own.
    #[serde(default)]
    pub columns_used: Vec<ColumnUsed>,
    /// What every row has: by nothing else can it be told that somebody is not on it.
    #[serde(default)]
    pub every_row_has: Vec<String>,
    /// Bytes of its file.
    pub bytes: i64,
    /// Keyed digest of its file: the same file has the same.
    pub digest: Vec<u8>,
    /// Days since its date.
    pub age_days: i64,
    /// The last day on which it can be relied on.
    pub good_until: NaiveDate,
    /// Whether that day is over.
    pub stale: bool,
    /// Whether it is in force: the newest.
    pub in_force: bool,
}

pub(super) fn register_view(register: &Register, version: Option<VersionView>) -> RegisterView {
    let rules = &register.rules;
    let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    RegisterView {
        id: register.id,
        slug: register.slug.clone(),
        name: register.name.clone(),
        preset: rules.preset,
        holds: names(rules.holds.names()),
        channels: names(rules.channels().names()),
        max_age_days: rules.max_age_days,
        lifted_by: rules.lifted_by,
        columns: rules.columns.clone(),
        region: rules.region.clone(),
        version,
    }
}

/// A version as its row tells of it. `loaded_at` is its entry's time.
pub(super) fn version_view(
    row: &RegisterVersionRow,
    rules: &Rules,
    (today, loaded_at, in_force): (NaiveDate, Time, bool),
) -> Result<VersionView, StoreError> {
    let date = date(&row.version_date)?;
    let good_until = rules.good_until(date);
    Ok(VersionView {
        id: Uuid::from_slice(&row.id).unwrap_or_default(),
        date,
        loaded_at,
        position: row.position,
        rows: row.row_count,
        columns_used: columns_used(row)?,
        every_row_has: coverage(row, rules.holds.0)?.names(),
        bytes: row.received_bytes,
        digest: row.file_digest.clone(),
        age_days: (today - date).num_days(),
        good_until,
        stale: today > good_until,
        in_force,
    })
}

/// The versions of a register before a position, newest first.
fn versions(
    instance: &Instance,
    conn: &mut Connection,
    register: &Register,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<VersionView>, StoreError> {
    let newest = register.in_force().map(|version| version.position);
    let rows = registers::versions_before(conn, register.id.as_bytes(), before, limit)?;
    let view = |row: RegisterVersionRow| {
        let time = entries::get(conn, row.position)?.map_or(0, |entry| entry.time);
        let told = (instance.today(), from_micros(time), Some(row.position) == newest);
        version_view(&row, &register.rules, told)
    };
    rows.into_iter().map(view).collect()
}

/// How old the version in force of a register is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// The register's slug.
    pub register: String,
    /// Days since its date.
    pub days: i64,
    /// Days until it is too old to be relied on: 0 on the last one, and then below.
    pub days_left: i64,
}

impl Instance {
    /// The ages of the registers that have a version.
    #[must_use]
    pub fn register_ages(&self) -> Vec<Age> {
        let today = self.today();
        let age = |register: &Arc<Register>| {
            let date = register.in_force()?.date;
            Some(Age {
                register: register.slug.clone(),
                days: (today - date).num_days(),
                days_left: (register.rules.good_until(date) - today).num_days(),
            })
        };
        self.memory().registers.iter().filter_map(age).collect()
    }
}

const LISTING: [Scope; 3] = [Scope::RegistersWrite, Scope::LookupsDecide, Scope::AuditRead];

/// The registers by slug, each with the version in force, and where the next page begins.
///
/// # Errors
/// [`Refusal`].
pub async fn list_registers(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<RegisterView>, Option<String>), Refusal> {
    caller.require(&LISTING)?;
    app.caught_up_for(caller).await?;
    let mut all: Vec<Arc<Register>> = app.memory().registers.iter().cloned().collect();
    all.sort_by(|a, b| a.slug.cmp(&b.slug));
    let (all, next) = page(all, after, limit, |register| &register.slug);
    let views = app.waiting(move |instance| {
        let views = |conn: &mut Connection| {
            let view = |register: &Arc<Register>| {
                let version = versions(instance, conn, register, (None, 1))?.pop();
                // One that came since counts from the next question on.
                let version = version.filter(|version| version.in_force);
                Ok(register_view(register, version))
            };
            all.iter().map(view).collect::<Result<Vec<_>, StoreError>>()
        };
        Ok(instance.ledger.store().read(views)?)
    });
    Ok((views.await?, next))
}

/// The versions that a register has had, newest first, and where the next page begins.
///
/// # Errors
/// [`crate::app::refusal::Code::NotFound`]; a cursor that is none.
pub async fn list_register_versions(
    app: &App,
    caller: &Caller,
    register: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<VersionView>, Option<String>), Refusal> {
    caller.require(&LISTING)?;
    app.caught_up_for(caller).await?;
    let register = found(&app.memory(), register)?;
    let (before, most) = (place(after)?, one_more(limit));
    let read = app.waiting(move |instance| {
        let read = |conn: &mut Connection| versions(instance, conn, &register, (before, most));
        Ok(instance.ledger.store().read(read)?)
    });
    Ok(cut(read.await?, limit, |version| version.position))
}
