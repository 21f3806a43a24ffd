//! Saying yes again, for some controllers and channels, and what never un-blocks.

use crate::support::{objection, on_both, person, proxy};
use serde_json::json;

const GOTEBORG: &str = "tandgruppen-goteborg";
const MALMO: &str = "tandgruppen-malmo";

on_both! {
    fn a_withdrawal_frees_what_it_names_and_nothing_else(world) {
        let made = world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let path = format!("/v1/objections/{}/withdrawals", made["id"].as_str().unwrap());
        let staff = world.staff();
        let freed = staff.makes(&path, &json!({"controllers": [GOTEBORG], "channels": ["email"], "reason": "vill ha nyhetsbrevet"}));
        assert_eq!(freed["objection"], made["id"]);
        let crm = world.crm();
        assert_eq!(crm.decision(GOTEBORG, "email", &person()), "clear");
        assert_eq!(crm.decision(GOTEBORG, "sms", &person()), "blocked");
        assert_eq!(crm.decision(MALMO, "email", &person()), "blocked");
        let seen = staff.get(&format!("/v1/objections/{}", made["id"].as_str().unwrap()));
        assert_eq!(seen.body["status"], "partly_withdrawn", "{seen}");
        assert_eq!(seen.body["events"][0]["actor"], "elin.berg", "{seen}");
        assert!(!seen.text.contains("nyhetsbrevet"), "a reason in somebody's words is sealed: {seen}");
        // a new objection blocks again
        world.client(&json!({"client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"}))
            .makes("/v1/objections", &objection("ny", &["tandgruppen"], &person()));
        assert_eq!(crm.decision(GOTEBORG, "email", &person()), "blocked");
    }

    fn all_of_a_persons_records_can_be_withdrawn_at_once(world) {
        let service = world.service();
        let one = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let two = service.makes("/v1/objections", &objection("spt-2", &[], &json!({"emails": ["anna.karin@exempel.example"]})));
        let beside = service.makes("/v1/objections", &objection("spt-3", &[], &json!({"emails": ["annan@exempel.example"]})));
        let staff = world.staff();
        let body = json!({"person": {"personnummer": "701104-2392", "emails": ["Anna.Karin@exempel.example"]}});
        let first = staff.post_once("/v1/withdrawals", "w-1", &body);
        assert_eq!(first.status, 201, "{first}");
        let mut freed: Vec<_> = first.body["withdrawals"].as_array().unwrap().iter().map(|w| w["objection"].clone()).collect();
        freed.sort_by_key(ToString::to_string);
        let mut expected = vec![one["id"].clone(), two["id"].clone()];
        expected.sort_by_key(ToString::to_string);
        assert_eq!(freed, expected);
        assert_eq!(staff.post_once("/v1/withdrawals", "w-1", &body).body, first.body);
        let crm = world.crm();
        assert_eq!(crm.decision(MALMO, "email", &person()), "clear");
        assert_eq!(crm.decision(MALMO, "email", &json!({"emails": ["annan@exempel.example"]})), "blocked", "{beside}");
        // for the staff's own controllers only
        assert_eq!(world.optician().decision("optiker-ek", "email", &json!({"emails": ["anna.karin@exempel.example"]})), "blocked");
        staff.post("/v1/withdrawals", &json!({"person": {"emails": ["okand@exempel.example"]}})).is_problem(404, "not-found");
    }

    fn an_objection_service_withdraws_its_own_with_a_proxy_for_it(world) {
        let service = world.service();
        let made = service.makes("/v1/objections", &objection("spt-1", &[], &person()));
        let path = format!("/v1/objections/{}/withdrawals", made["id"].as_str().unwrap());
        service.post(&path, &json!({})).is_problem(422, "right-not-covered");
        service.post(&path, &json!({"proxy": proxy()})).is_problem(422, "right-not-covered").at("/proxy/rights", "right_not_covered");
        let mut wide = proxy();
        wide["rights"] = json!(["object_to_direct_marketing", "withdraw_objection"]);
        let other = world.client(&json!({"client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"}));
        other.post(&path, &json!({"proxy": wide})).is_problem(404, "not-found");
        service.makes(&path, &json!({"proxy": wide}));
        assert_eq!(world.crm().decision(MALMO, "email", &person()), "clear");
        assert_eq!(service.get(&format!("/v1/objections/{}", made["id"].as_str().unwrap())).body["status"], "withdrawn");
    }

    fn an_annulment_is_for_those_who_speak_for_all_that_is_bound(world) {
        let service = world.service();
        let own = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let every = service.makes("/v1/objections", &objection("spt-2", &[], &json!({"emails": ["annan@exempel.example"]})));
        let staff = world.staff();
        let path = |made: &serde_json::Value| format!("/v1/objections/{}/annulments", made["id"].as_str().unwrap());
        staff.post(&path(&every), &json!({"reason": "forged"})).is_problem(403, "controller-not-yours");
        staff.post(&path(&own), &json!({"reason": "jag vet inte"})).is_problem(400, "malformed");
        let dry = staff.post(&format!("{}?dry_run=true", path(&own)), &json!({"reason": "wrong_person"}));
        assert_eq!(dry.status, 200, "{dry}");
        let crm = world.crm();
        assert_eq!(crm.decision(MALMO, "email", &person()), "blocked");
        staff.makes(&path(&own), &json!({"reason": "wrong_person"}));
        assert_eq!(crm.decision(MALMO, "email", &person()), "clear");
        // nothing follows on an annulment
        staff.post(&path(&own), &json!({"reason": "forged"})).is_problem(409, "event-not-possible");
        let more = format!("/v1/objections/{}/identifiers", own["id"].as_str().unwrap());
        service.post(&more, &json!({"person": {"emails": ["ny@exempel.example"]}})).is_problem(409, "event-not-possible");
        assert_eq!(staff.get(&format!("/v1/objections/{}", own["id"].as_str().unwrap())).body["status"], "annulled");
    }

    fn a_groups_objection_binds_members_to_come_and_those_that_left(world) {
        world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let admin = world.operator();
        let asker = world.client(&json!({"client_id": "alla", "role": "marketing-tool", "controllers": [GOTEBORG, MALMO, "optiker-ek"]}));
        assert_eq!(asker.decision("optiker-ek", "email", &person()), "clear");
        let before = world.app.as_of().position;
        admin.makes("/v1/groups/tandgruppen/members", &json!({"controller": "optiker-ek"}));
        assert_eq!(asker.decision("optiker-ek", "email", &person()), "blocked", "joining later");
        admin.makes("/v1/groups/tandgruppen/departures", &json!({"controller": "optiker-ek"}));
        assert_eq!(asker.decision("optiker-ek", "email", &person()), "blocked", "leaving never unblocks");
        admin.makes("/v1/groups/tandgruppen/departures", &json!({"controller": MALMO}));
        assert_eq!(asker.decision(MALMO, "email", &person()), "blocked");
        // who left before an objection came is not bound by it
        world.client(&json!({"client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"}))
            .makes("/v1/objections", &objection("ny", &["tandgruppen"], &json!({"emails": ["annan@exempel.example"]})));
        assert_eq!(asker.decision(MALMO, "email", &json!({"emails": ["annan@exempel.example"]})), "clear");
        assert_eq!(asker.decision(GOTEBORG, "email", &json!({"emails": ["annan@exempel.example"]})), "blocked");
        // and the past had that time's memberships
        let body = json!({"controller": "optiker-ek", "channels": ["email"], "person": person(), "at": before});
        assert_eq!(asker.post("/v1/lookups", &body).body["decisions"]["email"], "clear");
    }
}
