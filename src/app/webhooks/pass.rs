//! One pass over all endpoints: what has ended is settled, deliveries are made, and some
//! are taken to be sent, in one read and at most one write, however many there are. A
//! pass does a bounded part, each endpoint in its turn, so that one that is far behind
//! holds up nobody, and whoever records objections does not wait long for the database.

use super::super::Instance;
use super::super::changes::{Change, within};
use super::send::{Claimed, Ended, LEASE, micros};
use crate::domain::Position;
use crate::ledger::memory::Endpoint;
use crate::store::{
    Connection, StoreError, WebhookDeliveryRow, head, webhook_deliveries, webhooks,
};
use std::collections::HashMap;
use std::time::Instant;

/// Entries looked through at once.
const PART: usize = 200;
/// So many deliveries are made in a pass; an endpoint's part is not divided.
const MADE: usize = 400;
/// So many are taken in a pass.
const TAKEN: usize = 400;
/// A cursor is moved past entries that an endpoint does not hear of only now and then:
/// each move is a write.
const IDLE: Position = 1_000;

/// An endpoint that is sent to.
pub(super) struct Lane {
    pub(super) endpoint: Endpoint,
    /// How far it has been looked through since this instance began.
    pub(super) through: Position,
    /// How many deliveries may be taken.
    pub(super) room: usize,
}

/// What a pass has come to, of the same endpoints in the same order.
pub(super) struct Passed {
    /// How far it has been looked through now, and what was taken.
    pub(super) lanes: Vec<(Position, Vec<Claimed>)>,
    /// Whether there is more to do right away.
    pub(super) more: bool,
    /// With which endpoint the next pass is to begin: those before had their turn. 0 where
    /// all of them had.
    pub(super) next: usize,
    /// Why an endpoint waits, of one at least that does.
    pub(super) failed: Option<StoreError>,
}

/// What was read of an endpoint.
#[derive(Default)]
struct Looked {
    /// From where its cursor moves to where, with what is told of that part.
    moves: Option<(Option<Position>, Position, Vec<WebhookDeliveryRow>)>,
    /// How far it has been looked through without anything to write.
    through: Position,
    due: bool,
    /// Whether it was left for the next pass, or some of its deliveries were.
    left: bool,
    /// What is in its way.
    failed: Option<StoreError>,
}

/// Parts of the ledger by where they begin: endpoints that have come as far share them.
type Parts = HashMap<Position, (Vec<Change>, Position)>;

impl Instance {
    /// Does a pass. `head` must be a position that would survive the loss of this
    /// server. Waits for the database.
    pub(super) fn pass(
        &self,
        lanes: &[Lane],
        ended: &[Ended],
        head: Position,
    ) -> Result<Passed, StoreError> {
        let store = self.ledger.store();
        let mut looked = store.read(|conn| self.look(conn, lanes, head))?;
        let all = Vec::with_capacity(lanes.len());
        let mut passed = Passed { lanes: all, more: false, next: 0, failed: None };
        let idle = |one: &Looked| one.moves.is_none() && !one.due;
        let mut taken = Vec::new();
        if !(ended.is_empty() && looked.iter().all(idle)) {
            taken = store.write(|conn| self.write_down(conn, lanes, &mut looked, ended))?;
        }
        passed.next = looked.iter().position(|one| one.left).unwrap_or(0);
        taken.resize_with(lanes.len(), Vec::new);
        for (one, claimed) in looked.into_iter().zip(taken) {
            passed.more |= one.left || (one.failed.is_none() && one.through < head);
            passed.failed = passed.failed.or(one.failed);
            passed.lanes.push((one.through, claimed));
        }
        Ok(passed)
    }

    /// Looks what there is to do.
    fn look(
        &self,
        conn: &mut Connection,
        lanes: &[Lane],
        head: Position,
    ) -> Result<Vec<Looked>, StoreError> {
        let now = head::database_time(conn)?;
        let (mut parts, mut made) = (Parts::new(), 0);
        let mut all = Vec::with_capacity(lanes.len());
        for lane in lanes {
            let id = lane.endpoint.webhook.id;
            let mut looked = Looked { through: lane.through, ..Looked::default() };
            looked.left = lane.through < head && made >= MADE;
            if lane.through < head && !looked.left {
                match self.look_further(conn, lane, head, &mut parts) {
                    Ok(further) => looked = further,
                    // A row that cannot be read is in the way of those alone that come to it.
                    Err(error) => looked.failed = Some(error),
                }
                made += looked.moves.as_ref().map_or(0, |(.., rows)| rows.len());
            }
            let fresh = looked.moves.as_ref().is_some_and(|(.., rows)| !rows.is_empty());
            looked.due =
                lane.room > 0 && (fresh || webhook_deliveries::any_due(conn, id.as_bytes(), now)?);
            all.push(looked);
        }
        Ok(all)
    }

    fn look_further(
        &self,
        conn: &mut Connection,
        lane: &Lane,
        head: Position,
        parts: &mut Parts,
    ) -> Result<Looked, StoreError> {
        let endpoint = &lane.endpoint;
        let cursor = webhooks::cursor(conn, endpoint.webhook.id.as_bytes())?;
        let stands = cursor.unwrap_or(endpoint.registered);
        let from = lane.through.max(stands);
        let (changes, to) = match parts.entry(from) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(within(conn, (from, head), PART)?)
            }
        };
        let (rows, to) = (self.rows(endpoint, changes), *to);
        if rows.is_empty() && to - stands < IDLE {
            return Ok(Looked { through: to, ..Looked::default() });
        }
        Ok(Looked { moves: Some((cursor, to, rows)), through: from, ..Looked::default() })
    }

    /// Writes down what was made and what has ended, and takes what is to be sent.
    fn write_down(
        &self,
        conn: &mut Connection,
        lanes: &[Lane],
        looked: &mut [Looked],
        ended: &[Ended],
    ) -> Result<Vec<Vec<Claimed>>, StoreError> {
        let now = head::database_time(conn)?;
        for one in ended {
            one.settle(conn, now)?;
        }
        // In one order, so that two instances never wait for each other.
        let mut order: Vec<_> = (0..lanes.len()).collect();
        order.sort_by_key(|at| lanes[*at].endpoint.webhook.id);
        for at in order {
            let Some((cursor, to, mut rows)) = looked[at].moves.take() else { continue };
            let id = lanes[at].endpoint.webhook.id;
            // Where another instance was faster, this is looked at anew from where it is.
            if webhooks::advance(conn, id.as_bytes(), cursor, to)? {
                for row in &mut rows {
                    (row.created_at, row.due_at) = (now, now);
                }
                webhook_deliveries::insert(conn, &rows)?;
                looked[at].through = to;
            }
        }
        let (mut left, lease) = (TAKEN, now + micros(LEASE));
        let mut taken = Vec::with_capacity(lanes.len());
        for (lane, one) in lanes.iter().zip(looked) {
            let most = if one.due { lane.room.min(left) } else { 0 };
            let rows = match i64::try_from(most).unwrap_or(0) {
                0 => Vec::new(),
                most => {
                    let id = lane.endpoint.webhook.id;
                    webhook_deliveries::claim(conn, id.as_bytes(), (now, lease), most)?
                }
            };
            left -= rows.len().min(left);
            one.left |= one.due && rows.len() == most && most < lane.room;
            let since = Instant::now();
            taken.push(rows.into_iter().map(|row| Claimed { row, lease, since }).collect());
        }
        Ok(taken)
    }
}
