//! Opt-out registers, their versions, whom they bind, and the tags of a version.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::{
    register_bindings, register_endings, register_rows, register_versions, registers,
};
use super::{
    Connection, RegisterBindingRow, RegisterEndingRow, RegisterPieceRow, RegisterRow,
    RegisterVersionRow, StoreError,
};

/// Adds registers.
pub fn insert(conn: &mut Connection, rows: &[RegisterRow]) -> Result<(), StoreError> {
    insert_all!(conn, registers, rows)
}

/// Adds versions.
pub fn insert_versions(
    conn: &mut Connection,
    rows: &[RegisterVersionRow],
) -> Result<(), StoreError> {
    insert_all!(conn, register_versions, rows)
}

/// Adds bindings.
pub fn insert_bindings(
    conn: &mut Connection,
    rows: &[RegisterBindingRow],
) -> Result<(), StoreError> {
    insert_all!(conn, register_bindings, rows)
}

/// Ends bindings.
pub fn insert_endings(conn: &mut Connection, rows: &[RegisterEndingRow]) -> Result<(), StoreError> {
    insert_all!(conn, register_endings, rows)
}

/// Adds tags of a version that is not in the ledger yet.
pub fn insert_pieces(conn: &mut Connection, rows: &[RegisterPieceRow]) -> Result<(), StoreError> {
    insert_all!(conn, register_rows, rows)
}

/// Registers after a position, ascending.
pub fn since(conn: &mut Connection, after: i64) -> Result<Vec<RegisterRow>, StoreError> {
    Ok(registers::table
        .filter(registers::position.gt(after))
        .order(registers::position)
        .select(RegisterRow::as_select())
        .load(conn)?)
}

/// Versions after a position, ascending.
pub fn versions_since(
    conn: &mut Connection,
    after: i64,
) -> Result<Vec<RegisterVersionRow>, StoreError> {
    Ok(register_versions::table
        .filter(register_versions::position.gt(after))
        .order(register_versions::position)
        .select(RegisterVersionRow::as_select())
        .load(conn)?)
}

/// Bindings after a position, ascending.
pub fn bindings_since(
    conn: &mut Connection,
    after: i64,
) -> Result<Vec<RegisterBindingRow>, StoreError> {
    Ok(register_bindings::table
        .filter(register_bindings::position.gt(after))
        .order(register_bindings::position)
        .select(RegisterBindingRow::as_select())
        .load(conn)?)
}

/// Ended bindings after a position, ascending.
pub fn endings_since(
    conn: &mut Connection,
    after: i64,
) -> Result<Vec<RegisterEndingRow>, StoreError> {
    Ok(register_endings::table
        .filter(register_endings::position.gt(after))
        .order(register_endings::position)
        .select(RegisterEndingRow::as_select())
        .load(conn)?)
}

/// Whether no register ever had the slug, nor the name.
pub fn is_free(conn: &mut Connection, slug: &str, name: &str) -> Result<bool, StoreError> {
    let taken = registers::table
        .filter(registers::slug.eq(slug).or(registers::name.eq(name)))
        .select(registers::position);
    Ok(taken.first::<i64>(conn).optional()?.is_none())
}

/// The newest version of a register: the one in force.
pub fn newest_version(
    conn: &mut Connection,
    register: &[u8],
) -> Result<Option<RegisterVersionRow>, StoreError> {
    let newest = register_versions::table
        .filter(register_versions::register.eq(register))
        .order(register_versions::position.desc());
    Ok(newest.select(RegisterVersionRow::as_select()).first(conn).optional()?)
}

/// Versions of a register before a position (none: from the newest), newest first.
pub fn versions_before(
    conn: &mut Connection,
    register: &[u8],
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<RegisterVersionRow>, StoreError> {
    Ok(register_versions::table
        .filter(register_versions::register.eq(register))
        .filter(register_versions::position.lt(before.unwrap_or(i64::MAX)))
        .order(register_versions::position.desc())
        .limit(limit)
        .select(RegisterVersionRow::as_select())
        .load(conn)?)
}

/// Whether a binding was ended.
pub fn has_ended(conn: &mut Connection, binding: &[u8]) -> Result<bool, StoreError> {
    let ended = register_endings::table.filter(register_endings::binding.eq(binding));
    Ok(ended.select(register_endings::position).first::<i64>(conn).optional()?.is_some())
}

/// How many pieces of a version there are.
pub fn pieces(conn: &mut Connection, version: &[u8]) -> Result<i64, StoreError> {
    Ok(register_rows::table.filter(register_rows::version.eq(version)).count().get_result(conn)?)
}

/// The pieces of a version from a place on, ascending.
pub fn pieces_from(
    conn: &mut Connection,
    version: &[u8],
    from: i64,
    limit: i64,
) -> Result<Vec<RegisterPieceRow>, StoreError> {
    Ok(register_rows::table
        .filter(register_rows::version.eq(version))
        .filter(register_rows::ordinal.ge(from))
        .order(register_rows::ordinal)
        .limit(limit)
        .select(RegisterPieceRow::as_select())
        .load(conn)?)
}

/// The first version after this one, in the order of ids, that has tags here.
pub fn next_with_pieces(
    conn: &mut Connection,
    after: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    let next = register_rows::table
        .filter(register_rows::version.gt(after))
        .order((register_rows::version, register_rows::ordinal))
        .select(register_rows::version);
    Ok(next.first(conn).optional()?)
}

/// The register and position of a version that is in the ledger.
pub fn register_of(
    conn: &mut Connection,
    version: &[u8],
) -> Result<Option<(Vec<u8>, i64)>, StoreError> {
    let found = register_versions::table.filter(register_versions::id.eq(version));
    let found = found.select((register_versions::register, register_versions::position));
    Ok(found.first(conn).optional()?)
}

/// Drops the first pieces of a version that is not in force; how many there were.
pub fn forget_pieces(
    conn: &mut Connection,
    version: &[u8],
    limit: i64,
) -> Result<usize, StoreError> {
    let first = register_rows::table
        .filter(register_rows::version.eq(version))
        .order(register_rows::ordinal)
        .limit(limit)
        .select(register_rows::ordinal);
    let ordinals: Vec<i64> = first.load(conn)?;
    let Some(last) = ordinals.last() else { return Ok(0) };
    let gone = register_rows::table
        .filter(register_rows::version.eq(version))
        .filter(register_rows::ordinal.le(last));
    Ok(diesel::delete(gone).execute(conn)?)
}
