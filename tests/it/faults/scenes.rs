//! The states in which an intake meets the disk: SQLite writes otherwise in each.

use super::ask::Heard;
use super::checks::database;
use super::instance::{Instance, Server};
use crate::store::support::run;

/// SQLite folds the WAL back into the database after so many pages.
const FOLDED_AT: usize = 1_000;

/// A state, and an intake in it.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    pub(super) name: &'static str,
    prepare: fn(&Instance, &Server),
    /// The intake: one objection, or so many lines of a batch.
    pub(super) objections: usize,
    /// Bytes of the document that comes with the one.
    document: usize,
    /// Of a call that it makes more often than this, so many are tried.
    pub(super) most: usize,
}

/// One objection in a WAL that is under way.
const USUAL: Scene = Scene {
    name: "an intake like most",
    prepare: before,
    objections: 1,
    document: 0,
    most: usize::MAX,
};

pub(super) const SCENES: [Scene; 6] = [
    USUAL,
    // begins the WAL, and makes its name durable
    Scene { name: "the first intake of a process", prepare: |_, _| {}, ..USUAL },
    Scene { name: "one that folds the WAL back", prepare: grow_wal, ..USUAL },
    Scene { name: "one that begins the WAL anew", prepare: fold, ..USUAL },
    Scene { name: "a batch", objections: 20, most: 24, ..USUAL },
    // more than SQLite's cache: what does not fit is written before the commit
    Scene { name: "a large document", document: 5 << 19, most: 12, ..USUAL },
];

impl Scene {
    /// The server at rest, before the intake.
    pub(super) fn prepare(&self, instance: &Instance, server: &Server) {
        (self.prepare)(instance, server);
    }

    /// The references of what is posted.
    pub(super) fn references(&self) -> Vec<String> {
        (0..self.objections).map(|number| format!("intake-{number}")).collect()
    }

    /// The intake; posting it again is a retry.
    pub(super) fn post(&self, server: &Server) -> Heard {
        match self.objections {
            1 => server.service.object_with("intake-0", self.document),
            _ => server.service.object_all("", &self.references()),
        }
    }
}

fn before(_: &Instance, server: &Server) {
    let heard = server.service.object("before");
    assert_eq!(heard.acknowledged.len(), 1, "{heard:?}");
}

fn fold(instance: &Instance, server: &Server) {
    grow_wal(instance, server);
    before(instance, server);
}

/// Makes the WAL so long that the next commit folds it back. From outside the
/// service, in pages that say nothing: by intakes it would take hundreds.
pub(super) fn grow_wal(instance: &Instance, _: &Server) {
    let mut conn = database(&instance.database());
    for setting in ["wal_autocheckpoint = 0", "synchronous = OFF"] {
        run(&mut conn, &format!("PRAGMA {setting}")).expect("it is set");
    }
    for number in 0..FOLDED_AT {
        run(&mut conn, &format!("PRAGMA user_version = {number}")).expect("it is written");
    }
    run(&mut conn, "PRAGMA user_version = 0").expect("it is written");
}
