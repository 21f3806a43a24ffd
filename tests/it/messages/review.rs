//! What was not understood waits for staff, who settle it in one step.

use super::*;
use crate::support::{Setup, on_both};
use nejtack::app::shred::Retention;
use nejtack::store::Backend;

fn clearances(item: &Value) -> String {
    format!("/v1/review/{}/clearances", item["id"].as_str().expect("an id"))
}

/// Leaves a message for staff, who see it.
fn left(gateways: &Gateways<'_>, staff: &Party<'_>, id: &str, from: &str, text: &str) -> Value {
    says_nothing(&gateways.elks(id, from, text), 204);
    open(staff).pop().expect("an item")
}

on_both! {
    fn staff_read_it_and_record_it_in_one_step(world) {
        let (gateways, staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
        let item = left(&gateways, &staff, "s1", SENDER, "Kan inte få fler sms nu");
        assert_eq!((&item["kind"], &item["code"]), (&json!("message"), &json!("negated")), "{item}");
        assert_eq!((&item["objection"], &item["pointer"]), (&Value::Null, &Value::Null));
        assert_eq!(item["value"], "Kan inte få fler sms nu");
        assert_eq!(item["message"], json!({"gateway": "elks", "from": SENDER, "to": NUMBER}));
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "undecidable");
        let before = entries(&world, "objection.recorded");
        let cleared = staff.makes(&clearances(&item), &json!({"outcome": "objection_recorded"}));
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "blocked");
        assert_eq!(crm.decision(MALMO, "sms", &asked(SENDER)), "blocked");
        assert_eq!(crm.decision(MALMO, "email", &asked(SENDER)), "clear");
        assert_eq!((entries(&world, "objection.recorded"), entries(&world, "message.cleared")), (before + 1, 1));
        let path = format!("/v1/objections/{}", cleared["objection"].as_str().unwrap());
        let record = staff.get(&path).body["record"].clone();
        assert_eq!((&record["source"], &record["actor"]), (&json!("sms_stop"), &json!("elin.berg")), "{record}");
        assert_eq!(record["details"]["word"], "staff", "{record}");
        assert_eq!(record["details"]["message"], item["id"], "{record}");
        assert!(open(&staff).is_empty());
        staff.post(&clearances(&item), &json!({"outcome": "objection_recorded"})).is_problem(409, "event-not-possible");
        assert_eq!(entries(&world, "objection.recorded"), before + 1);
    }

    fn it_can_cover_everything_and_be_another_persons(world) {
        let (gateways, staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
        let item = left(&gateways, &staff, "s1", "72456", "STOPP för 070-174 06 08");
        let bare = json!({"outcome": "objection_recorded"});
        staff.post(&clearances(&item), &bare).is_problem(422, "unprocessable").at("/person", "required");
        let body = json!({"outcome": "objection_recorded", "channels": ["all"], "person": {"phones": ["070-174 06 08"]}});
        let dry = staff.post(&format!("{}?dry_run=true", clearances(&item)), &body);
        assert_eq!((dry.status, &dry.body["status"]), (200, &json!("checked")), "{dry}");
        assert_eq!(crm.decision(GOTEBORG, "post", &asked("070-174 06 08")), "clear");
        let first = staff.post_once(&clearances(&item), "en", &body);
        let again = staff.post_once(&clearances(&item), "en", &body);
        assert_eq!((first.status, &first.body), (201, &again.body), "{first}");
        for channel in ["sms", "post", "email"] {
            assert_eq!(crm.decision(GOTEBORG, channel, &asked("070-174 06 08")), "blocked");
        }
        let broken = json!({"outcome": "objection_recorded", "person": {"phones": ["sjuttio"]}});
        let item = left(&gateways, &staff, "s2", "72456", "hej då");
        staff.post(&clearances(&item), &broken).is_problem(422, "nothing-readable").at("/person/phones/0", "unreadable");
    }

    fn what_is_none_is_settled_as_none(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        for (id, outcome) in [("s1", "no_objection"), ("s2", "unusable")] {
            let item = left(&gateways, &staff, id, SENDER, "Kan ni stoppa in mig kl 8?");
            let odd = json!({"outcome": outcome, "channels": ["all"], "person": {"phones": [SENDER]}});
            staff.post(&clearances(&item), &odd).is_problem(422, "unprocessable").at("/channels", "outcome").at("/person", "outcome");
            staff.post(&clearances(&item), &json!({"outcome": "identifier_added"})).is_problem(422, "unprocessable").at("/outcome", "outcome");
            let cleared = staff.makes(&clearances(&item), &json!({"outcome": outcome}));
            assert!(cleared.get("objection").is_none() && cleared["receipt"].is_string(), "{cleared}");
        }
        assert!(open(&staff).is_empty());
        assert_eq!(entries(&world, "objection.recorded"), 0);
        // a replay of what was settled is no new item
        says_nothing(&gateways.elks("s1", SENDER, "Kan ni stoppa in mig kl 8?"), 204);
        assert!(open(&staff).is_empty());
    }

    fn what_was_settled_as_none_is_forgotten_in_time(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        for (id, outcome) in [("s1", "no_objection"), ("s2", "unusable"), ("s3", "objection_recorded")] {
            let item = left(&gateways, &staff, id, SENDER, "hej, jag har ont");
            staff.makes(&clearances(&item), &json!({"outcome": outcome}));
        }
        left(&gateways, &staff, "s4", SENDER, "hej");
        world.app.shred_what_is_due();
        let keys = || ask(&world, "SELECT field AS cell FROM record_keys JOIN originals USING (position) WHERE field = 'message'").len();
        assert_eq!(keys(), 5, "not before their time");
        let done = world.app.shred_settled_messages(0).expect("shredded");
        assert_eq!((done.records, done.entries, keys()), (2, 1, 3));
        assert_eq!(world.app.shred_settled_messages(0).expect("nothing left").entries, 0);
        assert_eq!(open(&staff)[0]["value"], "hej", "what waits is still there");
        verifies(&world);
    }

    fn what_waits_outlives_every_shredding_and_goes_with_the_next_once_settled(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        let first = left(&gateways, &staff, "s1", SENDER, "hej, jag har ont");
        says_nothing(&gateways.elks("s2", SENDER, "STOPP"), 204);
        left(&gateways, &staff, "s3", SENDER, "hej");
        let shred = || world.operator().post("/v1/shreddings", &json!({"older_than_days": 0})).body;
        assert_eq!(shred()["waiting"], 2);
        let again = shred();
        assert_eq!((&again["entries"], &again["records"]), (&json!(0), &json!(0)), "{again}");
        assert_eq!(open(&staff)[0]["value"], "hej, jag har ont");
        staff.makes(&clearances(&first), &json!({"outcome": "objection_recorded"}));
        assert_eq!(shred()["waiting"], 1);
        let values: Vec<_> = open(&staff).into_iter().map(|item| item["value"].clone()).collect();
        assert_eq!(values, ["hej"]);
        assert_eq!(ask(&world, "SELECT field AS cell FROM record_keys JOIN originals USING (position)"), ["message", "reference"]);
        verifies(&world);
    }

    fn only_staff_of_its_controllers_see_and_settle_it(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        let body = json!({"client_id": "optik", "role": "staff", "controllers": ["optiker-ek"]});
        let others = world.client(&body).acting_as("eva.ek");
        let item = left(&gateways, &staff, "s1", SENDER, "hej");
        assert!(open(&others).is_empty());
        others.post(&clearances(&item), &json!({"outcome": "unusable"})).is_problem(404, "not-found");
        world.crm().get("/v1/review").is_problem(403, "insufficient-scope");
        assert_eq!(open(&staff).len(), 1);
    }

    fn staff_of_one_clinic_may_record_its_senders_no_and_nothing_else(world) {
        let (gateways, staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
        let body = json!({"client_id": "malmo", "role": "staff", "controllers": [MALMO]});
        let part = world.client(&body).acting_as("mia.ek");
        let item = left(&gateways, &staff, "s1", SENDER, "hej");
        assert_eq!(open(&part)[0]["id"], item["id"]);
        for body in [
            json!({"outcome": "no_objection"}),
            json!({"outcome": "unusable"}),
            json!({"outcome": "objection_recorded", "person": {"phones": ["070-174 06 08"]}}),
        ] {
            let refused = part.post(&clearances(&item), &body);
            refused.is_problem(403, "controller-not-yours");
            assert!(refused.body["detail"].as_str().unwrap().contains(": tandgruppen."), "{refused}");
        }
        part.makes(&clearances(&item), &json!({"outcome": "objection_recorded"}));
        for controller in [GOTEBORG, MALMO] {
            assert_eq!(crm.decision(controller, "sms", &asked(SENDER)), "blocked", "for all, as the person said it");
        }
        let item = left(&gateways, &staff, "s2", SENDER, "hej");
        staff.makes(&clearances(&item), &json!({"outcome": "no_objection"}));
    }

    fn what_staff_leave_out_is_what_the_message_says(world) {
        let (gateways, staff, crm) = (Gateways::of(&world), world.staff(), world.crm());
        let email = json!({"emails": ["bo.ek@exempel.example"]});
        for (number, text, person, post) in [
            (0, "Kan ni stoppa allt, undrar Bo", None, "blocked"),
            (1, "Hur blir jag av med alla sms", None, "clear"),
            (2, "Hej, det är nog med reklam nu", None, "blocked"),
            (3, "Hej, det är nog nu", Some(&email), "clear"),
        ] {
            let from = format!("+4670174061{number}");
            let item = left(&gateways, &staff, &format!("s{number}"), &from, text);
            staff.makes(&clearances(&item), &json!({"outcome": "objection_recorded", "person": person}));
            assert_eq!(crm.decision(MALMO, "sms", &asked(&from)), "blocked", "{text}: the sender's too");
            assert_eq!(crm.decision(MALMO, "post", &asked(&from)), post, "{text}");
        }
        assert_eq!(crm.decision(MALMO, "sms", &email), "blocked");
        let item = left(&gateways, &staff, "s9", SENDER, "hej");
        let same = json!({"outcome": "objection_recorded", "person": {"phones": ["070-174 06 05"]}});
        let count = || ask(&world, "SELECT CAST(ordinal AS TEXT) AS cell FROM tags").len();
        let before = count();
        staff.makes(&clearances(&item), &same);
        assert_eq!(count() - before, 2, "one number: itself and as platforms hash it");
    }

    fn a_page_is_shown_by_one_commit_and_every_item_of_it_is_an_entry(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        for number in 0..7 {
            says_nothing(&gateways.elks(&format!("s{number}"), SENDER, "hej"), 204);
        }
        let groups = || {
            let text = world.stranger().get("/metrics").text;
            let (_, rest) = text.split_once("nejtack_committed_total{what=\"groups\"} ").expect("a counter");
            rest.lines().next().unwrap().parse::<u64>().unwrap()
        };
        let (before, read) = (groups(), entries(&world, "originals.read"));
        assert_eq!(open(&staff).len(), 7);
        assert_eq!((groups() - before, entries(&world, "originals.read") - read), (1, 7));
        verifies(&world);
    }

    fn how_much_waits_and_how_long_is_told(world) {
        let (gateways, staff, service) = (Gateways::of(&world), world.staff(), world.service());
        #[track_caller]
        fn tells(world: &World, lines: &[&str]) {
            world.app.housekeeping();
            let text = world.stranger().get("/metrics").text;
            for line in lines {
                assert!(text.lines().any(|own| own.strip_prefix("nejtack_review_") == Some(line)), "{line}: {text}");
            }
        }
        let nothing = [
            "items{kind=\"message\"} 0", "items{kind=\"value\"} 0",
            "oldest_seconds{kind=\"message\"} 0", "oldest_seconds{kind=\"value\"} 0",
        ];
        tells(&world, &nothing);
        let item = left(&gateways, &staff, "s1", SENDER, "hej");
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        let person = json!({"emails": ["bo.ek@exempel.example", "bo snabela", "bo igen"]});
        service.makes("/v1/objections", &crate::support::objection("r1", &["tandgruppen"], &person));
        let later = left(&gateways, &staff, "s2", SENDER, "hej");
        says_nothing(&gateways.elks("s3", SENDER, "STOPP"), 204);
        let text = { world.app.housekeeping(); world.stranger().get("/metrics").text };
        assert!(!text.contains("nejtack_review_oldest_seconds{kind=\"message\"} 0"), "{text}");
        tells(&world, &["items{kind=\"message\"} 2", "items{kind=\"value\"} 2"]);
        staff.makes(&clearances(&item), &json!({"outcome": "no_objection"}));
        tells(&world, &["items{kind=\"message\"} 1", "items{kind=\"value\"} 2"]);
        let world = world.restarted();
        tells(&world, &["items{kind=\"message\"} 1", "items{kind=\"value\"} 2"]);
        let staff = world.client_again("reception").acting_as("elin.berg");
        staff.makes(&clearances(&later), &json!({"outcome": "unusable"}));
        let values: Vec<_> = open(&staff).into_iter().filter(|item| item["kind"] == "value").collect();
        values.iter().for_each(|item| drop(staff.makes(&clearances(item), &json!({"outcome": "unusable"}))));
        tells(&world, &nothing);
    }

    fn messages_and_values_come_in_one_order_page_by_page(world) {
        let (gateways, staff, service) = (Gateways::of(&world), world.staff(), world.service());
        for number in 0..4 {
            says_nothing(&gateways.elks(&format!("s{number}"), SENDER, "hej"), 204);
            let person = json!({"emails": ["bo.ek@exempel.example", "bo snabela", "bo igen"]});
            service.makes("/v1/objections", &crate::support::objection(&format!("r{number}"), &["tandgruppen"], &person));
        }
        let whole: Vec<_> = open(&staff).into_iter().map(|item| item["id"].clone()).collect();
        let kinds: Vec<_> = open(&staff).into_iter().map(|item| item["kind"].clone()).collect();
        assert_eq!(kinds, ["message", "value", "value"].repeat(4));
        for limit in 1..6 {
            let (mut paged, mut after) = (Vec::new(), String::new());
            loop {
                let page = staff.get(&format!("/v1/review?limit={limit}&after={after}")).body;
                paged.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
                match page["next"].as_str() {
                    Some(next) => after = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(paged, whole, "by {limit}");
        }
    }

    fn showing_it_is_an_entry_and_the_ledger_verifies(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        let item = left(&gateways, &staff, "s1", SENDER, "hej");
        assert_eq!(entries(&world, "originals.read"), 1);
        staff.makes(&clearances(&item), &json!({"outcome": "objection_recorded", "channels": ["sms", "phone"]}));
        let item = left(&gateways, &staff, "s2", SENDER, "hej");
        staff.makes(&clearances(&item), &json!({"outcome": "no_objection"}));
        says_nothing(&gateways.elks("s3", SENDER, "STOPP ALLT"), 204);
        verifies(&world);
    }
}

/// Where no originals are kept, staff have thirty days to read what waits for them.
fn without_originals(backend: Backend) {
    let retention = Retention { originals: Some(0), proof: None };
    let world = World::with(backend, Setup { retention, ..Setup::default() });
    let (gateways, staff) = (Gateways::of(&world), world.staff());
    says_nothing(&gateways.elks("s1", SENDER, "STOPP"), 204);
    assert_eq!(
        ask(&world, "SELECT field AS cell FROM originals").len(),
        0,
        "of what was understood"
    );
    let item = left(&gateways, &staff, "s2", SENDER, "hej");
    world.app.shred_what_is_due();
    assert_eq!(open(&staff)[0]["value"], "hej");
    let staff_can = json!({"outcome": "objection_recorded", "person": {"phones": [SENDER]}});
    let shredded = world.operator().post("/v1/shreddings", &json!({"older_than_days": 0}));
    assert_eq!((shredded.status, &shredded.body["waiting"]), (200, &json!(1)), "{shredded}");
    assert_eq!(open(&staff)[0]["value"], "hej", "it may be an objection as yet unread");
    crate::store::support::run(&mut world.place.raw(), "DELETE FROM record_keys")
        .expect("as if lost");
    let gone = &open(&staff)[0];
    assert_eq!((&gone["value"], &gone["message"]["from"]), (&Value::Null, &Value::Null), "{gone}");
    let bare = json!({"outcome": "objection_recorded"});
    staff
        .post(&clearances(&item), &bare)
        .is_problem(422, "unprocessable")
        .at("/person", "required");
    staff.makes(&clearances(&item), &staff_can);
}

#[test]
fn without_originals_on_sqlite() {
    without_originals(Backend::Sqlite);
}

#[test]
fn without_originals_on_postgresql() {
    without_originals(Backend::Postgresql);
}
