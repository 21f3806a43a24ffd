//! What people tell staff themselves: on the telephone, in a letter, an e-mail, a visit.

use crate::support::{objection, on_both, person, proxy};
use serde_json::{Value, json};

const GOTEBORG: &str = "tandgruppen-goteborg";
const MALMO: &str = "tandgruppen-malmo";

/// What staff type while somebody is on the telephone: a number, and nothing else.
fn call(reference: &str, channels: &Value) -> Value {
    json!({
        "reference": reference,
        "controllers": [GOTEBORG],
        "right": "object_to_direct_marketing",
        "channels": channels,
        "person": {"phones": ["070-174 06 11"]},
        "direct": {"medium": "telephone", "identity_checked": false}
    })
}

on_both! {
    fn what_is_said_on_the_telephone_blocks_what_it_names(world) {
        let staff = world.staff();
        let made = staff.makes("/v1/objections", &call("tel-1", &json!(["sms", "phone"])));
        assert!(made["receipt"].as_str().unwrap().starts_with("c2sp.org/tlog-proof@v1"), "{made}");
        let (crm, asked) = (world.crm(), json!({"phones": ["+46 70 174 06 11"]}));
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked), "blocked");
        assert_eq!(crm.decision(GOTEBORG, "phone", &asked), "blocked");
        assert_eq!(crm.decision(GOTEBORG, "post", &asked), "clear", "they said less than all");
        assert_eq!(crm.decision(MALMO, "sms", &asked), "clear", "and to one clinic");
        let why = crm.post("/v1/lookups", &json!({"controller": GOTEBORG, "channels": ["sms"], "person": asked}));
        assert_eq!(why.body["reasons"][0]["source"], "direct", "{why}");
        assert_eq!(staff.makes("/v1/objections", &call("tel-1", &json!(["sms", "phone"]))), made, "sent twice");
    }

    fn without_channels_and_controllers_it_is_everything_that_staff_speak_for(world) {
        let body = json!({"right": "object_to_direct_marketing", "person": {"emails": ["bo.lind@exempel.example"]},
            "direct": {"medium": "letter", "identity_checked": true}});
        world.staff().makes("/v1/objections", &body);
        let (crm, asked) = (world.crm(), json!({"emails": ["Bo.Lind@exempel.example"]}));
        for channel in ["email", "post", "profiling"] {
            assert_eq!(crm.decision(GOTEBORG, channel, &asked), "blocked");
            assert_eq!(crm.decision(MALMO, channel, &asked), "blocked");
        }
        assert_eq!(world.optician().decision("optiker-ek", "email", &asked), "clear", "not theirs to say");
    }

    fn the_record_tells_who_took_it_and_how_and_when(world) {
        let staff = world.staff();
        let mut body = call("brev-7", &json!(["post"]));
        body["objected_at"] = json!("2026-11-02T10:00:00Z");
        body["direct"] = json!({"medium": "visit", "taken_by": "mia.holm", "identity_checked": true});
        let made = staff.makes("/v1/objections", &body);
        let seen = staff.get(&format!("/v1/objections/{}", made["id"].as_str().unwrap()));
        assert_eq!(seen.body["reference"], "brev-7", "{seen}");
        assert_eq!(seen.body["objected_at"], "2026-11-02T10:00:00Z", "{seen}");
        let record = &seen.body["record"];
        assert_eq!(record["source"], "direct", "{seen}");
        assert_eq!(record["actor"], "elin.berg", "{seen}");
        assert_eq!(record["details"], json!({"medium": "visit", "taken_by": "mia.holm", "identity_checked": true}));
        let by_default = staff.makes("/v1/objections", &call("tel-2", &json!(["sms"])));
        let seen = staff.get(&format!("/v1/objections/{}", by_default["id"].as_str().unwrap()));
        assert_eq!(seen.body["record"]["details"]["taken_by"], "elin.berg", "{seen}");
    }

    fn it_outlives_a_restart_and_ends_with_a_withdrawal_alone(world) {
        let staff = world.staff();
        let made = staff.makes("/v1/objections", &call("tel-1", &json!(["sms"])));
        let token = staff.token().to_owned();
        let world = world.restarted();
        let staff = world.stranger().with_token(&token).acting_as("elin.berg");
        let asked = json!({"phones": ["0701740611"]});
        let crm = world.crm();
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked), "blocked");
        staff.makes(&format!("/v1/objections/{}/withdrawals", made["id"].as_str().unwrap()), &json!({}));
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked), "clear");
    }

    fn staff_say_how_it_came_and_nobody_else_can_say_so(world) {
        let staff = world.staff();
        let mut without = call("tel-1", &json!(["all"]));
        without.as_object_mut().unwrap().remove("direct");
        staff.post("/v1/objections", &without).is_problem(422, "unprocessable").at("/direct", "required");
        let mut both = call("tel-1", &json!(["all"]));
        both["proxy"] = proxy();
        staff.post("/v1/objections", &both).is_problem(422, "unprocessable").at("/direct", "two_sources");
        let service = world.service();
        service.post("/v1/objections", &call("tel-1", &json!(["all"]))).is_problem(422, "unprocessable").at("/direct", "staff_only");
        // a proxy that came by letter is staff's to record, too
        staff.makes("/v1/objections", &objection("brev-1", &["tandgruppen"], &person()));
        let mut not_named = call("tel-3", &json!(["all"]));
        not_named["direct"]["taken_by"] = json!("elin.berg@exempel.example");
        staff.post("/v1/objections", &not_named).is_problem(422, "unprocessable").at("/direct/taken_by", "not_an_account_name");
        let mut elsewhere = call("tel-4", &json!(["all"]));
        elsewhere["controllers"] = json!(["optiker-ek"]);
        staff.post("/v1/objections", &elsewhere).is_problem(403, "controller-not-yours");
        let mut later = call("tel-5", &json!(["all"]));
        later["objected_at"] = json!("2099-01-01T00:00:00Z");
        staff.post("/v1/objections", &later).is_problem(422, "unprocessable").at("/objected_at", "in_the_future");
        assert_eq!(world.crm().decision(GOTEBORG, "sms", &json!({"phones": ["070-174 06 11"]})), "clear");
    }

    fn there_is_no_place_for_a_word_about_health(world) {
        let staff = world.staff();
        for field in ["note", "reason", "diagnosis", "treatment", "comment"] {
            let mut body = call("tel-1", &json!(["all"]));
            body["direct"][field] = json!("x");
            staff.post("/v1/objections", &body).is_problem(400, "malformed");
            let mut body = call("tel-1", &json!(["all"]));
            body["person"][field] = json!("x");
            staff.post("/v1/objections", &body).is_problem(400, "malformed");
        }
    }
}
