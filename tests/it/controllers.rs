//! Controllers, groups and memberships.

use crate::support::{objection, on_both, person};
use serde_json::json;

on_both! {
    fn a_slug_or_name_once_used_is_never_given_to_another(world) {
        let admin = world.operator();
        let renamed = admin.makes("/v1/controllers/optiker-ek/names", &json!({"slug": "ek-optik", "name": "Ek Optik"}));
        assert_eq!((&renamed["slug"], &renamed["name"]), (&json!("ek-optik"), &json!("Ek Optik")));
        for taken in [
            json!({"slug": "optiker-ek", "name": "Annan"}),
            json!({"slug": "ek-optik", "name": "Annan"}),
            json!({"slug": "annan", "name": "Optiker Ek"}),
            json!({"slug": "tandgruppen", "name": "Annan"}),
        ] {
            admin.post("/v1/controllers", &taken).is_problem(409, "name-taken");
            admin.post("/v1/groups", &taken).is_problem(409, "name-taken");
        }
        // its own earlier slug it may have again, and till then it still leads to it
        assert_eq!(world.optician().decision("optiker-ek", "email", &person()), "clear");
        admin.makes("/v1/controllers/optiker-ek/names", &json!({"slug": "optiker-ek"}));
    }

    fn an_objection_finds_controllers_by_organisation_number(world) {
        let admin = world.operator();
        for (slug, name) in [("klinik-ett", "Klinik Ett"), ("klinik-tva", "Klinik Två")] {
            admin.makes("/v1/controllers", &json!({"slug": slug, "name": name, "organisation_number": "559999-0016"}));
        }
        let crm = world.client(&json!({"client_id": "klinikerna", "role": "marketing-tool", "controllers": ["5599990016"]}));
        world.service().makes("/v1/objections", &objection("spt-1", &["16559999-0016"], &person()));
        assert_eq!(crm.decision("klinik-ett", "email", &person()), "blocked");
        assert_eq!(crm.decision("klinik-tva", "email", &person()), "blocked");
        assert_eq!(world.crm().decision("tandgruppen-malmo", "email", &person()), "clear");
        admin.post("/v1/controllers", &json!({"slug": "enskild", "name": "Enskild", "organisation_number": "19701104-2392"}))
            .is_problem(422, "unprocessable").at("/organisation_number", "organisation_number");
    }

    fn lists_are_read_by_cursor_and_by_those_they_concern(world) {
        let service = world.service();
        let first = service.get("/v1/controllers?limit=2");
        assert_eq!(first.body["controllers"].as_array().unwrap().len(), 2, "{first}");
        let next = first.body["next"].as_str().unwrap();
        let rest = service.get(&format!("/v1/controllers?limit=2&after={next}"));
        assert_eq!(rest.body["controllers"].as_array().unwrap().len(), 1, "{rest}");
        assert_eq!(rest.body["next"], json!(null));
        let own = world.crm().get("/v1/controllers");
        let slugs: Vec<_> = own.body["controllers"].as_array().unwrap().iter().map(|c| c["slug"].clone()).collect();
        assert_eq!(slugs, ["tandgruppen-goteborg", "tandgruppen-malmo"]);
        assert_eq!(own.body["controllers"][0]["groups"], json!(["tandgruppen"]));
        let groups = service.get("/v1/groups");
        assert_eq!(groups.body["groups"][0]["controllers"], json!(["tandgruppen-goteborg", "tandgruppen-malmo"]));
    }

    fn memberships_cannot_be_doubled(world) {
        let admin = world.operator();
        let body = json!({"controller": "tandgruppen-malmo"});
        admin.post("/v1/groups/tandgruppen/members", &body).is_problem(409, "event-not-possible");
        admin.makes("/v1/groups/tandgruppen/departures", &body);
        admin.post("/v1/groups/tandgruppen/departures", &body).is_problem(409, "event-not-possible");
        admin.post("/v1/groups/okand/members", &body).is_problem(404, "not-found");
    }

    fn a_controllers_region_reads_its_local_numbers(world) {
        let admin = world.operator();
        admin.makes("/v1/controllers", &json!({"slug": "tannlege-oslo", "name": "Tannlege Oslo", "region": "NO"}));
        let crm = world.client(&json!({"client_id": "oslo", "role": "marketing-tool", "controllers": ["tannlege-oslo"]}));
        world.service().makes("/v1/objections", &objection("spt-1", &[], &json!({"phones": ["+46 8 465 004 12"]})));
        assert_eq!(crm.decision("tannlege-oslo", "phone", &json!({"phones": ["08-465 004 12"]})), "undecidable");
        assert_eq!(crm.decision("tannlege-oslo", "phone", &json!({"phones": ["0046 8 465 004 12"]})), "blocked");
    }

    // 07700 900 000 to 999 are Ofcom's for fiction.
    fn a_number_without_a_country_binds_a_controller_of_any_region_that_the_objection_does(world) {
        let admin = world.operator();
        admin.makes("/v1/controllers", &json!({"slug": "dental-leeds", "name": "Dental Leeds", "region": "GB", "group": "tandgruppen"}));
        let crm = world.crm();
        let (here, there) = ("tandgruppen-malmo", "dental-leeds");
        let decision = |controller: &str, phone: &str| crm.decision(controller, "sms", &json!({"phones": [phone]}));
        let direct = |controllers: &[&str], phone: &str| json!({
            "right": "object_to_direct_marketing", "controllers": controllers, "person": {"phones": [phone]},
            "direct": {"medium": "telephone", "taken_by": "elin.berg", "identity_checked": true}
        });
        let staff = world.staff();
        staff.makes("/v1/objections", &direct(&["tandgruppen"], "07700 900123"));
        assert_eq!(decision(there, "07700 900123"), "blocked");
        assert_eq!(decision(there, "+44 7700 900123"), "blocked");
        staff.makes("/v1/objections", &direct(&[], "07700 900124"));
        assert_eq!(decision(there, "+44 7700 900124"), "blocked");
        staff.makes("/v1/objections", &direct(&[here, there], "070-174 06 05"));
        assert_eq!(decision(here, "+46 70 174 06 05"), "blocked");
        staff.makes("/v1/objections", &direct(&[here], "070-174 06 15"));
        assert_eq!(decision(there, "+44 70 174 06 15"), "clear");
        let service = world.service();
        service.makes("/v1/objections", &objection("spt-1", &[], &json!({"phones": ["07700 900125"]})));
        let id = service.makes("/v1/objections", &objection("spt-2", &[], &json!({"emails": ["bo.ek@exempel.example"]})))["id"].clone();
        assert_eq!(decision(there, "07700 900125"), "blocked");
        let path = format!("/v1/objections/{}/identifiers", id.as_str().expect("an id"));
        staff.makes(&path, &json!({"person": {"phones": ["07700 900126"]}}));
        assert_eq!(decision(there, "07700 900126"), "blocked");
    }

    fn what_is_withdrawn_names_its_country_where_it_could_be_several(world) {
        let admin = world.operator();
        admin.makes("/v1/controllers", &json!({"slug": "dental-leeds", "name": "Dental Leeds", "region": "GB", "group": "tandgruppen"}));
        world.service().makes("/v1/objections", &objection("spt-1", &[], &json!({"phones": ["07700 900123"]})));
        let staff = world.staff();
        let withdrawal = |phone: &str| json!({"person": {"phones": [phone]}, "controllers": ["tandgruppen"], "reason": "on the telephone"});
        let refused = staff.post("/v1/withdrawals", &withdrawal("07700 900123"));
        refused.is_problem(422, "nothing-readable").at("/person/phones/0", "ambiguous");
        staff.makes("/v1/withdrawals", &withdrawal("+44 7700 900123"));
        let crm = world.crm();
        assert_eq!(crm.decision("dental-leeds", "sms", &json!({"phones": ["07700 900123"]})), "clear");
    }
}
