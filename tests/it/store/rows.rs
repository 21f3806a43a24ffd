//! What goes in comes out, and nothing goes in twice.

use nejtack::store::head::Head;
use nejtack::store::*;

use super::fixture::*;
use super::support::both;

fn filled(test: impl Fn(&mut Connection) -> Result<(), StoreError>) {
    both(|_, store| {
        fill(store);
        store.read(|conn| test(conn)).expect("all of it can be read");
    });
}

#[test]
fn entries_come_back() {
    filled(|conn| {
        assert_eq!(entries::get(conn, 2)?, Some(entry(2)));
        assert_eq!(entries::get(conn, 5)?, None);
        assert_eq!(entries::list(conn, 1, 2)?, [entry(2), entry(3)]);
        assert_eq!(entries::list(conn, 4, 9)?, []);
        assert_eq!(leaves::submission_salt(conn, 2)?, Some(salt(2)));
        assert_eq!(leaves::submission_salt(conn, 3)?, None);
        assert_eq!(leaves::leaves_at(conn, &[3, 2, 1])?, [leaf(1), leaf(2)]);
        assert_eq!(leaves::leaves_since(conn, 1, 9)?, [leaf(2)]);
        assert_eq!(leaves::checkpoint_of(conn, 1)?, Some(checkpoint(2)));
        assert_eq!(leaves::checkpoint_of(conn, 3)?, None);
        assert_eq!(leaves::newest_checkpoint(conn)?, Some(checkpoint(2)));
        Ok(())
    });
}

#[test]
fn a_time_leads_to_its_last_position() {
    filled(|conn| {
        // 1 | 2 3 | 4 share their times
        for (time, position) in [(999, 0), (1_000, 1), (1_009, 1), (1_010, 3), (1_020, 4)] {
            assert_eq!(entries::position_at(conn, time)?, position, "{time}");
        }
        assert_eq!(entries::position_at(conn, i64::MAX)?, 4);
        Ok(())
    });
}

#[test]
fn objections_and_events_come_back() {
    filled(|conn| {
        let (first, second) = (objection(1, 1, Some(1)), objection(2, 2, None));
        assert_eq!(objections::by_id(conn, &id(1))?, Some(first.clone()));
        assert_eq!(objections::by_id(conn, &id(9))?, None);
        assert_eq!(objections::by_position(conn, 2)?, Some(second.clone()));
        let tag = first.reference_tag.clone().expect("it has one");
        assert_eq!(objections::by_reference(conn, "shop", &tag)?, Some(first.clone()));
        assert_eq!(objections::by_reference(conn, "other", &tag)?, None);
        let terms = |row: &ObjectionRow| (row.position, row.channels, row.binding.clone());
        assert_eq!(objections::terms_within(conn, (1, 9))?, [terms(&first), terms(&second)]);
        assert_eq!(objections::terms_within(conn, (2, 2))?, [terms(&second)]);
        assert_eq!(objections::terms_within(conn, (3, 9))?, []);
        let [told] = objections::told(conn, &[2, 7])?.try_into().expect("one of the two is there");
        assert_eq!((told.position, told.id, told.source), (2, second.id, second.source));
        assert_eq!(objections::events_of(conn, 1)?, [event(3, 3, 1)]);
        assert_eq!(objections::events_of(conn, 2)?, []);
        assert_eq!(objections::event_by_id(conn, &id(3))?, Some(event(3, 3, 1)));
        assert_eq!(objections::events_since(conn, 0)?, [event(3, 3, 1)]);
        assert_eq!(objections::events_since(conn, 3)?, []);
        Ok(())
    });
}

#[test]
fn tags_come_back_page_by_page() {
    filled(|conn| {
        let all = [tag_row(1, 0), tag_row(1, 1), tag_row(2, 0)];
        let hit =
            |row: &TagRow| (row.position, row.objection, row.kind, row.grade, row.tag.clone());
        assert_eq!(tags::hits_within(conn, 1, (1, 9))?, all.each_ref().map(hit));
        assert_eq!(tags::hits_within(conn, 1, (2, 2))?, [hit(&all[2])]);
        assert_eq!(tags::hits_within(conn, 2, (1, 9))?, []);
        let packed = |rows: &[TagRow]| tags::PackedRow {
            position: rows[0].position,
            objection: rows[0].objection,
            kinds: rows.iter().map(|row| (row.kind * 4 + row.grade) as u8).collect(),
            tags: rows.iter().flat_map(|row| row.tag.clone()).collect(),
        };
        let (first, second) = all.split_at(2);
        assert_eq!(tags::packed_within(conn, 1, (1, 9))?, [packed(first), packed(second)]);
        assert_eq!(tags::packed_within(conn, 1, (2, 2))?, [packed(second)]);
        assert_eq!(tags::packed_within(conn, 2, (1, 9))?, []);
        assert_eq!(tags::since(conn, 1, (0, 0), 9)?, all);
        assert_eq!(tags::since(conn, 1, (0, 0), 1)?, all[..1]);
        assert_eq!(tags::since(conn, 1, (1, 0), 9)?, all[1..]);
        assert_eq!(tags::since(conn, 1, (1, 1), 9)?, all[2..]);
        assert_eq!(tags::since(conn, 1, (1, i32::MAX), 9)?, all[2..]);
        assert_eq!(tags::since(conn, 1, (2, 0), 9)?, []);
        assert_eq!(tags::within(conn, 1, (1, 1))?, all[..2]);
        Ok(())
    });
}

#[test]
fn originals_come_back() {
    filled(|conn| {
        assert_eq!(originals::of(conn, 1)?, [original(1, 0, 10), original(1, 1, 0)]);
        assert_eq!(originals::one(conn, 1, 1)?, Some(original(1, 1, 0)));
        assert_eq!(originals::one(conn, 2, 0)?, None);
        assert_eq!(originals::keys_of(conn, 1)?, [record_key(1, 0), record_key(1, 1)]);
        Ok(())
    });
}

#[test]
fn large_originals_go_in_together() {
    both(|_, store| {
        let rows: Vec<_> = (0..5).map(|ordinal| original(1, ordinal, 3 << 20)).collect();
        store
            .write(|conn| {
                entries::insert(conn, &[entry(1)])?;
                originals::insert(conn, &rows)
            })
            .expect("written");
        let found = store.read(|conn| originals::of(conn, 1)).expect("read");
        assert!(found == rows);
    });
}

#[test]
fn review_shows_what_is_not_cleared() {
    filled(|conn| {
        assert_eq!(review::open(conn, (0, 0), 9)?, [item(1, 0, 30), item(2, 0, 32)]);
        assert_eq!(review::open(conn, (1, 0), 9)?, [item(2, 0, 32)]);
        assert_eq!(review::item(conn, &id(31))?, Some(item(1, 0, 31)));
        assert_eq!(review::item(conn, &id(33))?, None);
        assert_eq!(review::clearance(conn, &id(31))?, Some(clearance(4, 31)));
        assert_eq!(review::clearance(conn, &id(30))?, None);
        Ok(())
    });
}

#[test]
fn review_pages_never_part_the_items_of_one_original() {
    both(|_, store| {
        let items = [item(1, 0, 1), item(1, 1, 2), item(1, 1, 3), item(1, 1, 4), item(1, 2, 5)];
        store
            .write(|conn| {
                entries::insert(conn, &[entry(1)])?;
                objections::insert(conn, &[objection(1, 1, None)])?;
                review::insert_items(conn, &items)
            })
            .expect("written");
        store
            .read(|conn| {
                assert_eq!(review::open(conn, (0, 0), 2)?, items[..4]);
                assert_eq!(review::open(conn, (1, 1), 2)?, items[4..]);
                assert_eq!(review::open(conn, (1, 2), 2)?, []);
                Ok(())
            })
            .expect("read");
    });
}

#[test]
fn parties_come_back() {
    both(|_, store| {
        fill(store);
        store
            .write(|conn| {
                parties::insert_name(conn, &name(3, 10, "volvo-cars"))?;
                parties::insert_name(conn, &name(4, 20, "volvo"))?;
                parties::insert_membership(conn, &membership(4, false))
            })
            .expect("written");
        store
            .read(|conn| {
                assert_eq!(parties::controllers_since(conn, 0)?, [controller(1, 10)]);
                assert_eq!(parties::controllers_since(conn, 1)?, []);
                assert_eq!(parties::groups_since(conn, 1)?, [GroupRow { position: 2, id: id(20) }]);
                assert_eq!(parties::names_since(conn, 3)?, [name(4, 20, "volvo")]);
                assert_eq!(
                    parties::memberships_since(conn, 0)?,
                    [membership(3, true), membership(4, false)]
                );
                assert_eq!(parties::slug_owner(conn, "volvo")?, Some(id(10)));
                assert_eq!(parties::slug_owner(conn, "saab")?, None);
                assert_eq!(parties::name_owner(conn, "volvo-cars AB")?, Some(id(10)));
                assert_eq!(parties::name_owner(conn, "volvo-cars ab")?, None);
                Ok(())
            })
            .expect("read");
    });
}

#[test]
fn the_newest_version_of_a_client_counts() {
    both(|_, store| {
        fill(store);
        let newer = client(2, "shop", r#"{"closed":true}"#);
        let other = client(3, "crm", "{}");
        store
            .write(|conn| {
                clients::insert(conn, &newer)?;
                clients::insert(conn, &other)
            })
            .expect("written");
        store
            .read(|conn| {
                assert_eq!(clients::latest(conn, "shop")?.as_ref(), Some(&newer));
                assert_eq!(clients::latest(conn, "nobody")?, None);
                assert_eq!(clients::since(conn, 1)?, [newer.clone(), other.clone()]);
                Ok(())
            })
            .expect("read");
    });
}

#[test]
fn answers_are_kept_for_a_time() {
    both(|_, store| {
        fill(store);
        store
            .write(|conn| {
                idempotency::insert(conn, &[answer(2, 200)])?;
                let old = answer(1, 100);
                assert_eq!(idempotency::get(conn, "shop", &old.key_tag)?, Some(old.clone()));
                assert_eq!(idempotency::get(conn, "other", &old.key_tag)?, None);
                assert_eq!(idempotency::forget_before(conn, 200)?, 1);
                assert_eq!(idempotency::get(conn, "shop", &old.key_tag)?, None);
                let new = answer(2, 200);
                assert_eq!(idempotency::get(conn, "shop", &new.key_tag)?, Some(new));
                Ok(())
            })
            .expect("written");
    });
}

#[test]
fn an_assertion_counts_once() {
    both(|_, store| {
        let used = |client: &str, expires, now| {
            store.write(|conn| {
                let first = assertions::use_once(conn, client, b"jti", expires, now)?;
                // the transaction goes on in any case
                head::read(conn)?;
                Ok(first)
            })
        };
        assert_eq!(used("shop", 100, 10), Ok(true));
        assert_eq!(used("shop", 100, 20), Ok(false));
        assert_eq!(used("shop", 900, 100), Ok(false));
        assert_eq!(used("crm", 100, 20), Ok(true));
        // expired by then: dropped
        assert_eq!(used("shop", 900, 101), Ok(true));
    });
}

#[test]
fn usage_adds_up() {
    both(|_, store| {
        fill(store);
        let rows = [usage(41, "crm", 7), usage(42, "shop", 7), usage(43, "shop", 8)];
        store.write(|conn| usage::insert(conn, &rows)).expect("written");
        store
            .read(|conn| {
                assert_eq!(
                    usage::list(conn, None, 2, None)?,
                    [usage(40, "shop", 0), usage(41, "crm", 7)]
                );
                assert_eq!(usage::list(conn, Some(&id(41)), 9, None)?, rows[1..]);
                assert_eq!(usage::list(conn, Some(&id(41)), 1, Some("shop"))?, rows[1..2]);
                let sums = usage::identifiers_since(conn, 7)?;
                assert_eq!(sums, [("crm".into(), 3_000_000_000), ("shop".into(), 6_000_000_000)]);
                assert_eq!(usage::identifiers_since(conn, 9)?, []);
                Ok(())
            })
            .expect("read");
    });
}

#[test]
fn keys_and_instance_come_back() {
    filled(|conn| {
        assert_eq!(keys::all(conn)?, [key("tags", 1)]);
        assert_eq!(instance::get(conn)?, Some(instance()));
        Ok(())
    });
    both(|_, store| assert_eq!(store.read(instance::get), Ok(None)));
}

#[test]
fn the_head_starts_at_zero_and_moves() {
    both(|_, store| {
        assert_eq!(store.read(head::read), Ok(Head { position: 0, time: 0 }));
        fill(store);
        let filled = Head { position: 4, time: 1_020 };
        assert_eq!(store.write(head::lock), Ok(filled));
        assert_eq!(store.read(head::read), Ok(filled));
    });
}

#[test]
fn the_database_has_a_clock() {
    both(|_, store| {
        let ours = || chrono::Utc::now().timestamp_micros();
        let before = ours();
        let told = store.write(head::database_time).expect("a time");
        // the same machine: but for rounding, between the two
        assert!(before - 10 <= told && told <= ours() + 10, "{before} {told}");
    });
}

#[test]
fn nothing_goes_in_twice() {
    type Again = fn(&mut Connection) -> Result<(), StoreError>;
    let again: [(&str, Again); 23] = [
        ("entries", |c| entries::insert(c, &[entry(2)])),
        ("leaves", |c| leaves::insert_leaves(c, &[leaf(1)])),
        ("submission_salts", |c| leaves::insert_salts(c, &[salt(1)])),
        ("checkpoints", |c| leaves::insert_checkpoint(c, &checkpoint(2))),
        ("objections", |c| objections::insert(c, &[objection(1, 50, None)])),
        ("objections.id", |c| objections::insert(c, &[objection(3, 1, None)])),
        ("objections.reference", |c| objections::insert(c, &[objection(3, 50, Some(1))])),
        ("objection_events", |c| objections::insert_events(c, &[event(3, 50, 1)])),
        ("objection_events.id", |c| objections::insert_events(c, &[event(4, 3, 1)])),
        ("tags", |c| tags::insert(c, &[tag_row(3, 0), tag_row(1, 1)])),
        ("originals", |c| originals::insert(c, &[original(1, 0, 1)])),
        ("record_keys", |c| originals::insert_keys(c, &[record_key(1, 0)])),
        ("review_items", |c| review::insert_items(c, &[item(1, 1, 30)])),
        ("review_clearances", |c| review::insert_clearance(c, &clearance(3, 31))),
        ("controllers", |c| parties::insert_controller(c, &controller(2, 10))),
        ("groups", |c| parties::insert_group(c, &GroupRow { position: 3, id: id(20) })),
        ("party_names", |c| parties::insert_name(c, &name(1, 10, "other"))),
        ("membership_events", |c| parties::insert_membership(c, &membership(3, false))),
        ("client_versions", |c| clients::insert(c, &client(1, "shop", "2"))),
        ("idempotency_keys", |c| idempotency::insert(c, &[answer(1, 500)])),
        ("usage", |c| usage::insert(c, &[usage(40, "crm", 1)])),
        ("keys", |c| keys::insert(c, &[key("tags", 1)])),
        ("instance", |c| instance::insert(c, &instance::InstanceRow { id: id(98), ..instance() })),
    ];
    both(|_, store| {
        fill(store);
        for (what, again) in again {
            assert_eq!(store.write(again), Err(StoreError::Duplicate), "{what}");
        }
        let tags = store.read(|conn| tags::within(conn, 1, (3, 3))).expect("read");
        assert_eq!(tags, [], "the whole batch was rolled back");
        let without = store.write(|conn| objections::insert(conn, &[objection(3, 50, None)]));
        assert_eq!(without, Ok(()), "objections without a reference do not collide");
    });
}

#[test]
fn acknowledgements_come_back() {
    filled(|conn| {
        let (first, second) = (acknowledgement(3, 2), acknowledgement(4, 3));
        assert_eq!(acknowledgements::since(conn, 0)?, [first.clone(), second.clone()]);
        assert_eq!(acknowledgements::latest(conn, "shop")?, Some(second.clone()));
        assert_eq!(acknowledgements::latest(conn, "other")?, None);
        assert_eq!(acknowledgements::covering(conn, "shop", 1)?, Some(first.clone()));
        assert_eq!(acknowledgements::covering(conn, "shop", 2)?, Some(first));
        assert_eq!(acknowledgements::covering(conn, "shop", 3)?, Some(second));
        assert_eq!(acknowledgements::covering(conn, "shop", 4)?, None);
        Ok(())
    });
}

#[test]
fn webhooks_and_their_deliveries_come_back() {
    filled(|conn| {
        assert_eq!(webhooks::since(conn, 2)?, [webhook(4, 60)]);
        assert_eq!(webhooks::latest(conn, &id(60))?, Some(webhook(4, 60)));
        assert_eq!(webhooks::cursor(conn, &id(60))?, Some(4));
        assert_eq!(webhooks::cursor(conn, &id(61))?, None);
        let all = [delivery(70, 60, 1), delivery(71, 60, 2)];
        let list = webhook_deliveries::list;
        assert_eq!(list(conn, &id(60), None, 0, 9)?, all);
        assert_eq!(list(conn, &id(60), Some("pending"), 1, 9)?, all[1..]);
        assert_eq!(list(conn, &id(60), Some("delivered"), 0, 9)?, []);
        assert_eq!(list(conn, &id(61), None, 0, 9)?, []);
        assert!(webhook_deliveries::any_due(conn, &id(60), 10)?);
        assert!(!webhook_deliveries::any_due(conn, &id(60), 9)?);
        assert_eq!(webhook_deliveries::counts(conn)?, (2, 0));
        Ok(())
    });
}

#[test]
fn a_delivery_that_is_claimed_is_nobody_elses_until_its_lease_ends() {
    both(|_, store| {
        fill(store);
        let claim_some = |most, now, until| {
            store.write(|conn| webhook_deliveries::claim(conn, &id(60), (now, until), most))
        };
        let claim = |now, until| claim_some(1, now, until);
        let one = claim(10, 20).expect("claimed").pop().expect("one");
        assert_eq!((&one.id, one.leased_until), (&id(70), 20));
        let other = claim(10, 21).expect("claimed").pop().expect("the other");
        assert_eq!(other.id, id(71));
        assert_eq!(claim(19, 30), Ok(vec![]));
        // whoever had it may have died
        let again = claim(20, 40).expect("claimed").pop().expect("the first again");
        assert_eq!(again.id, id(70));
        let done = |lease| {
            let row = WebhookDeliveryRow {
                status: "delivered".into(),
                ended_at: Some(21),
                ..one.clone()
            };
            store.write(|conn| webhook_deliveries::settle(conn, &row, lease))
        };
        assert_eq!(done(20), Ok(false), "too late: it is somebody else's now");
        assert_eq!(done(40), Ok(true));
        let renewed = store.write(|conn| webhook_deliveries::renew(conn, &id(60), &id(70), 50));
        assert_eq!(renewed, Ok(true));
        let forget =
            |before| store.write(|conn| webhook_deliveries::forget_before(conn, before, before));
        assert_eq!(forget(1_000), Ok(0), "it is to be sent again");
        assert_eq!(claim_some(9, 50, 60).expect("claimed").len(), 2);
        assert_eq!(done(60), Ok(true));
        assert_eq!((forget(21), forget(22)), (Ok(0), Ok(1)));
    });
}
