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
    }

    /// One person's objection, change of address, and change of mind.
    fn a_life(&self, who: &str) {
        let (first, second) =
            (format!("{who}@exempel.example"), format!("{who}.ny@exempel.example"));
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
        println!("{lives} lives in {:?}", begun.elapsed());
        // four entries a life, and no position without one
        assert_eq!(world.app.as_of().position, before + 4 * lives);
        let mut raw = world.place.raw();
        let count = crate::store::support::cells(&mut raw, "SELECT CAST(COUNT(*) AS TEXT) AS cell FROM entries");
        assert_eq!(count, [world.app.as_of().position.to_string()]);
        let highest = crate::store::support::cells(&mut raw, "SELECT CAST(MAX(position) AS TEXT) AS cell FROM entries");
        assert_eq!(count, highest);
        let world = world.restarted();
        assert_eq!(world.app.as_of().position, before + 4 * lives);
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

    fn a_retry_of_what_cannot_be_done_twice_gets_the_first_answer(world) {
        let (service, staff, operator) = (world.service(), world.staff(), world.operator());
        let person = json!({"emails": ["retry@exempel.example"]});
        let made = service.makes("/v1/objections", &objection("retry", &["tandgruppen"], &person));
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
