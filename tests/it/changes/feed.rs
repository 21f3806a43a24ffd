//! What is in the feed, for whom, and that nothing is missing.

use super::{changes, feed, kinds, objects};
use crate::support::{World, objection, on_both, persons};
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both! {
    fn every_change_comes_to_whom_it_concerns(world) {
        let (service, staff, admin) = (world.service(), world.staff(), world.operator());
        let (crm, optician) = (world.crm(), world.optician());
        let from = feed(&crm, 0)["next"].as_i64().expect("a position");
        let (every, at) = objects(&service, "spt-1", &[]);
        let (own, _) = objects(&service, "spt-2", &["tandgruppen-goteborg"]);
        let (group, _) = objects(&service, "spt-3", &["tandgruppen"]);
        let (other, _) = objects(&service, "spt-4", &["optiker-ek"]);
        let of = |id: &str, what: &str| format!("/v1/objections/{id}/{what}");
        let freed = json!({"channels": ["email"], "controllers": ["tandgruppen-malmo"], "reason": "nyhetsbrev"});
        staff.makes(&of(&group, "withdrawals"), &freed);
        service.makes(&of(&own, "identifiers"), &json!({"person": {"emails": ["ny@exempel.example"]}}));
        staff.makes(&of(&own, "annulments"), &json!({"reason": "wrong_person"}));

        let seen = feed(&crm, from);
        let all = changes(&seen);
        let told: Vec<_> = all.iter().map(|change| (change["kind"].as_str().unwrap(), change["objection"].as_str())).collect();
        assert_eq!(told, [
            ("objection.recorded", Some(&*every)),
            ("objection.recorded", Some(&*own)),
            ("objection.recorded", Some(&*group)),
            ("objection.withdrawn", Some(&*group)),
            ("identifiers.added", Some(&*own)),
            ("objection.annulled", Some(&*own)),
        ]);
        assert_eq!((&all[0]["position"], &all[0]["source"], &all[0]["channels"]), (&at.into(), &"proxy".into(), &json!(["all"])));
        assert_eq!(all[2]["controllers"], json!(["tandgruppen-goteborg", "tandgruppen-malmo"]));
        assert_eq!(all[1]["controllers"], json!(["tandgruppen-goteborg"]));
        assert_eq!((&all[3]["controllers"], &all[3]["channels"]), (&json!(["tandgruppen-malmo"]), &json!(["email"])));
        admin.makes("/v1/groups/tandgruppen/members", &json!({"controller": "optiker-ek"}));
        // the practice is of the group now, and so one of the CRM's
        let after = changes(&feed(&crm, seen["next"].as_i64().unwrap()));
        let [joined] = after.as_slice() else { panic!("{after:?}") };
        assert_eq!(joined["kind"], "membership.began");
        assert_eq!((&joined["group"], &joined["controllers"]), (&"tandgruppen".into(), &json!(["optiker-ek"])));
        assert_eq!(seen["next"], seen["as_of"]["position"]);

        let others = feed(&optician, from);
        let ids: Vec<_> = changes(&others).iter().filter_map(|change| change["objection"].as_str().map(str::to_owned)).collect();
        // to everybody, and its own; the group that it is of now it was not of then
        assert_eq!(ids, [every, other]);
        assert_eq!(kinds(&others).last().map(String::as_str), Some("membership.began"));
        // no personal data, nor who recorded it
        for text in ["Anna", "exempel.example", "070-174", "19701104", "spt-1", "sparrtjanst", "nyhetsbrev"] {
            assert!(!seen.to_string().contains(text), "{text}");
        }
    }

    fn registers_are_told_to_those_whom_they_bind(world) {
        let (admin, crm, optician) = (world.operator(), world.crm(), world.optician());
        let from = feed(&crm, 0)["next"].as_i64().unwrap();
        admin.makes("/v1/registers", &json!({"slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon"}));
        let bindings = "/v1/registers/nix-telefon/bindings";
        let bound = admin.makes(bindings, &json!({"controllers": ["tandgruppen"]}));
        let day = chrono::Utc::now().date_naive() - chrono::Days::new(2);
        let load = admin.request("POST", &format!("/v1/registers/nix-telefon/versions?date={day}"));
        let load = load.header("Content-Type", "text/csv").body("Telefonnummer\n070-174 06 21\n");
        let load = crate::support::Answer::of(load);
        assert_eq!(load.status, 201, "{load}");
        let ending = format!("{bindings}/{}/endings", bound["id"].as_str().unwrap());
        admin.makes(&ending, &json!({}));
        let seen = feed(&crm, from);
        assert_eq!(kinds(&seen), ["register.bound", "register.loaded", "register.unbound"]);
        for change in changes(&seen) {
            assert_eq!(change["controllers"], json!(["tandgruppen-goteborg", "tandgruppen-malmo"]), "{change}");
        }
        assert_eq!(kinds(&feed(&optician, from)), Vec::<String>::new());
    }

    fn the_cursor_moves_on_where_nothing_concerned_the_caller(world) {
        let (service, optician) = (world.service(), world.optician());
        let from = feed(&optician, 0)["next"].as_i64().unwrap();
        for number in 0..5 {
            objects(&service, &format!("spt-{number}"), &["tandgruppen"]);
        }
        let seen = feed(&optician, from);
        assert_eq!(kinds(&seen), Vec::<String>::new());
        assert_eq!(seen["next"].as_i64(), Some(from + 5));
        let none = feed(&optician, from + 5);
        assert_eq!((kinds(&none).len(), &none["next"]), (0, &(from + 5).into()));
    }

    fn pages_follow_one_another(world) {
        let (service, crm) = (world.service(), world.crm());
        let from = feed(&crm, 0)["next"].as_i64().unwrap();
        let ids: Vec<_> = (0..7).map(|number| objects(&service, &format!("spt-{number}"), &[]).0).collect();
        let (mut after, mut seen) = (from, Vec::new());
        loop {
            let page = crm.get(&format!("/v1/changes?after={after}&limit=3")).body;
            seen.extend(changes(&page).iter().map(|change| change["objection"].as_str().unwrap().to_owned()));
            after = page["next"].as_i64().unwrap();
            if page["next"] == page["as_of"]["position"] && changes(&page).len() < 3 {
                break;
            }
        }
        assert_eq!(seen, ids);
        let beyond = crm.get(&format!("/v1/changes?after={}", after + 1));
        beyond.is_problem(422, "unprocessable").at("/after", "beyond_the_ledger");
    }

    fn nothing_is_missed_while_many_write(world) {
        let crm = world.crm();
        let service = world.service();
        let from = feed(&crm, 0)["next"].as_i64().unwrap();
        let (threads, each) = (32, 6);
        let (recorded, seen) = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..threads).map(|thread| {
                let service = &service;
                scope.spawn(move || (0..each).map(|number| {
                    let body = objection(&format!("spt-{thread}-{number}"), &[], &persons::person(thread * each + number));
                    service.makes("/v1/objections", &body)["id"].as_str().unwrap().to_owned()
                }).collect::<Vec<_>>())
            }).collect();
            let reader = scope.spawn(|| {
                let (mut after, mut seen, mut last) = (from, Vec::new(), from);
                while seen.len() < threads * each {
                    let page = crm.get(&format!("/v1/changes?after={after}&limit=17&wait=5")).body;
                    for change in changes(&page) {
                        let position = change["position"].as_i64().unwrap();
                        assert!(position > last && position <= page["next"].as_i64().unwrap());
                        last = position;
                        seen.push(change["objection"].as_str().unwrap().to_owned());
                    }
                    let next = page["next"].as_i64().unwrap();
                    assert!(next > after, "nothing came in five seconds");
                    after = next;
                }
                seen
            });
            let recorded: Vec<_> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            (recorded, reader.join().unwrap())
        });
        assert_eq!(seen.len(), seen.iter().collect::<BTreeSet<_>>().len(), "nothing came twice");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>(), recorded.iter().collect::<BTreeSet<_>>());
    }

    fn originals_come_to_those_who_are_named_and_leave_an_entry(world) {
        let service = world.service();
        let reader = world.client(&json!({"client_id": "crm-plus", "role": "marketing-tool",
            "controllers": ["tandgruppen"], "scopes": ["identifiers:read"]}));
        let from = feed(&reader, 0)["next"].as_i64().unwrap();
        let (own, _) = objects(&service, "spt-1", &["tandgruppen-goteborg"]);
        objects(&service, "spt-2", &["tandgruppen"]);
        objects(&service, "spt-3", &[]);
        let more = json!({"person": {"phones": ["070-174 06 07"]}});
        service.makes(&format!("/v1/objections/{own}/identifiers"), &more);
        assert_eq!(feed(&reader, from).to_string().matches("originals").count(), 0);
        let seen = reader.get(&format!("/v1/changes?after={from}&originals=true"));
        let all = changes(&seen.body);
        assert_eq!(all[0]["originals"]["person"]["emails"], json!(["Anna.Karin@exempel.example"]), "{seen}");
        assert_eq!(all[3]["originals"]["person"]["phones"], json!(["070-174 06 07"]), "{seen}");
        world.staff().makes(&format!("/v1/objections/{own}/annulments"), &json!({"reason": "wrong_person"}));
        let after = reader.get(&format!("/v1/changes?after={from}&originals=true"));
        assert_eq!(after.text.matches("originals").count(), 0, "it was not the person's: {after}");
        // neither the group nor everybody is this controller itself
        assert_eq!((&all[1]["originals"], &all[2]["originals"]), (&Value::Null, &Value::Null));
        assert!(!seen.text.contains("fm-88121"), "the proxy is not the CRM's");
        let entries = "SELECT body AS cell FROM entries WHERE kind = 'originals.read'";
        let read = crate::store::support::cells(&mut world.place.raw(), entries);
        assert_eq!(read.len(), 2);
        assert!(read.iter().all(|entry| entry.contains(&own) && entry.contains("crm-plus")), "{read:?}");
        let refused = world.optician().get("/v1/changes?originals=true");
        refused.is_problem(403, "insufficient-scope");
    }
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    for query in [
        "after=-1",
        "after=x",
        "wait=61",
        "wait=-1",
        "limit=0",
        "limit=1001",
        "originals=ja",
        "since=1",
        "after=1&after=2",
        "after=9223372036854775808000",
    ] {
        crm.get(&format!("/v1/changes?{query}")).is_problem(400, "malformed");
    }
    for (query, status) in [
        ("after=18446744073709551615", 422),
        ("after=9223372036854775807", 422),
        ("after=&limit=", 400),
    ] {
        assert_eq!(crm.get(&format!("/v1/changes?{query}")).status, status, "{query}");
    }
    for other in [
        world.service(),
        world.staff(),
        world.client(&json!({"client_id": "admin", "role": "admin"})),
    ] {
        other.get("/v1/changes").is_problem(403, "insufficient-scope");
    }
}
