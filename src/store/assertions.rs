//! Client assertions that have been used: each counts once (RFC 7523, 3.7).

use diesel::prelude::*;

use super::schema::used_assertions;
use super::{Connection, StoreError, dialect};

/// Uses an assertion up; false when it was used before. Those that have expired
/// by `now` are dropped: their own expiry refuses them.
pub fn use_once(
    conn: &mut Connection,
    client: &str,
    jti_tag: &[u8],
    expires_at: i64,
    now: i64,
) -> Result<bool, StoreError> {
    let expired = used_assertions::table.filter(used_assertions::expires_at.lt(now));
    diesel::delete(expired).execute(conn)?;
    dialect::insert_assertion(conn, (client, jti_tag, expires_at))
}
