//! Entries that can change decisions, and what they are about.

use diesel::prelude::*;

use super::schema::{
    entries, membership_events, objection_events, objections, register_bindings, register_endings,
    register_versions,
};
use super::{Connection, MembershipEventRow, ObjectionEventRow, StoreError};

/// An entry's position, time, kind and subject.
pub type Place = (i64, i64, String, Option<Vec<u8>>);

/// What an objection covers: position, id, source, channels, binding.
pub type Covering = (i64, Vec<u8>, String, i32, String);

/// Entries of these kinds after a position and up to another, ascending.
pub fn of_kinds(
    conn: &mut Connection,
    kinds: &[&str],
    (after, until): (i64, i64),
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    Ok(entries::table
        .filter(entries::position.gt(after))
        .filter(entries::position.le(until))
        .filter(entries::kind.eq_any(kinds))
        .order(entries::position)
        .limit(limit)
        .select((entries::position, entries::time, entries::kind, entries::subject))
        .load(conn)?)
}

/// The objections at these positions, ascending.
pub fn objections(conn: &mut Connection, positions: &[i64]) -> Result<Vec<Covering>, StoreError> {
    Ok(objections::table
        .filter(objections::position.eq_any(positions))
        .order(objections::position)
        .select((
            objections::position,
            objections::id,
            objections::source,
            objections::channels,
            objections::binding,
        ))
        .load(conn)?)
}

/// The later events at these positions, ascending.
pub fn events(
    conn: &mut Connection,
    positions: &[i64],
) -> Result<Vec<ObjectionEventRow>, StoreError> {
    Ok(objection_events::table
        .filter(objection_events::position.eq_any(positions))
        .order(objection_events::position)
        .select(ObjectionEventRow::as_select())
        .load(conn)?)
}

/// The memberships that began or ended at these positions, ascending.
pub fn memberships(
    conn: &mut Connection,
    positions: &[i64],
) -> Result<Vec<MembershipEventRow>, StoreError> {
    Ok(membership_events::table
        .filter(membership_events::position.eq_any(positions))
        .order(membership_events::position)
        .select(MembershipEventRow::as_select())
        .load(conn)?)
}

/// Whom the registers bind that entries at these positions are about: each position
/// with a `Binding` as JSON, of a version those of every binding that its register has.
pub fn register_bindings(
    conn: &mut Connection,
    positions: &[i64],
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut all: Vec<(i64, String)> = register_bindings::table
        .filter(register_bindings::position.eq_any(positions))
        .select((register_bindings::position, register_bindings::binding))
        .load(conn)?;
    let ended: Vec<(i64, Vec<u8>)> = register_endings::table
        .filter(register_endings::position.eq_any(positions))
        .select((register_endings::position, register_endings::binding))
        .load(conn)?;
    for (position, id) in ended {
        let binding = register_bindings::table.filter(register_bindings::id.eq(&id));
        let binding: Vec<String> = binding.select(register_bindings::binding).load(conn)?;
        all.extend(binding.into_iter().map(|binding| (position, binding)));
    }
    let loaded: Vec<(i64, Vec<u8>)> = register_versions::table
        .filter(register_versions::position.eq_any(positions))
        .select((register_versions::position, register_versions::register))
        .load(conn)?;
    for (position, register) in loaded {
        let bound = register_bindings::table.filter(register_bindings::register.eq(&register));
        let bound: Vec<String> = bound.select(register_bindings::binding).load(conn)?;
        all.extend(bound.into_iter().map(|binding| (position, binding)));
    }
    Ok(all)
}
