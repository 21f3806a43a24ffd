//! Why a decision is as it is: what memory found, with what the store says of it.

use super::Instance;
use super::refusal::{Code, Refusal};
use super::visible::id_of;
pub(super) use crate::blocklist::Met;
use crate::domain::channel::ChannelSet;
use crate::domain::decision::Reason;
use crate::domain::objection::Source;
use crate::ledger::entry::from_micros;
use crate::store::objections::{self, ToldRow};
use std::collections::HashMap;

/// The reasons of many answers, read at once; `None` stays `None`. Waits for the
/// database.
///
/// # Errors
/// The store's; an objection that memory holds and the store does not.
pub(super) fn reasons(
    instance: &Instance,
    met: &[Option<Vec<Met>>],
) -> Result<Vec<Option<Vec<Reason>>>, Refusal> {
    let every = met.iter().flatten().flatten();
    let mut positions: Vec<_> = every.map(|met| met.position).collect();
    positions.sort_unstable();
    positions.dedup();
    let rows = instance.ledger.store().read(|conn| objections::told(conn, &positions))?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.position, row)).collect();
    let told = |met: &Met| {
        let row = rows.get(&met.position).ok_or_else(|| Refusal::new(Code::Internal))?;
        reason(met, row)
    };
    let all = met.iter().map(|met| match met {
        None => Ok(None),
        Some(met) => met.iter().map(told).collect::<Result<_, _>>().map(Some),
    });
    all.collect()
}

fn reason(met: &Met, row: &ToldRow) -> Result<Reason, Refusal> {
    let broken = || Refusal::new(Code::Internal);
    Ok(Reason {
        objection: id_of(&row.id)?,
        position: row.position,
        source: Source::named(&row.source).ok_or_else(broken)?,
        since: from_micros(row.received_at),
        channels: u16::try_from(row.channels).map(ChannelSet::from_bits).map_err(|_| broken())?,
        matched: met.kind,
        grade: met.grade,
        shared: met.shared,
    })
}
