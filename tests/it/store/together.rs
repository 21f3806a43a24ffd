//! Transactions: many at once, and what is left of those that fail.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nejtack::store::{
    Backend, EntryRow, ObjectionRow, Store, StoreError, entries, head, keys, objections, tags,
};

use super::fixture::{entry, fill, key, objection, tag_row};
use super::support::{both, run};

/// The next entry, and the head with it.
fn append(store: &Store) -> Result<i64, StoreError> {
    store.write(|conn| {
        let last = head::lock(conn)?;
        let row = EntryRow { time: last.time + 1, ..entry(last.position + 1) };
        entries::insert(conn, &[row])?;
        let next = head::Head { position: last.position + 1, time: last.time + 1 };
        head::advance(conn, next)?;
        Ok(next.position)
    })
}

#[test]
fn many_read_while_one_writes() {
    both(|_, store| {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let mut seen = 0;
                        let mut reads = 0;
                        while !done.load(Ordering::Relaxed) || reads == 0 {
                            // one snapshot: the head and the entries always agree
                            let (head, last) = store
                                .read(|conn| {
                                    let head = head::read(conn)?.position;
                                    Ok((head, entries::position_at(conn, i64::MAX)?))
                                })
                                .expect("reads");
                            assert_eq!(head, last);
                            assert!(head >= seen);
                            seen = head;
                            reads += 1;
                        }
                    })
                })
                .collect();
            for position in 1..=50 {
                assert_eq!(append(store), Ok(position));
            }
            done.store(true, Ordering::Relaxed);
            for reader in readers {
                reader.join().expect("no reader failed");
            }
        });
    });
}

#[test]
fn writers_take_turns() {
    both(|_, store| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        append(store).expect("waits for its turn");
                    }
                });
            }
        });
        assert_eq!(store.read(head::read).map(|head| head.position), Ok(100));
    });
}

#[test]
fn a_reader_keeps_its_snapshot() {
    both(|_, store| {
        store
            .read(|conn| {
                assert_eq!(head::read(conn)?.position, 0);
                append(store)?;
                assert_eq!(head::read(conn)?.position, 0);
                Ok(())
            })
            .expect("read");
        assert_eq!(store.read(head::read).map(|head| head.position), Ok(1));
    });
}

#[test]
fn a_reader_cannot_write() {
    both(|_, store| {
        let error = store.read(|conn| entries::insert(conn, &[entry(1)]));
        assert!(matches!(error, Err(StoreError::Unavailable(_))), "{error:?}");
        assert_eq!(store.read(|conn| entries::get(conn, 1)), Ok(None));
    });
}

#[test]
fn thousands_of_rows_go_in_at_once() {
    both(|_, store| {
        let rows: Vec<_> = (0..5_000).map(|ordinal| tag_row(1, ordinal)).collect();
        store.write(|conn| tags::insert(conn, &rows)).expect("written");
        assert!(store.read(|conn| tags::within(conn, 1, (1, 1))).expect("read") == rows);
        let many: Vec<_> = (1..=2_500).map(entry).collect();
        store.write(|conn| entries::insert(conn, &many)).expect("written");
        assert!(store.read(|conn| entries::list(conn, 0, 9_999)).expect("read") == many);
        store.write(|conn| tags::insert(conn, &[])).expect("none at all is fine");
    });
}

#[test]
fn an_error_undoes_the_whole() {
    both(|_, store| {
        let given = StoreError::Other("changed my mind".into());
        let error: Result<(), _> = store.write(|conn| {
            entries::insert(conn, &[entry(1)])?;
            Err(given.clone())
        });
        assert_eq!(error, Err(given));
        assert_eq!(store.read(|conn| entries::get(conn, 1)), Ok(None));
        assert_eq!(append(store), Ok(1));
    });
}

#[test]
fn a_panic_undoes_the_whole() {
    both(|_, store| {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _: Result<(), _> = store.write(|conn| {
                entries::insert(conn, &[entry(1)])?;
                panic!("on purpose");
            });
        }));
        assert!(panic.is_err());
        assert_eq!(store.read(|conn| entries::get(conn, 1)), Ok(None));
        assert_eq!(append(store), Ok(1));
    });
}

/// PostgreSQL would answer such a COMMIT with a quiet ROLLBACK.
#[test]
fn work_that_swallows_an_error_is_not_called_committed() {
    both(|_, store| {
        fill(store);
        let done = store.write(|conn| {
            objections::insert(conn, &[objection(3, 60, None)])?;
            let _ = objections::insert(conn, &[objection(3, 61, None)]);
            Ok(())
        });
        let there = store.read(|conn| objections::by_position(conn, 3)).expect("read").is_some();
        assert_eq!(done.is_ok(), there, "{done:?}");
    });
}

#[test]
fn a_nul_byte_is_told_and_undoes_the_whole() {
    both(|_, store| {
        let row = EntryRow { body: "hemligt\0".into(), ..entry(2) };
        let done = store.write(|conn| entries::insert(conn, &[entry(1), row.clone()]));
        let found = store.read(|conn| entries::list(conn, 0, 9)).expect("read");
        if store.backend() == Backend::Sqlite {
            // where it is a character like any other
            assert_eq!((done, found), (Ok(()), vec![entry(1), row]));
            return;
        }
        let text = done.expect_err("PostgreSQL has no NUL in a text").to_string();
        assert!(text.contains("NUL byte") && !text.contains("hemligt"), "{text}");
        assert_eq!(found, []);
    });
}

#[test]
fn an_error_tells_no_values() {
    both(|_, store| {
        let broken = ObjectionRow { purpose: "hemligt".into(), ..objection(9, 1, None) };
        let parent = store.write(|conn| objections::insert(conn, std::slice::from_ref(&broken)));
        let id = b"hemligt".to_vec();
        let check = store.write(|conn| {
            entries::insert(conn, &[entry(1)])?;
            objections::insert(conn, &[ObjectionRow { position: 1, id, ..broken.clone() }])
        });
        for error in [parent, check] {
            let error = error.expect_err("a constraint is broken");
            assert!(matches!(error, StoreError::Other(_)), "{error:?}");
            let text = format!("{error} {error:?}");
            assert!(text.contains("constraint") && !text.contains("hemligt"), "{text}");
        }
    });
}

#[test]
fn a_pool_that_is_out_says_busy() {
    both(|_, store| {
        let hold = |depth: u32| {
            fn hold(store: &Store, depth: u32) -> Result<(), StoreError> {
                if depth == 0 { Ok(()) } else { store.read(|_| hold(store, depth - 1)) }
            }
            hold(store, depth)
        };
        assert_eq!(hold(8), Ok(()));
        assert_eq!(hold(9), Err(StoreError::Busy));
    });
}

#[test]
fn a_lost_connection_is_replaced() {
    both(|place, store| {
        if store.backend() == Backend::Sqlite {
            return;
        }
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        append(store).expect("written");
        run(&mut place.raw(), kill).expect("killed");
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(append(store), Ok(2), "an idle connection that was lost is noticed");
        let lost = store.write(|conn| {
            entries::insert(conn, &[entry(3)])?;
            run(&mut place.raw(), kill)?;
            std::thread::sleep(Duration::from_millis(50));
            entries::insert(conn, &[entry(4)])
        });
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        assert_eq!(append(store), Ok(3));
    });
}

/// Here it failed for certain; the store cannot know that.
#[test]
fn a_commit_that_fails_is_unknown() {
    both(|place, store| {
        let first = entry(1);
        if store.backend() == Backend::Postgresql {
            run(
                &mut place.raw(),
                "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; \
                 CREATE CONSTRAINT TRIGGER gone AFTER INSERT ON keys \
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gone()",
            )
            .expect("made");
        }
        let unknown = store.write(|conn| {
            entries::insert(conn, std::slice::from_ref(&first))?;
            if store.backend() == Backend::Sqlite {
                run(conn, "PRAGMA defer_foreign_keys = ON")?;
                objections::insert(conn, &[objection(9, 9, None)])
            } else {
                keys::insert(conn, &[key("tags", 1)])
            }
        });
        assert_eq!(unknown, Err(StoreError::CommitUnknown));
        assert_eq!(store.read(|conn| entries::get(conn, 1)), Ok(None));
        assert_eq!(append(store), Ok(1));
    });
}

#[test]
fn a_full_disk_is_told_and_undoes_the_whole() {
    both(|_, store| {
        if store.backend() == Backend::Postgresql {
            return;
        }
        let limit = |pages: &str| {
            let pragma = format!("PRAGMA max_page_count = {pages}");
            store.write(|conn| run(conn, &pragma)).expect("set");
        };
        limit("100");
        let many: Vec<_> = (1..=5_000).map(entry).collect();
        assert_eq!(store.write(|conn| entries::insert(conn, &many)), Err(StoreError::Full));
        assert_eq!(store.read(|conn| entries::get(conn, 1)), Ok(None));
        limit("1000000");
        assert_eq!(append(store), Ok(1));
    });
}

#[test]
fn a_database_that_went_away_is_unavailable() {
    both(|place, store| {
        if store.backend() == Backend::Sqlite {
            return;
        }
        append(store).expect("written");
        place.abandon();
        let error = append(store);
        assert!(matches!(error, Err(StoreError::Unavailable(_))), "{error:?}");
    });
}
