//! Long polling: an answer comes when there is something, and nobody is held up.

use super::{changes, feed, objects};
use crate::support::on_both;
use std::time::{Duration, Instant};

on_both! {
    fn a_poll_wakes_when_a_change_comes(world) {
        let (service, crm) = (world.service(), world.crm());
        let from = feed(&crm, 0)["next"].as_i64().unwrap();
        let begun = Instant::now();
        let (id, seen) = std::thread::scope(|scope| {
            let poll = scope.spawn(|| crm.get(&format!("/v1/changes?after={from}&wait=30")));
            std::thread::sleep(Duration::from_millis(400));
            // what does not concern it wakes nobody up for good
            objects(&service, "spt-0", &["optiker-ek"]);
            std::thread::sleep(Duration::from_millis(400));
            let (id, _) = objects(&service, "spt-1", &["tandgruppen"]);
            (id, poll.join().unwrap())
        });
        assert_eq!(changes(&seen.body)[0]["objection"], id, "{seen}");
        assert!(begun.elapsed() > Duration::from_millis(700) && begun.elapsed() < Duration::from_secs(10));
    }

    fn a_poll_ends_in_time_with_nothing(world) {
        let crm = world.crm();
        let from = feed(&crm, 0)["next"].as_i64().unwrap();
        let begun = Instant::now();
        let seen = crm.get(&format!("/v1/changes?after={from}&wait=1"));
        assert_eq!((changes(&seen.body).len(), &seen.body["next"]), (0, &from.into()));
        assert!(begun.elapsed() >= Duration::from_secs(1) && begun.elapsed() < Duration::from_secs(5));
    }

    fn many_polls_hold_no_worker(world) {
        // the service has one worker
        let (service, crm) = (world.service(), world.crm());
        let from = feed(&crm, 0)["next"].as_i64().unwrap();
        let path = format!("/v1/changes?after={from}&wait=30");
        std::thread::scope(|scope| {
            let polls: Vec<_> = (0..40).map(|_| scope.spawn(|| crm.get(&path))).collect();
            std::thread::sleep(Duration::from_millis(500));
            let begun = Instant::now();
            for number in 0..5 {
                objects(&service, &format!("spt-{number}"), &["optiker-ek"]);
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
            objects(&service, "spt-x", &[]);
            for poll in polls {
                assert_eq!(changes(&poll.join().unwrap().body).len(), 1);
            }
        });
    }
}

#[test]
fn a_poll_hears_of_what_another_instance_committed() {
    let world = crate::support::World::on(nejtack::store::Backend::Postgresql);
    let (service, crm) = (world.service(), world.crm());
    let beside = world.beside();
    let there = beside.party().with_token(crm.token());
    let from = feed(&there, 0)["next"].as_i64().unwrap();
    std::thread::scope(|scope| {
        let poll = scope.spawn(|| there.get(&format!("/v1/changes?after={from}&wait=30")));
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        let (id, _) = objects(&service, "spt-1", &[]);
        let seen = poll.join().unwrap();
        assert_eq!(changes(&seen.body)[0]["objection"], id, "{seen}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    });
}
