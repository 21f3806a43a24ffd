//! Opt-out registers on their way from the store into memory, and the digest that binds
//! a version's rows, which are outside the ledger, to its row in it.

use super::catch_up::{channels, id, json, unknown};
use super::{Ledger, Shared};
use crate::blocklist::registers::{Bound, Register, Registers, Roll, Version};
use crate::crypto::tag::Tag;
use crate::domain::Position;
use crate::domain::identifier::{Grade, Kind, KindSet};
use crate::domain::register::Coverage;
use crate::store::{
    Connection, RegisterBindingRow, RegisterEndingRow, RegisterPieceRow, RegisterRow,
    RegisterVersionRow, StoreError, registers,
};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Pieces read at once: some megabytes.
const READ: i64 = 100;

/// Keys of versions that are about to be put in force, by their ids: whoever has just
/// made them spares memory reading them back.
pub(super) type Called = Mutex<HashMap<Uuid, Arc<Roll>>>;

/// Makes the digest of a version's rows, piece by piece in their order.
#[derive(Clone, Default)]
pub struct RowsDigest(Sha256);

impl RowsDigest {
    /// Takes in the next piece.
    pub fn add(&mut self, piece: &RegisterPieceRow) {
        self.0.update(piece.ordinal.to_be_bytes());
        self.0.update((piece.kinds.len() as u64).to_be_bytes());
        self.0.update(&piece.kinds);
        self.0.update(&piece.tags);
    }

    /// The digest of all that was taken in. The tags are keyed, so that it needs no salt.
    #[must_use]
    pub fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Reads a version's pieces in their order.
///
/// # Errors
/// The store's, or that of `take`.
pub fn each_piece(
    conn: &mut Connection,
    version: &[u8],
    mut take: impl FnMut(RegisterPieceRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut from = Some(i64::MIN); // whatever was put before the first is found too
    while let Some(first) = from {
        let pieces = registers::pieces_from(conn, version, first, READ)?;
        let Some(last) = pieces.last().map(|piece| piece.ordinal) else { break };
        pieces.into_iter().try_for_each(&mut take)?;
        from = last.checked_add(1);
    }
    Ok(())
}

/// The byte of a tag in `kinds`.
#[must_use]
pub const fn kind_byte(kind: Kind, grade: Grade) -> u8 {
    kind as u8 * 4 + grade as u8
}

impl Ledger {
    /// Keeps the keys of a version that is about to be put in force.
    pub fn call_roll(&self, version: Uuid, roll: Roll) {
        super::lock(&self.shared.called).insert(version, Arc::new(roll));
    }

    /// Drops them, where the version was not put in force after all.
    pub fn dismiss_roll(&self, version: Uuid) {
        super::lock(&self.shared.called).remove(&version);
    }
}

impl Shared {
    /// Gets the keys of the versions that are in force now.
    pub(super) fn call_the_rolls(
        &self,
        conn: &mut Connection,
        news: &mut RegisterNews,
        newest_key: i32,
    ) -> Result<(), StoreError> {
        let mut newest: HashMap<&[u8], &RegisterVersionRow> = HashMap::new();
        for row in &news.versions {
            if row.key_version > newest_key {
                return Err(unknown("key version"));
            }
            newest.insert(&row.register, row);
        }
        for row in newest.into_values() {
            let id = id(&row.id)?;
            let ready = super::lock(&self.called).remove(&id);
            let roll = match ready {
                Some(roll) => roll,
                None => Arc::new(read_roll(conn, row)?),
            };
            news.rolls.insert(id, roll);
        }
        Ok(())
    }
}

/// Reads the keys of a version. One that has lost some says nothing: who was on it would
/// be cleared.
fn read_roll(conn: &mut Connection, version: &RegisterVersionRow) -> Result<Roll, StoreError> {
    let (mut roll, mut count) = (Roll::default(), 0_i64);
    each_piece(conn, &version.id, |piece| {
        let (tags, rest) = piece.tags.as_chunks();
        if tags.len() != piece.kinds.len() || !rest.is_empty() {
            return Err(unknown("tag"));
        }
        for (tag, byte) in tags.iter().zip(&piece.kinds) {
            let kind = Kind::from_code(i16::from(byte / 4));
            let kind = kind.ok_or_else(|| unknown("identifier kind"))?;
            let grade = Grade::from_code(i16::from(byte % 4)).ok_or_else(|| unknown("grade"))?;
            roll.load(&Tag(*tag), kind, grade);
        }
        count += i64::try_from(tags.len()).unwrap_or(i64::MAX);
        Ok(())
    })?;
    if count != version.tag_count {
        return Err(StoreError::Other(format!(
            "a register's version of {} has {count} of its {} tags: run `nejtack verify`, and \
             restore a backup",
            version.version_date, version.tag_count
        )));
    }
    roll.settle();
    Ok(roll)
}

/// What came of registers since memory was last brought up.
#[derive(Default)]
pub(super) struct RegisterNews {
    pub(super) registers: Vec<RegisterRow>,
    pub(super) versions: Vec<RegisterVersionRow>,
    pub(super) bindings: Vec<RegisterBindingRow>,
    pub(super) endings: Vec<RegisterEndingRow>,
    /// The keys of versions, by their ids.
    pub(super) rolls: HashMap<Uuid, Arc<Roll>>,
}

impl RegisterNews {
    pub(super) fn since(conn: &mut Connection, from: Position) -> Result<Self, StoreError> {
        Ok(Self {
            registers: registers::since(conn, from)?,
            versions: registers::versions_since(conn, from)?,
            bindings: registers::bindings_since(conn, from)?,
            endings: registers::endings_since(conn, from)?,
            rolls: HashMap::new(),
        })
    }

    pub(super) fn apply(&self, memory: &mut Registers) -> Result<(), StoreError> {
        for row in &self.registers {
            let (slug, name) = (row.slug.clone(), row.name.clone());
            let rules = json(&row.rules)?;
            memory.put(Register::new(id(&row.id)?, row.position, slug, name, rules));
        }
        for row in &self.versions {
            let (id_of, register) = (id(&row.id)?, id(&row.register)?);
            let rules = memory.find(&register.to_string()).map(|own| &own.rules);
            let held = rules.ok_or_else(|| unknown("register"))?.holds.0;
            let version = Version {
                id: id_of,
                position: row.position,
                date: date(&row.version_date)?,
                generation: row.key_version,
                rows: row.row_count,
                coverage: coverage(row, held)?,
            };
            // Those of versions that were replaced meanwhile are nowhere.
            let roll = self.rolls.get(&id_of).cloned().unwrap_or_default();
            memory.put_version(register, version, roll);
        }
        for row in &self.bindings {
            let bound = Bound {
                id: id(&row.id)?,
                position: row.position,
                ended: None,
                binding: json(&row.binding)?,
                channels: channels(row.channels)?,
            };
            memory.put_binding(id(&row.register)?, bound);
        }
        for row in &self.endings {
            memory.end_binding(id(&row.binding)?, row.position);
        }
        Ok(())
    }
}

/// What every row of a version has, of a register that holds these kinds.
///
/// # Errors
/// [`StoreError::Other`]: it cannot be read.
pub fn coverage(row: &RegisterVersionRow, held: KindSet) -> Result<Coverage, StoreError> {
    row.coverage.as_deref().map_or_else(|| Ok(Coverage::of_old(held)), json)
}

/// Which columns of a version's file were read as what.
///
/// # Errors
/// [`StoreError::Other`]: it cannot be read.
pub fn columns_used<T: serde::de::DeserializeOwned>(
    row: &RegisterVersionRow,
) -> Result<T, StoreError> {
    json(&row.columns_used)
}

/// The day of a version.
///
/// # Errors
/// [`StoreError::Other`]: it is none.
pub fn date(text: &str) -> Result<NaiveDate, StoreError> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| unknown("date"))
}
