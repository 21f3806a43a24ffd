//! Plain JSON with a token, for any other gateway.

use super::*;
use crate::support::on_both;

fn sms(id: &str, text: &str) -> Value {
    json!({"id": id, "from": "070-174 06 05", "to": NUMBER, "text": text, "received_at": "2026-11-20T09:12:00Z"})
}

/// A gateway with a token.
fn gateway(world: &World) -> Party<'_> {
    world.client(&json!({"client_id": "egen", "role": "sms-gateway", "controllers": ["tandgruppen"], "sms": {"form": "json"}}))
}

on_both! {
    fn a_stop_blocks_and_a_question_waits(world) {
        let (gateway, crm, staff) = (gateway(&world), world.crm(), world.staff());
        let made = gateway.post("/v1/inbound-sms", &sms("m1", "Avregistrera mig"));
        assert_eq!(made.status, 201, "{made}");
        assert_eq!((&made.body["status"], &made.body["outcome"]), (&json!("recorded"), &json!("objection")));
        assert!(made.body["receipt"].as_str().unwrap().starts_with("c2sp.org/tlog-proof@v1"), "{made}");
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "blocked");
        let seen = staff.get(made.header("location")).body;
        assert_eq!(seen["record"]["details"], json!({"form": "json", "word": "unsubscribe", "scope": "sms"}), "{seen}");
        let left = gateway.post("/v1/inbound-sms", &sms("m2", "När öppnar ni?"));
        assert_eq!((left.status, &left.body["outcome"]), (201, &json!("review")), "{left}");
        assert_eq!((left.header("location"), &open(&staff)[0]["id"]), ("", &left.body["id"]));
    }

    fn again_is_the_first_answer_and_another_message_is_another(world) {
        let (gateway, crm) = (gateway(&world), world.crm());
        for text in ["STOPP", "Vad kostar det"] {
            let mut body = sms(text, text);
            let first = gateway.makes("/v1/inbound-sms", &body);
            assert_eq!(gateway.makes("/v1/inbound-sms", &body), first);
            body["received_at"] = json!("2026-11-20T09:13:30Z");
            assert_eq!(gateway.makes("/v1/inbound-sms", &body), first, "a retry with its own time");
            body["from"] = json!("070-174 06 07");
            let others = gateway.makes("/v1/inbound-sms", &body);
            assert_ne!(others["id"], first["id"]);
            assert_eq!(gateway.makes("/v1/inbound-sms", &body), others);
            let once = || gateway.post_once("/v1/inbound-sms", text, &sms("key", text));
            let key = once();
            assert_eq!((key.status, &key.body), (201, &once().body), "{key}");
            gateway.post_once("/v1/inbound-sms", text, &sms("key", "SLUTA NU")).is_problem(409, "idempotency-key-reused");
        }
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked("+46701740607")), "blocked");
        let answers: Vec<_> = std::thread::scope(|scope| {
            let send = || scope.spawn(|| gateway.makes("/v1/inbound-sms", &sms("m16", "STOPP")));
            let all: Vec<_> = (0..16).map(|_| send()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!((entries(&world, "objection.recorded"), entries(&world, "message.received")), (4, 3));
    }

    fn a_wrong_clock_loses_none(world) {
        let (gateway, crm) = (gateway(&world), world.crm());
        for (number, at) in (0..).zip(["2090-01-01T00:00:00Z", "1990-01-01T00:00:00Z"]) {
            let from = format!("+4670174062{number}");
            let body = json!({"id": at, "from": from, "text": "STOPP", "received_at": at});
            assert_eq!(gateway.makes("/v1/inbound-sms", &body)["outcome"], "objection", "{at}");
            assert_eq!(crm.decision(GOTEBORG, "sms", &asked(&from)), "blocked", "{at}");
        }
        let now = chrono::Utc::now().timestamp_micros();
        for objected in ask(&world, "SELECT CAST(objected_at AS TEXT) AS cell FROM objections") {
            assert!((now - objected.parse::<i64>().unwrap()).abs() < 600_000_000, "{objected}");
        }
    }

    fn a_dry_run_tells_how_it_is_understood_and_records_nothing(world) {
        let gateway = gateway(&world);
        for (text, outcome) in [("Stopp tack!", "objection"), ("sluta inte", "review")] {
            let told = gateway.post("/v1/inbound-sms?dry_run=true", &sms("m1", text));
            assert_eq!(told.status, 200, "{told}");
            assert_eq!((&told.body["status"], &told.body["outcome"]), (&json!("checked"), &json!(outcome)));
            assert!(told.body.get("id").is_none() && told.body.get("receipt").is_none(), "{told}");
        }
        assert_eq!(entries(&world, "objection.recorded") + entries(&world, "message.received"), 0);
    }

    fn what_is_wrong_is_told_all_at_once(world) {
        let gateway = gateway(&world);
        let wrong = gateway.post("/v1/inbound-sms", &json!({"from": SENDER, "txt": "STOPP", "received_at": "i går"}));
        wrong.is_problem(400, "malformed").at("/id", "required").at("/txt", "unknown_field");
        assert!(wrong.body["errors"].as_array().unwrap().len() > 2, "{wrong}");
        let long = gateway.post("/v1/inbound-sms", &sms(&"m".repeat(201), "STOPP"));
        assert!(matches!(long.status, 400 | 422), "{long}");
        let bare = gateway.makes("/v1/inbound-sms", &json!({"id": "m1", "from": null, "text": ""}));
        assert_eq!(bare["outcome"], "review", "{bare}");
    }

    fn only_a_gateway_may_and_only_that(world) {
        let gateway = gateway(&world);
        for party in [world.crm(), world.service(), world.staff()] {
            party.post("/v1/inbound-sms", &sms("m1", "STOPP")).is_problem(403, "insufficient-scope");
        }
        world.stranger().post("/v1/inbound-sms", &sms("m1", "STOPP")).is_problem(401, "unauthorized");
        gateway.post("/v1/objections", &json!({})).is_problem(403, "insufficient-scope");
        gateway.post("/v1/lookups", &json!({})).is_problem(403, "insufficient-scope");
        gateway.get("/v1/review").is_problem(403, "insufficient-scope");
        world.operator().makes("/v1/clients/egen/disablements", &json!({}));
        gateway.post("/v1/inbound-sms", &sms("m1", "STOPP")).is_problem(401, "unauthorized");
    }
}
