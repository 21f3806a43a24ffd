//! A register's file on its way beside the ledger: read row by row, tagged, and written
//! in pieces so small that whoever records an objection does not notice.

use super::room;
use crate::app::App;
use crate::app::refusal::{Code, Refusal};
use crate::blocklist::registers::{Register, Roll};
use crate::crypto::keyring::Keyring;
use crate::domain::fault::Fault;
use crate::domain::identifier::hashed::{self, NOT_RECORDABLE};
use crate::domain::identifier::{Kind, NORMALISER_VERSION, Reading, Rules, Side, read_into};
use crate::domain::person::Person;
use crate::domain::register::Coverage;
use crate::ledger::registers::{RowsDigest, kind_byte};
use crate::store::{RegisterPieceRow, RegisterVersionRow, registers};
use crate::tabular::robinson::Broken;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Tags in a piece: 33 KB.
const PIECE: usize = 1_000;
/// Pieces in a transaction: whoever records waits for it on SQLite.
const AT_ONCE: usize = 16;
/// The longest that is waited after a transaction, so that others get at the database.
const PAUSE: Duration = Duration::from_millis(50);
/// Broken rows that are told; more would tell nothing new.
const TOLD: usize = 20;
/// Loads under way at once.
const UNDER_WAY: usize = 2;

/// The versions that this instance is writing, and those whose loads have ended.
#[derive(Clone, Default)]
pub(in crate::app) struct Loads(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    under_way: HashSet<Uuid>,
    /// What is not in the ledger now will not come into it: its rows may go at once.
    ended: HashSet<Uuid>,
}

impl Loads {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_under_way(&self, version: Uuid) -> bool {
        self.known().under_way.contains(&version)
    }

    /// Whether it was one of this instance's, and has ended.
    pub(super) fn has_ended(&self, version: Uuid) -> bool {
        self.known().ended.contains(&version)
    }

    pub(super) fn forget(&self, version: Uuid) {
        self.known().ended.remove(&version);
    }

    pub(super) fn enter(&self, app: &App, version: Uuid) -> Result<Place, Refusal> {
        let mut known = self.known();
        if known.under_way.len() >= UNDER_WAY {
            let detail = "Two registers are being loaded. Wait until one of them is done.";
            return Err(Refusal::saying(Code::Unavailable, detail).retry_after(30));
        }
        known.under_way.insert(version);
        Ok(Place { app: app.clone(), version })
    }
}

/// A load under way. When this goes, and the version was not put in force, its rows are
/// nobody's, and are swept.
pub(super) struct Place {
    app: App,
    pub(super) version: Uuid,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.app.ledger.dismiss_roll(self.version);
        let mut known = self.app.loads.known();
        known.under_way.remove(&self.version);
        known.ended.insert(self.version);
    }
}

/// What takes a file's rows.
pub(super) struct Stage {
    pub(super) app: App,
    register: Arc<Register>,
    version: Uuid,
    /// Only looks whether every row can be read.
    dry_run: bool,
    keyring: Arc<Keyring>,
    /// The generation of tags in use when the file began to come.
    generation: i32,
    today: chrono::NaiveDate,
    reading: Reading,
    piece: RegisterPieceRow,
    ready: Vec<RegisterPieceRow>,
    digest: RowsDigest,
    roll: Roll,
    /// What every row so far has.
    coverage: Option<Coverage>,
    /// Bytes written.
    written: u64,
    rows: i64,
    tags: i64,
    faults: Vec<Fault>,
}

/// What came of a whole file.
pub(super) struct Staged {
    pub(super) row: RegisterVersionRow,
    pub(super) roll: Roll,
}

impl Stage {
    /// # Errors
    /// The disk has too little room.
    pub(super) fn new(
        app: &App,
        register: Arc<Register>,
        version: Uuid,
        dry_run: bool,
    ) -> Result<Self, Refusal> {
        if !dry_run {
            room::require(app.ledger.store(), 0)?;
        }
        let memory = app.memory();
        let (generation, keyring, today) = (memory.generation(), app.keyring(), app.today());
        Ok(Self {
            app: app.clone(),
            register,
            version,
            dry_run,
            keyring,
            generation,
            today,
            reading: Reading::default(),
            piece: piece(version, 0),
            ready: Vec::new(),
            digest: RowsDigest::default(),
            roll: Roll::default(),
            coverage: None,
            written: 0,
            rows: 0,
            tags: 0,
            faults: Vec::new(),
        })
    }

    /// The version that is being written.
    pub(super) fn version(&self) -> Uuid {
        self.version
    }

    /// The broken rows so far.
    pub(super) fn told(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }

    /// Takes a record of the Robinson list.
    pub(super) fn record(
        &mut self,
        line: u64,
        record: Result<Person, Broken>,
    ) -> Result<(), Refusal> {
        match record {
            Ok(mut person) => self.take(line, &mut person),
            Err(broken) => {
                self.broken(line, broken.code(), broken.detail());
                Ok(())
            }
        }
    }

    /// Whether so much is wrong that no more needs to be looked at.
    pub(super) fn has_told_enough(&self) -> bool {
        self.faults.len() >= TOLD
    }

    /// Notes a broken row.
    pub(super) fn broken(
        &mut self,
        line: u64,
        code: &'static str,
        detail: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        if self.faults.len() < TOLD {
            self.faults.push(Fault::new(format!("/{line}"), code, detail));
        }
    }

    /// Takes a row: it must have something that the register holds, and nothing of that
    /// that cannot be read. A hash is such: nobody can be found by every spelling of it.
    pub(super) fn take(&mut self, line: u64, person: &mut Person) -> Result<(), Refusal> {
        self.rows += 1;
        let held = self.register.rules.holds.0;
        if !held.contains(Kind::Email) {
            person.emails.clear();
        }
        if !held.contains(Kind::Phone) {
            person.phones.clear();
        }
        if !held.contains(Kind::Personnummer) {
            person.personnummer = None;
        }
        if !held.contains(Kind::Postal) {
            person.addresses.clear();
        }
        if !held.contains(Kind::CustomerId) {
            person.customer_ids.clear();
        }
        if !held.contains(Kind::CookieId) {
            person.cookie_ids.clear();
        }
        if !held.contains(Kind::AdvertisingId) {
            person.advertising_ids.clear();
        }
        person.hashes.retain(|hash| held.contains(hashed::kind(hash.of)));
        let (region, refused) = (&self.register.rules.region, self.app.settings().refused);
        let rules = Rules { region, other_regions: &[], today: self.today, refused };
        let mut reading = std::mem::take(&mut self.reading);
        read_into(&mut reading, person, "", &rules, Side::Store);
        let told = reading.warnings.first().map(|fault| (fault.code.clone(), fault.detail.clone()));
        let hashed = reading.warnings.iter().any(|fault| fault.code == NOT_RECORDABLE.code);
        let taken = match (&*reading.unread, told) {
            _ if hashed => {
                self.broken(line, NOT_RECORDABLE.code, NOT_RECORDABLE.detail);
                Ok(())
            }
            ([], _) if reading.readable > 0 => self.keep(&reading),
            (_, Some((_, detail))) if !reading.unread.is_empty() => {
                let code = reading.unread[0].code;
                self.broken(line, code, detail);
                Ok(())
            }
            (_, told) => {
                let held = self.register.rules.holds.names().join(", ");
                let detail = match told {
                    Some((_, detail)) => detail,
                    None => format!("Nothing in the row is one of {held}.").into(),
                };
                self.broken(line, "nothing_readable", detail);
                Ok(())
            }
        };
        self.reading = reading;
        taken
    }

    fn keep(&mut self, reading: &Reading) -> Result<(), Refusal> {
        let row = Coverage::of_row(&reading.keys);
        match &mut self.coverage {
            Some(all) => all.meet(&row),
            none => *none = Some(row),
        }
        if self.dry_run || !self.faults.is_empty() {
            return Ok(());
        }
        for key in &reading.keys {
            let tag = self.keyring.tag_in(key, self.generation);
            let Some(tag) = tag else {
                log::error!("a register cannot be loaded: the newest tag key is missing");
                return Err(Refusal::new(Code::Internal));
            };
            self.roll.load(&tag, key.kind, key.grade);
            self.piece.kinds.push(kind_byte(key.kind, key.grade));
            self.piece.tags.extend_from_slice(&tag.0);
            self.tags += 1;
            if self.piece.kinds.len() >= PIECE {
                self.cut();
                if self.ready.len() >= AT_ONCE {
                    self.write()?;
                }
            }
        }
        Ok(())
    }

    /// Ends a piece and begins the next.
    fn cut(&mut self) {
        let next = piece(self.version, self.piece.ordinal + 1);
        let done = std::mem::replace(&mut self.piece, next);
        self.digest.add(&done);
        self.ready.push(done);
    }

    fn write(&mut self) -> Result<(), Refusal> {
        let begun = Instant::now();
        let store = self.app.ledger.store();
        let bytes = self.ready.iter().map(|piece| piece.kinds.len() + piece.tags.len());
        self.written += bytes.sum::<usize>() as u64;
        room::require(store, self.written)?;
        let written = store.write(|conn| registers::insert_pieces(conn, &self.ready));
        written.map_err(room::refusal)?;
        self.ready.clear();
        std::thread::sleep(begun.elapsed().min(PAUSE));
        Ok(())
    }

    /// What came of the file, all of it written; the faults, and nothing of it is left.
    pub(super) fn finish(
        mut self,
        (date, bytes, digest): (chrono::NaiveDate, i64, [u8; 32]),
        columns_used: String,
    ) -> Result<Staged, Refusal> {
        if self.rows == 0 && self.faults.is_empty() {
            let detail = "There is no row in the file. A register that holds nobody is not put in force by an empty file.";
            self.broken(1, "empty", detail);
        }
        if let Some(first) = self.faults.first() {
            let place = first.pointer.trim_start_matches('/').to_owned();
            let told = format!(
                "Line {place}: {} Nothing of the file was loaded, and the version in force stays.",
                first.detail
            );
            let faults = std::mem::take(&mut self.faults);
            return Err(Refusal {
                detail: Some(told.into()),
                ..Refusal::at(Code::Unprocessable, faults)
            });
        }
        if !self.piece.kinds.is_empty() {
            self.cut();
        }
        if !self.ready.is_empty() {
            self.write()?;
        }
        self.roll.settle();
        let coverage = serde_json::to_string(&self.coverage.unwrap_or_default());
        let row = RegisterVersionRow {
            position: 0,
            id: self.version.as_bytes().to_vec(),
            register: self.register.id.as_bytes().to_vec(),
            version_date: date.to_string(),
            key_version: self.generation,
            normaliser_version: NORMALISER_VERSION,
            row_count: self.rows,
            tag_count: self.tags,
            piece_count: self.piece.ordinal,
            received_bytes: bytes,
            file_digest: digest.to_vec(),
            rows_digest: self.digest.digest().to_vec(),
            columns_used,
            coverage: Some(coverage.map_err(|_| Refusal::new(Code::Internal))?),
        };
        Ok(Staged { row, roll: self.roll })
    }
}

fn piece(version: Uuid, ordinal: i64) -> RegisterPieceRow {
    let version = version.as_bytes().to_vec();
    RegisterPieceRow {
        version,
        ordinal,
        kinds: Vec::with_capacity(PIECE),
        tags: Vec::with_capacity(PIECE * 32),
    }
}
