//! Controllers, groups, their names and who belongs to which.

use std::slice::from_ref;

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::{controllers, groups, membership_events, party_names};
use super::{Connection, ControllerRow, GroupRow, MembershipEventRow, PartyNameRow, StoreError};

/// Adds a controller.
pub fn insert_controller(conn: &mut Connection, row: &ControllerRow) -> Result<(), StoreError> {
    insert_all!(conn, controllers, from_ref(row))
}

/// Adds a group.
pub fn insert_group(conn: &mut Connection, row: &GroupRow) -> Result<(), StoreError> {
    insert_all!(conn, groups, from_ref(row))
}

/// Adds a slug and name, which count from their position on.
pub fn insert_name(conn: &mut Connection, row: &PartyNameRow) -> Result<(), StoreError> {
    insert_all!(conn, party_names, from_ref(row))
}

/// Adds the beginning or end of a membership.
pub fn insert_membership(
    conn: &mut Connection,
    row: &MembershipEventRow,
) -> Result<(), StoreError> {
    insert_all!(conn, membership_events, from_ref(row))
}

/// Controllers after a position, ascending.
pub fn controllers_since(
    conn: &mut Connection,
    after: i64,
) -> Result<Vec<ControllerRow>, StoreError> {
    Ok(controllers::table
        .filter(controllers::position.gt(after))
        .order(controllers::position)
        .select(ControllerRow::as_select())
        .load(conn)?)
}

/// Groups after a position, ascending.
pub fn groups_since(conn: &mut Connection, after: i64) -> Result<Vec<GroupRow>, StoreError> {
    Ok(groups::table
        .filter(groups::position.gt(after))
        .order(groups::position)
        .select(GroupRow::as_select())
        .load(conn)?)
}

/// Slugs and names after a position, ascending.
pub fn names_since(conn: &mut Connection, after: i64) -> Result<Vec<PartyNameRow>, StoreError> {
    Ok(party_names::table
        .filter(party_names::position.gt(after))
        .order((party_names::position, party_names::party))
        .select(PartyNameRow::as_select())
        .load(conn)?)
}

/// Beginnings and ends of memberships after a position, ascending.
pub fn memberships_since(
    conn: &mut Connection,
    after: i64,
) -> Result<Vec<MembershipEventRow>, StoreError> {
    use membership_events::{controller_id, group_id, position};
    Ok(membership_events::table
        .filter(position.gt(after))
        .order((position, group_id, controller_id))
        .select(MembershipEventRow::as_select())
        .load(conn)?)
}

/// Whether the controller belongs to the group now.
pub fn is_member(
    conn: &mut Connection,
    group: &[u8],
    controller: &[u8],
) -> Result<bool, StoreError> {
    use membership_events::{began, controller_id, group_id, position};
    let last: Option<bool> = membership_events::table
        .filter(group_id.eq(group).and(controller_id.eq(controller)))
        .order(position.desc())
        .select(began)
        .first(conn)
        .optional()?;
    Ok(last == Some(true))
}

/// Whose slug this is or ever was; the first owner, if there were several.
pub fn slug_owner(conn: &mut Connection, slug: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(party_names::table
        .filter(party_names::slug.eq(slug))
        .order(party_names::position)
        .select(party_names::party)
        .first(conn)
        .optional()?)
}

/// Whose name this is or ever was, letter for letter; the first owner, if there
/// were several.
pub fn name_owner(conn: &mut Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(party_names::table
        .filter(party_names::name.eq(name))
        .order(party_names::position)
        .select(party_names::party)
        .first(conn)
        .optional()?)
}
