//! 46elks: a form without a signature, and an answer that says nothing.

use super::*;
use crate::support::on_both;

on_both! {
    fn a_stop_blocks_the_channel_for_all_that_the_gateway_speaks_for(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        says_nothing(&gateways.elks("s1", SENDER, "Stopp tack!"), 204);
        for controller in [GOTEBORG, MALMO] {
            assert_eq!(crm.decision(controller, "sms", &asked("070-174 06 05")), "blocked");
            assert_eq!(crm.decision(controller, "email", &asked("070-174 06 05")), "clear");
            assert_eq!(crm.decision(controller, "phone", &asked("070-174 06 05")), "clear");
        }
        assert_eq!(world.optician().decision("optiker-ek", "sms", &asked(SENDER)), "clear");
        let why = crm.post("/v1/lookups", &json!({"controller": GOTEBORG, "channels": ["sms"], "person": asked(SENDER)}));
        assert_eq!(why.body["reasons"][0]["source"], "sms_stop", "{why}");
        let id = why.body["reasons"][0]["objection"].as_str().unwrap();
        let seen = world.staff().get(&format!("/v1/objections/{id}")).body;
        assert_eq!(seen["record"]["details"], json!({"form": "46elks", "word": "stop", "scope": "sms"}), "{seen}");
        assert_eq!(seen["record"]["client"], "elks");
        assert_eq!(seen["objected_at"], "2026-11-20T09:12:00.741Z", "{seen}");
        assert_eq!(seen["record"]["controllers"], json!(["tandgruppen"]));
    }

    fn stopp_allt_blocks_all_direct_marketing(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        says_nothing(&gateways.elks("s1", SENDER, "STOPP ALLT"), 204);
        for channel in ["sms", "email", "phone", "post", "profiling"] {
            assert_eq!(crm.decision(MALMO, channel, &asked(SENDER)), "blocked", "{channel}");
        }
    }

    fn by_basic_it_is_the_same(world) {
        let gateways = Gateways::of(&world);
        let post = |id: &str, secret: &str| {
            let request = world.stranger().request("POST", "/v1/inbound-sms/46elks");
            Answer::of(request.basic_auth(id, Some(secret)).form(&elks_form("s1", SENDER, "stopp")))
        };
        says_nothing(&post("elks", &gateways.elks), 204);
        assert_eq!(world.crm().decision(MALMO, "sms", &asked(SENDER)), "blocked");
        for (id, secret) in [("elks", "njs_x"), ("twilio", gateways.elks.as_str()), ("", gateways.elks.as_str()), ("elks", "")] {
            let refused = post(id, secret);
            says_nothing(&refused, 401);
            assert_eq!(refused.header("www-authenticate"), "Basic realm=\"nejtack\"");
        }
    }

    fn a_foreign_number_without_its_plus_is_a_number(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        for from in ["447700900151", "12025550123", " 447700900152 ", "46701740605"] {
            says_nothing(&gateways.elks(from, from, "STOPP"), 204);
            let number = format!("+{}", from.trim());
            assert_eq!(crm.decision(MALMO, "sms", &asked(&number)), "blocked", "{from}");
        }
        assert_eq!(entries(&world, "message.received"), 0);
        let item = {
            says_nothing(&gateways.elks("s9", "447700900153", "hej"), 204);
            open(&world.staff()).pop().expect("an item")
        };
        assert_eq!(crm.decision(MALMO, "sms", &asked("+447700900153")), "undecidable");
        let path = format!("/v1/review/{}/clearances", item["id"].as_str().unwrap());
        let staff = world.client_again("reception").acting_as("elin.berg");
        staff.makes(&path, &json!({"outcome": "objection_recorded"}));
        assert_eq!(crm.decision(MALMO, "sms", &asked("+447700900153")), "blocked");
        for from in ["123456789", "9999999999999999", "7700900151", "44 7700 900151"] {
            says_nothing(&gateways.elks(from, from, "STOPP"), 204);
        }
        assert_eq!(entries(&world, "message.received"), 5, "whose numbers are not to be told");
    }

    fn an_id_that_was_used_for_another_message_loses_none(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        says_nothing(&gateways.elks("s1", SENDER, "STOPP"), 204);
        let before = world.app.as_of().position;
        for _ in 0..2 {
            says_nothing(&gateways.elks("s1", "+46701740607", "STOPP"), 204);
        }
        assert_eq!(crm.decision(MALMO, "sms", &asked("+46701740607")), "blocked");
        assert_eq!(world.app.as_of().position, before + 1, "once");
    }

    fn a_message_that_comes_again_is_one_objection(world) {
        let gateways = Gateways::of(&world);
        for _ in 0..3 {
            says_nothing(&gateways.elks("s1", SENDER, "STOPP"), 204);
            says_nothing(&gateways.elks("s2", SENDER, "vad kostar det?"), 204);
        }
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| says_nothing(&gateways.elks("s3", "+46701740607", "STOPP"), 204));
                scope.spawn(|| says_nothing(&gateways.elks("s4", "+46701740607", "hej hej"), 204));
            }
        });
        assert_eq!(entries(&world, "objection.recorded"), 2);
        assert_eq!(entries(&world, "message.received"), 2);
        // and a person may write twice
        says_nothing(&gateways.elks("s5", SENDER, "STOPP"), 204);
        assert_eq!(entries(&world, "objection.recorded"), 3);
    }

    fn what_is_not_understood_is_answered_alike_and_left_for_staff(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        for (id, from, text, code) in [
            ("s1", SENDER, "Sluta inte skicka", "negated"),
            ("s2", SENDER, "Kan ni stoppa in mig kl 8?", "question"),
            ("s3", SENDER, "START", "start_word"),
            ("s4", SENDER, "", "no_text"),
            ("s5", "72456", "STOPP", "sender_unreadable"),
            ("s6", "Tandgruppen", "STOPP", "sender_unreadable"),
            ("s7", "", "STOPP", "sender_unreadable"),
            ("s8", "+46701740605, +46701740606", "STOPP", "sender_unreadable"),
            ("s9", "Tandgruppen", "hej", "not_understood"),
        ] {
            says_nothing(&gateways.elks(id, from, text), 204);
            let items = open(&staff);
            assert_eq!(items.last().unwrap()["code"], code, "{items:?}");
        }
        assert_eq!(entries(&world, "objection.recorded"), 0);
        assert_eq!(world.crm().decision(GOTEBORG, "sms", &asked(SENDER)), "undecidable");
    }

    fn a_wrong_secret_records_nothing_and_is_slowed_down(world) {
        let gateways = Gateways::of(&world);
        let wrong = format!("njs_{}", "a".repeat(43));
        let post = |secret: &str| {
            let path = format!("/v1/inbound-sms/46elks/{secret}");
            Answer::of(world.stranger_at(7).request("POST", &path).form(&elks_form("s1", SENDER, "STOPP")))
        };
        for secret in ["x", &wrong, TOKEN, "njs_", &gateways.elks[..40], "%00", "elks"] {
            says_nothing(&post(secret), 401);
        }
        let slowed = (0..60).map(|_| post(&wrong)).find(|answer| answer.status == 429).expect("429");
        says_nothing(&slowed, 429);
        assert!(!slowed.header("retry-after").is_empty());
        says_nothing(&post(&gateways.elks), 204);
        assert_eq!(entries(&world, "objection.recorded"), 1, "the right one alone");
    }

    fn a_gateway_that_is_shut_out_or_has_a_new_secret_is_refused_at_once(world) {
        let gateways = Gateways::of(&world);
        let rotated = world.operator().makes("/v1/clients/elks/secrets", &json!({}));
        says_nothing(&gateways.elks("s1", SENDER, "STOPP"), 401);
        let url = rotated["webhook_urls"][1].as_str().unwrap();
        let path = url.strip_prefix("https://nej.example").expect(url);
        let post = |id| Answer::of(world.stranger().request("POST", path).form(&elks_form(id, SENDER, "STOPP")));
        says_nothing(&post("s1"), 204);
        world.operator().makes("/v1/clients/elks/disablements", &json!({}));
        says_nothing(&post("s2"), 401);
        assert_eq!(entries(&world, "objection.recorded"), 1);
    }

    fn a_late_message_counts_and_a_wrong_clock_loses_none(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        let path = format!("/v1/inbound-sms/46elks/{}", gateways.elks);
        let times = ["2019-01-01T00:00:00.000000", "2090-01-01T00:00:00", "1980-01-01T00:00:00", "i går", ""];
        for (number, created) in (0..).zip(times) {
            let id = format!("s{number}");
            let from = format!("+4670174062{number}");
            let form = [("id", id.as_str()), ("from", &from), ("message", "stopp"), ("created", created)];
            says_nothing(&Answer::of(world.stranger().request("POST", &path).form(&form)), 204);
            assert_eq!(crm.decision(GOTEBORG, "sms", &asked(&from)), "blocked", "{created}");
        }
        let objected = ask(&world, "SELECT CAST(objected_at AS TEXT) AS cell FROM objections ORDER BY position");
        assert!(objected[0].starts_with("15463008"), "{objected:?}");
        let now = chrono::Utc::now().timestamp_micros();
        for objected in &objected[1..] {
            let objected: i64 = objected.parse().unwrap();
            assert!((now - objected).abs() < 600_000_000, "{objected}");
        }
    }

    fn what_the_controller_itself_sent_is_nobodys_objection(world) {
        let gateways = Gateways::of(&world);
        let path = format!("/v1/inbound-sms/46elks/{}", gateways.elks);
        let form = [("direction", "outgoing"), ("id", "s1"), ("from", NUMBER), ("to", SENDER), ("message", "STOPP")];
        says_nothing(&Answer::of(world.stranger().request("POST", &path).form(&form)), 422);
        assert_eq!(entries(&world, "objection.recorded") + entries(&world, "message.received"), 0);
    }
}

#[test]
fn another_instance_knows_at_once_who_is_shut_out() {
    let world = World::on(nejtack::store::Backend::Postgresql);
    let (gateways, beside) = (Gateways::of(&world), world.beside());
    let path = format!("/v1/inbound-sms/46elks/{}", gateways.elks);
    let post = |id, from| {
        Answer::of(beside.party().request("POST", &path).form(&elks_form(id, from, "STOPP")))
    };
    says_nothing(&post("s1", SENDER), 204);
    says_nothing(&gateways.elks("s1", SENDER, "STOPP"), 204);
    assert_eq!(entries(&world, "objection.recorded"), 1, "by whichever it comes");
    world.operator().makes("/v1/clients/elks/disablements", &json!({}));
    says_nothing(&post("s2", "+46701740606"), 401);
}
