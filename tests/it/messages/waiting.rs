//! Until somebody has read a message, its sender is not told to be clear.

use super::*;
use crate::support::on_both;
use nejtack::store::Backend;

fn clear(staff: &Party<'_>, outcome: &str) {
    let item = open(staff).pop().expect("an item");
    let path = format!("/v1/review/{}/clearances", item["id"].as_str().expect("an id"));
    staff.makes(&path, &json!({"outcome": outcome}));
}

on_both! {
    fn a_message_leaves_text_messages_open_until_it_was_read(world) {
        let (gateways, _staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
        says_nothing(&gateways.elks("s1", SENDER, "Hej, jag orkar inte med era utskick"), 204);
        let body = json!({"controller": GOTEBORG, "channels": ["sms", "phone", "email"], "person": asked(SENDER)});
        let answer = crm.post("/v1/lookups", &body);
        assert_eq!(answer.body["decisions"], json!({"sms": "undecidable", "phone": "clear", "email": "clear"}), "{answer}");
        let warned = |answer: &Answer| answer.body["warnings"].as_array().is_some_and(|all| all.iter().any(|one| one["code"] == "message_waiting"));
        assert!(warned(&answer), "{answer}");
        assert_eq!(crm.decision(MALMO, "sms", &json!({"phones": ["070-174 06 08"]})), "clear", "another number");
        assert_eq!(world.optician().decision("optiker-ek", "sms", &asked(SENDER)), "clear", "another's number");
        // as a platform hashes it, and in a batch
        let digits: String = SENDER.chars().filter(char::is_ascii_digit).collect();
        let hash = <sha2::Sha256 as sha2::Digest>::digest(format!("+{digits}"));
        let hash = json!({"algorithm": "sha256", "of": "phone", "value": crate::crypto::support::hex(&hash)});
        assert_eq!(crm.decision(GOTEBORG, "sms", &json!({"hashes": [hash]})), "undecidable");
        let batch = json!({"controller": GOTEBORG, "channels": ["sms"], "persons": [{"key": "1", "phones": [SENDER]}, {"key": "2", "phones": ["070-174 06 08"]}]});
        let rows = crm.post("/v1/lookups/batch", &batch).body["results"].clone();
        assert_eq!((&rows[0]["decisions"]["sms"], &rows[1]["decisions"]["sms"]), (&json!("undecidable"), &json!("clear")), "{rows}");
        let past = json!({"controller": GOTEBORG, "channels": ["sms"], "person": asked(SENDER), "at": 1});
        assert!(!warned(&crm.post("/v1/lookups", &past)), "what nobody had read then is not known");
        let world = world.restarted();
        let (staff, crm) = (world.client_again("reception").acting_as("elin.berg"), world.client_again("crm"));
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "undecidable");
        clear(&staff, "no_objection");
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "clear");
    }

    fn of_several_messages_each_counts(world) {
        let (gateways, staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
        for id in ["s1", "s2"] {
            says_nothing(&gateways.elks(id, SENDER, "hej"), 204);
        }
        clear(&staff, "no_objection");
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "undecidable");
        clear(&staff, "no_objection");
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "clear");
        says_nothing(&gateways.elks("s3", SENDER, "hej"), 204);
        clear(&staff, "objection_recorded");
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "blocked");
    }

    fn a_damaged_message_leaves_all_numbers_open_and_nothing_else(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        says_nothing(&gateways.elks("s1", SENDER, "hej"), 204);
        let mut raw = world.place.raw();
        let off = match world.place.url.backend() {
            Backend::Sqlite => "DROP TRIGGER originals_update",
            Backend::Postgresql => "ALTER TABLE originals DISABLE TRIGGER originals_append_only",
        };
        let spoilt = match world.place.url.backend() {
            Backend::Sqlite => "UPDATE originals SET sealed = zeroblob(60) WHERE field = 'message'",
            Backend::Postgresql => "UPDATE originals SET sealed = decode(repeat('00', 60), 'hex') WHERE field = 'message'",
        };
        for statement in [off, spoilt] {
            crate::store::support::run(&mut raw, statement).expect("as the owner of the database");
        }
        let other = asked("070-174 06 08");
        assert_eq!(crm.decision(GOTEBORG, "sms", &other), "undecidable");
        assert_eq!(crm.decision(GOTEBORG, "phone", &other), "clear");
        assert_eq!(world.optician().decision("optiker-ek", "sms", &other), "clear");
        // staff see that it waits, and settle it
        let staff = world.staff();
        assert_eq!(open(&staff)[0]["value"], Value::Null);
        clear(&staff, "unusable");
        assert_eq!(crm.decision(GOTEBORG, "sms", &other), "clear");
    }

    fn a_screened_file_says_so(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        says_nothing(&gateways.elks("s1", SENDER, "hej"), 204);
        let path = format!("/v1/screenings?controller={GOTEBORG}&channel=sms&keep=all");
        let file = format!("Mobil\n{SENDER}\n070-174 06 08\n");
        let screened = Answer::of(crm.request("POST", &path).header("Content-Type", "text/csv").body(file));
        assert!(screened.text.contains("undecidable,message_waiting"), "{screened}");
        assert_eq!(screened.text.matches("message_waiting").count(), 1, "{screened}");
    }
}

#[test]
fn another_instance_knows_of_it_at_once() {
    let world = World::on(Backend::Postgresql);
    let (gateways, staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
    let beside = world.beside();
    let there = beside.party().with_token(crm.token());
    assert_eq!(there.decision(GOTEBORG, "sms", &asked(SENDER)), "clear");
    says_nothing(&gateways.elks("s1", SENDER, "hej"), 204);
    assert_eq!(there.decision(GOTEBORG, "sms", &asked(SENDER)), "undecidable");
    clear(&staff, "unusable");
    assert_eq!(there.decision(GOTEBORG, "sms", &asked(SENDER)), "clear");
}
