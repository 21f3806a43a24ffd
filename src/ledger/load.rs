//! The first reading of a ledger: every objection and key, by several threads side
//! by side.

use super::catch_up::{Bindings, hit, insert_objection, unknown};
use crate::blocklist::Blocklist;
use crate::crypto::tag::Tag;
use crate::domain::Position;
use crate::store::tags::PackedRow;
use crate::store::{Connection, Store, StoreError, objections, tags};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;
use std::thread;

/// Positions read at once: with ten keys an objection some megabytes.
const PART: Position = 8_192;
/// More threads would wait for the one that takes in what they read.
const READERS: usize = 4;

/// The blocklist of everything up to `head`, without later events.
pub(super) fn blocklist(
    store: &Store,
    generation: i32,
    head: Position,
) -> Result<Blocklist, StoreError> {
    let mut blocklist = Blocklist::default();
    let mut bindings = Bindings::default();
    in_order(store, head, objections::terms_within, |rows| {
        rows.iter().try_for_each(|row| insert_objection(&mut blocklist, row, &mut bindings))
    })?;
    let read = |conn: &mut Connection, part| tags::packed_within(conn, generation, part);
    let mut near = 0;
    in_order(store, head, read, |rows| {
        rows.iter().try_for_each(|row| load(&mut blocklist, row, &mut near))
    })?;
    blocklist.settle();
    Ok(blocklist)
}

/// Takes in the keys that an entry brought.
fn load(blocklist: &mut Blocklist, row: &PackedRow, near: &mut usize) -> Result<(), StoreError> {
    let (tags, rest) = row.tags.as_chunks();
    if tags.len() != row.kinds.len() || !rest.is_empty() {
        return Err(unknown("tag"));
    }
    for (tag, of_kind) in tags.iter().zip(&row.kinds) {
        let hit = hit(row.objection, row.position, i16::from(of_kind / 4), i16::from(of_kind % 4))?;
        blocklist.load_tag(&Tag(*tag), hit, near)?;
    }
    Ok(())
}

/// Reads the entries up to `head` in parts, on several threads, and hands the parts
/// on in the order of positions. The ledger only grows, so parts may be read one
/// after the other and still belong together.
fn in_order<T: Send>(
    store: &Store,
    head: Position,
    read: impl Fn(&mut Connection, (Position, Position)) -> Result<Vec<T>, StoreError> + Sync,
    mut take: impl FnMut(Vec<T>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let next = AtomicI64::new(1);
    let readers = thread::available_parallelism().map_or(1, |cores| cores.get().min(READERS));
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(readers);
        for _ in 0..readers {
            let (sender, read, next) = (sender.clone(), &read, &next);
            scope.spawn(move || {
                loop {
                    let first = next.fetch_add(PART, Ordering::Relaxed);
                    if first > head {
                        return;
                    }
                    let part = (first, head.min(first + PART - 1));
                    let rows = store.read(|conn| read(conn, part));
                    if sender.send((first, rows)).is_err() {
                        return; // another part failed
                    }
                }
            });
        }
        drop(sender);
        let (mut early, mut due) = (BTreeMap::new(), 1);
        for (first, rows) in receiver {
            early.insert(first, rows?);
            while let Some(rows) = early.remove(&due) {
                take(rows)?;
                due += PART;
            }
        }
        Ok(())
    })
}
