//! No look-up asked after a 201 misses it, whoever asks, on whichever connection,
//! while many others write and ask; and positions have no gaps.

use crate::support::{Party, objection, on_both};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const THREADS: usize = 32;
/// How long the load lasts.
const LOAD: Duration = Duration::from_secs(3);

struct Parties<'a> {
    service: Party<'a>,
    crm: Party<'a>,
    staff: Party<'a>,
    optician: Party<'a>,
}

impl Parties<'_> {
    #[track_caller]
    fn is(&self, decision: &str, controller: &str, email: &str, after: &str) {
        let crm = if controller == "optiker-ek" { &self.optician } else { &self.crm };
        let found = crm.decision(controller, "email", &json!({"emails": [email]}));
        assert_eq!(found, decision, "{controller} after {after}");
        let persons = json!([{"emails": ["ingen@exempel.example"]}, {"emails": [email]}]);
        let body = json!({"controller": controller, "channels": ["email"], "persons": persons});
        let answer = crm.post("/v1/lookups/batch", &body);
        let both = [0, 1].map(|row| answer.body["results"][row]["decisions"]["email"].clone());
        assert_eq!(both, ["clear", decision], "{controller} in a batch after {after}");
    }

    /// One person's objection, change of address, and change of mind.
    fn a_life(&self, who: &str) {
        let (first, second) =
            (format!("{who}@exempel.example"), format!("{who}.ny@exempel.example"));
        let third = format!("{who}.igen@exempel.example");
        self.is("clear", "tandgruppen-malmo", &first, "nothing");
        let body = objection(who, &[], &json!({"emails": [first]}));
        let made = self.service.makes("/v1/objections", &body);
        self.is("blocked", "tandgruppen-malmo", &first, "a 201");
        self.is("blocked", "optiker-ek", &first, "a 201");
        let path = format!("/v1/objections/{}", made["id"].as_str().expect("an id"));
        self.is("clear", "tandgruppen-malmo", &second, "nothing");
        self.service
            .makes(&format!("{path}/identifiers"), &json!({"person": {"emails": [second]}}));
        self.is("blocked", "tandgruppen-malmo", &second, "adding it");
        let for_one = json!({"controllers": ["tandgruppen-goteborg"]});
        self.staff.makes(&format!("{path}/withdrawals"), &for_one);
        self.is("clear", "tandgruppen-goteborg", &second, "a withdrawal");
        self.is("blocked", "tandgruppen-malmo", &second, "a withdrawal for another");
        assert_eq!(self.service.makes("/v1/objections", &body), made, "a retry");
        self.staff.makes("/v1/withdrawals", &json!({"person": {"emails": [first]}}));
        self.is("clear", "tandgruppen-malmo", &first, "a withdrawal of all");
        self.is("blocked", "optiker-ek", &first, "a withdrawal for others");
        let body =
            objection(&format!("{who}-grupp"), &["tandgruppen"], &json!({"emails": [third]}));
        let made = self.service.makes("/v1/objections", &body);
        self.is("blocked", "tandgruppen-malmo", &third, "a 201");
        let path = format!("/v1/objections/{}", made["id"].as_str().expect("an id"));
        self.staff.makes(&format!("{path}/annulments"), &json!({"reason": "wrong_person"}));
        self.is("clear", "tandgruppen-malmo", &third, "an annulment");
    }
}

on_both! {
    fn no_look_up_misses_what_was_acknowledged_before_it(world) {
        let parties = Parties {
            service: world.service(), crm: world.crm(), staff: world.staff(), optician: world.optician(),
        };
        let (before, begun, lives) = (world.app.as_of().position, Instant::now(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (parties, lives) = (&parties, &lives);
                scope.spawn(move || {
                    for life in 0.. {
                        parties.a_life(&format!("person-{thread}-{life}"));
                        lives.fetch_add(1, Ordering::Relaxed);
                        if begun.elapsed() > LOAD {
                            break;
                        }
                    }
                });
            }
        });
        let lives = i64::try_from(lives.into_inner()).unwrap();
        // six entries a life, and no position without one
        assert_eq!(world.app.as_of().position, before + 6 * lives);
        let mut raw = world.place.raw();
        let count = crate::store::support::cells(&mut raw, "SELECT CAST(COUNT(*) AS TEXT) AS cell FROM entries");
        assert_eq!(count, [world.app.as_of().position.to_string()]);
        let highest = crate::store::support::cells(&mut raw, "SELECT CAST(MAX(position) AS TEXT) AS cell FROM entries");
        assert_eq!(count, highest);
        let world = world.restarted();
        assert_eq!(world.app.as_of().position, before + 6 * lives);
    }

    fn a_group_that_is_joined_blocks_at_once_and_one_that_is_left_goes_on(world) {
        let (service, optician, operator) = (world.service(), world.optician(), world.operator());
        let person = json!({"emails": ["grupp@exempel.example"]});
        service.makes("/v1/objections", &objection("grupp", &["tandgruppen"], &person));
        assert_eq!(optician.decision("optiker-ek", "email", &person), "clear");
        for _ in 0..5 {
            let member = json!({"controller": "optiker-ek"});
            operator.makes("/v1/groups/tandgruppen/members", &member);
            assert_eq!(optician.decision("optiker-ek", "email", &person), "blocked");
            operator.makes("/v1/groups/tandgruppen/departures", &member);
            assert_eq!(optician.decision("optiker-ek", "email", &person), "blocked");
        }
        // an objection that came when it had left binds it only if it joins again
        let later = json!({"emails": ["senare@exempel.example"]});
        service.makes("/v1/objections", &objection("senare", &["tandgruppen"], &later));
        assert_eq!(optician.decision("optiker-ek", "email", &later), "clear");
    }

    fn many_who_join_at_once_are_one_member_and_one_leaving_ends_it(world) {
        let operator = world.operator();
        let before = world.app.as_of().position;
        let joined: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..16).map(|_| scope.spawn(|| {
                operator.post("/v1/groups/tandgruppen/members", &json!({"controller": "optiker-ek"})).status
            })).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(joined.iter().filter(|status| **status == 201).count(), 1, "{joined:?}");
        assert!(joined.iter().all(|status| matches!(status, 201 | 409)), "{joined:?}");
        assert_eq!(world.app.as_of().position, before + 1);
    }

    fn an_instance_that_cannot_record_says_that_it_is_not_ready(world) {
        let (service, crm) = (world.service(), world.crm());
        let person = json!({"emails": ["sist@exempel.example"]});
        service.makes("/v1/objections", &objection("sist", &[], &person));
        world.app.close();
        world.stranger().get("/health/ready").is_problem(503, "not-ready");
        let refused = service.post("/v1/objections", &objection("for-sent", &[], &person));
        assert!(!refused.is_problem(503, "unavailable").header("retry-after").is_empty());
        assert_eq!(crm.decision("tandgruppen-malmo", "email", &person), "blocked");
    }

    fn who_left_a_group_must_be_asked_before_its_objections_are_annulled(world) {
        let (service, staff, operator, optician) = (world.service(), world.staff(), world.operator(), world.optician());
        let person = json!({"emails": ["lamnat@exempel.example"]});
        let member = json!({"controller": "optiker-ek"});
        operator.makes("/v1/groups/tandgruppen/members", &member);
        let made = service.makes("/v1/objections", &objection("lamnat", &["tandgruppen"], &person));
        operator.makes("/v1/groups/tandgruppen/departures", &member);
        let path = format!("/v1/objections/{}/annulments", made["id"].as_str().unwrap());
        staff.post(&path, &json!({"reason": "forged"})).is_problem(403, "controller-not-yours");
        assert_eq!(optician.decision("optiker-ek", "email", &person), "blocked");
    }

    fn a_retry_of_what_cannot_be_done_twice_gets_the_first_answer(world) {
        let (service, staff, operator) = (world.service(), world.staff(), world.operator());
        let person = json!({"emails": ["retry@exempel.example"]});
        let made = service.makes("/v1/objections", &objection("retry", &["tandgruppen-malmo"], &person));
        let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
        let member = json!({"controller": "optiker-ek"});
        let all = json!({"person": person});
        let reason = json!({"reason": "forged"});
        world.client(&json!({"client_id": "avslutad", "role": "auditor"}));
        let annulments = format!("{path}/annulments");
        let acts: [(&Party<'_>, &str, &Value); 6] = [
            (&operator, "/v1/groups/tandgruppen/members", &member),
            (&operator, "/v1/groups/tandgruppen/departures", &member),
            (&staff, "/v1/withdrawals", &all),
            (&staff, &annulments, &reason),
            (&operator, "/v1/clients/avslutad/secrets", &json!({})),
            (&operator, "/v1/clients/avslutad/disablements", &json!({})),
        ];
        let first: Vec<_> = acts.iter().enumerate().map(|(number, (party, path, body))| {
            let answer = party.post_once(path, &format!("k-{number}"), body);
            assert_eq!(answer.status, 201, "{path}: {answer}");
            answer
        }).collect();
        let before = world.app.as_of().position;
        for (number, (party, path, body)) in acts.iter().enumerate() {
            let again = party.post_once(path, &format!("k-{number}"), body);
            assert_eq!((again.status, &again.body), (201, &first[number].body), "{path}: {again}");
        }
        assert_eq!(world.app.as_of().position, before);
        staff.post_once(&annulments, "k-2", &reason).is_problem(409, "idempotency-key-reused");
    }
}

/// What one instance acknowledged, another one on the same database knows when
/// it is asked, and the other way round.
#[test]
fn two_instances_on_one_database_answer_as_one() {
    let world = crate::support::World::on(nejtack::store::Backend::Postgresql);
    let (service, crm, optician) = (world.service(), world.crm(), world.optician());
    let other = world.beside();
    let there = |party: &Party<'_>| other.party().with_token(party.token());
    let (service_there, crm_there, optician_there) =
        (there(&service), there(&crm), there(&optician));
    let before = world.app.as_of().position;
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let pairs = [(&service, &crm_there), (&service_there, &crm)];
            scope.spawn(move || {
                for life in 0..15 {
                    let (records, asks) = pairs[(thread + life) % 2];
                    let who = format!("par-{thread}-{life}");
                    let person = json!({"emails": [format!("{who}@exempel.example")]});
                    assert_eq!(asks.decision("tandgruppen-malmo", "email", &person), "clear");
                    let body = objection(&who, &[], &person);
                    let made = records.makes("/v1/objections", &body);
                    assert_eq!(asks.decision("tandgruppen-malmo", "email", &person), "blocked");
                    let again = pairs[(thread + life + 1) % 2].0.makes("/v1/objections", &body);
                    assert_eq!(again, made, "a retry at the other instance");
                }
            });
        }
    });
    assert_eq!(world.app.as_of().position, before + 8 * 15);
    let member = json!({"controller": "optiker-ek"});
    let person = json!({"emails": ["grupp@exempel.example"]});
    service.makes("/v1/objections", &objection("grupp", &["tandgruppen"], &person));
    assert_eq!(optician_there.decision("optiker-ek", "email", &person), "clear");
    world.operator().makes("/v1/groups/tandgruppen/members", &member);
    assert_eq!(optician_there.decision("optiker-ek", "email", &person), "blocked");
    // a client that was shut out here is shut out there
    world.operator().makes("/v1/clients/optiker-crm/disablements", &json!({}));
    let asked = json!({"controller": "optiker-ek", "person": person});
    let refused = (0..60).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        optician_there.post("/v1/lookups", &asked).status == 401
    });
    assert!(refused, "a disabled client goes on asking at the other instance");
}
