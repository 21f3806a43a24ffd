//! The instance's one row, and its keys.

use super::VerifyError;
use super::finding::{Finding, Stop};
use crate::crypto::keyring::{Keyring, KeyringError, WrappedKey};
use crate::crypto::root_key::RootKey;
use crate::evidence::checkpoint::LogSigner;
use crate::store::instance::InstanceRow;
use crate::store::{Connection, KeyRow, head, instance, keys};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Opens the keys, and looks at both tables.
pub(super) fn open(conn: &mut Connection, root: &RootKey) -> Result<(Keyring, LogSigner), Stop> {
    let rows = keys::all(conn)?;
    let instances = instance::all(conn)?;
    let [own] = &instances[..] else {
        if instances.is_empty() && rows.is_empty() && head::read(conn)?.position == 0 {
            return Err(VerifyError::Empty.into());
        }
        let what = if instances.is_empty() { "its row is missing" } else { "it has several rows" };
        return Err(Finding::table("instance", what).into());
    };
    root_key_fits(own, &rows, root)?;
    id_fits(own)?;
    let keyring = keyring(&rows, root)?;
    times_fit(own, &rows)?;
    let signer = LogSigner::new(&own.origin, keyring.log_seed().1)
        .map_err(|error| Finding::table("instance", format!("the log's name: {error}")))?;
    Ok((keyring, signer))
}

/// The root key is this database's, and every row says so.
fn root_key_fits(own: &InstanceRow, rows: &[KeyRow], root: &RootKey) -> Result<(), Stop> {
    let given = root.id();
    let under = |row: &KeyRow| {
        let key = WrappedKey::from_row("tag", row.version, row.wrapped.clone()).ok()?;
        key.root_key_id()
    };
    let is_own = |row: &KeyRow| under(row).as_ref() == Some(&given);
    if own.root_key_id == given {
        return match rows.iter().find(|row| !is_own(row)) {
            Some(row) => Err(damaged(row)),
            None => Ok(()),
        };
    }
    if !rows.is_empty() && rows.iter().all(is_own) {
        let what = "it names another root key than the one that the keys are under";
        return Err(Finding::table("instance", what).into());
    }
    let needed = own.root_key_id.clone();
    Err(VerifyError::Keys(KeyringError::ForeignRootKey { needed, given }).into())
}

/// The log's name and the instance's time are in its id.
fn id_fits(own: &InstanceRow) -> Result<(), Finding> {
    let wrong = |what: &str| Err(Finding::table("instance", what));
    let Ok(id) = Uuid::from_slice(&own.id) else { return wrong("its id is none") };
    if own.origin != format!("nejtack.invalid/{id}") {
        return wrong("its id and the log's name are of two instances");
    }
    let [a, b, c, d, e, f, ..] = *id.as_bytes();
    let milliseconds = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    if own.created_at != milliseconds * 1_000 {
        return wrong("it was made at another time than its id says");
    }
    Ok(())
}

/// Each key opens, and none is missing between the first and the newest.
fn keyring(rows: &[KeyRow], root: &RootKey) -> Result<Keyring, Stop> {
    let mut newest: BTreeMap<&str, i32> = BTreeMap::new();
    let mut wrapped = Vec::new();
    for row in rows {
        let before = newest.insert(&row.purpose, row.version).unwrap_or(0);
        if row.version != before + 1 {
            return Err(Finding::key(&row.purpose, before + 1, "it is missing").into());
        }
        let key = WrappedKey::from_row(&row.purpose, row.version, row.wrapped.clone());
        wrapped.push(
            key.map_err(|_| Finding::key(&row.purpose, row.version, "there is no such purpose"))?,
        );
    }
    Keyring::open(root, &wrapped).map_err(|error| match error {
        KeyringError::Damaged(purpose, version) => {
            match rows.iter().find(|row| row.purpose == purpose.name() && row.version == version) {
                Some(row) => damaged(row),
                None => VerifyError::Keys(error).into(),
            }
        }
        KeyringError::Missing(purpose) => Finding::key(purpose.name(), 1, "it is missing").into(),
        error => VerifyError::Keys(error).into(),
    })
}

/// The first keys were made with the instance.
fn times_fit(own: &InstanceRow, rows: &[KeyRow]) -> Result<(), Finding> {
    let fits = |row: &&KeyRow| match row.version {
        1 => row.created_at == own.created_at,
        _ => row.created_at >= own.created_at,
    };
    match rows.iter().find(|row| !fits(row)) {
        Some(row) => {
            let what = "it was not made at the time that it says";
            Err(Finding::key(&row.purpose, row.version, what))
        }
        None => Ok(()),
    }
}

fn damaged(row: &KeyRow) -> Stop {
    Finding::key(&row.purpose, row.version, "it does not open: it was altered").into()
}
