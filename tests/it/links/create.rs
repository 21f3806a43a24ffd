//! Making links.

use super::{GOTEBORG, ONE_CLICK, anna, link, mailing, path, post};
use crate::support::on_both;
use serde_json::{Value, json};

on_both! {
    fn a_batch_comes_back_in_order_with_a_problem_where_a_recipient_cannot_be_read(world) {
        let recipients = [
            json!({"key": "row-1", "email": "Anna.Karin@Exempel.EXAMPLE"}),
            json!({"key": "row-2", "email": "anna.karin"}),
            json!({"key": "row-3", "phone": "070-174 06 05"}),
            json!({"email": "bo.ek@exempel.example", "phone": "070-174 06 05"}),
            json!({"key": "row-5"}),
            json!({"key": "row-6", "email": "a@exempel.example; b@exempel.example"}),
            json!({"key": "row-7", "email": format!("{}@exempel.example", "å".repeat(300))}),
            json!({"email": "bo.ek@exempel.example", "phone": null, "key": ""}),
        ];
        let made = world.crm().post("/v1/unsubscribe-links", &mailing(&recipients));
        assert_eq!(made.status, 200, "{made}");
        let links = made.body["links"].as_array().unwrap();
        let keys: Vec<_> = links.iter().map(|link| &link["key"]).collect();
        let none = &Value::Null;
        assert_eq!(keys, [&json!("row-1"), &json!("row-2"), &json!("row-3"), none, &json!("row-5"), &json!("row-6"), &json!("row-7"), none]);
        for (at, pointer, code) in [(1, "/recipients/1/email", "unreadable"), (2, "/recipients/2/phone", "wrong_contact_point"),
            (3, "/recipients/3", "wrong_contact_point"), (4, "/recipients/4", "wrong_contact_point"), (5, "/recipients/5/email", "ambiguous"),
            (6, "/recipients/6/email", "too_long")] {
            let problem = &links[at]["problem"];
            assert_eq!((&problem["pointer"], &problem["code"]), (&json!(pointer), &json!(code)), "{made}");
            assert!(links[at].get("url").is_none() && links[at].get("list_unsubscribe").is_none(), "{made}");
        }
        for at in [0, 7] {
            let url = links[at]["url"].as_str().unwrap();
            assert!(url.starts_with("https://nej.example/u/") && links[at].get("problem").is_none(), "{made}");
            assert_eq!(links[at]["list_unsubscribe"], format!("<{url}>"), "{made}");
            assert_eq!(links[at]["list_unsubscribe_post"], ONE_CLICK, "{made}");
        }
        let until: chrono::DateTime<chrono::Utc> = made.body["valid_until"].as_str().unwrap().parse().unwrap();
        let left = until - chrono::Utc::now();
        assert!(left > chrono::TimeDelta::days(3 * 365) && left < chrono::TimeDelta::days(3 * 365 + 2), "{until}");
        assert!(!made.text.contains("exempel"), "nothing of an address: {made}");
    }

    fn links_are_metered_and_nothing_is_stored(world) {
        let tool = world.client(&json!({"client_id": "utskick", "role": "marketing-tool", "controllers": [GOTEBORG], "quota_per_day": 10}));
        let before = world.app.as_of().position;
        let three = mailing(&[json!({"email": "a@exempel.example"}), json!({"email": "b@exempel.example"}), json!({"email": "fel"})]);
        let made = tool.post("/v1/unsubscribe-links", &three);
        assert!(made.header("ratelimit").contains("r=7"), "{}: {made}", made.header("ratelimit"));
        let ten: Vec<_> = (0..10).map(|n| json!({"email": format!("p{n}@exempel.example")})).collect();
        assert_eq!(tool.post("/v1/unsubscribe-links", &mailing(&ten)).status, 200, "never halfway");
        tool.post("/v1/unsubscribe-links", &three).is_problem(429, "quota-exceeded");
        tool.post("/v1/lookups", &json!({"controller": GOTEBORG, "person": anna()})).is_problem(429, "quota-exceeded");
        assert_eq!(world.app.as_of().position, before, "the ledger is as it was");
    }

    fn a_link_for_a_text_message_is_for_a_number_and_has_no_mail_headers(world) {
        let crm = world.crm();
        let body = json!({"controller": GOTEBORG, "channel": "sms", "recipients": [{"phone": "070-174 06 05"}, {"email": "a@exempel.example"}]});
        let made = crm.post("/v1/unsubscribe-links", &body);
        assert!(made.body["links"][0].get("list_unsubscribe").is_none(), "{made}");
        assert_eq!(made.body["links"][1]["problem"]["code"], "wrong_contact_point", "{made}");
        let page = crate::links::get(&world, &path(&made.body["links"][0]), "en");
        assert!(page.text.contains("by text message") && page.text.contains("••• ••• 05"), "{page}");
        crate::links::receipt_number(&post(&world, &path(&made.body["links"][0]), "scope=channel"));
        let asked = json!({"phones": ["+46701740605"]});
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked), "blocked");
        assert_eq!(crm.decision(GOTEBORG, "phone", &asked), "clear");
    }
}

#[test]
fn what_is_no_mailing_is_refused() {
    let world = crate::support::World::on(nejtack::store::Backend::Sqlite);
    let crm = world.crm();
    let send = |change: &[(&str, Value)]| {
        let mut body = mailing(&[json!({"email": "a@exempel.example"})]);
        for (field, value) in change {
            body[*field] = value.clone();
        }
        crm.post("/v1/unsubscribe-links", &body)
    };
    for channel in ["all", "post", "online", "profiling"] {
        send(&[("channel", json!(channel))])
            .is_problem(422, "unprocessable")
            .at("/channel", "no_mailing");
    }
    send(&[("channel", json!("brev"))]).is_problem(400, "malformed");
    send(&[("controller", json!("ingen"))])
        .is_problem(422, "unprocessable")
        .at("/controller", "unknown_controller");
    send(&[("controller", json!("tandgruppen"))]).at("/controller", "unknown_controller");
    send(&[("controller", json!("optiker-ek"))]).is_problem(403, "controller-not-yours");
    send(&[("recipients", json!([]))]).is_problem(400, "malformed");
    let many: Vec<_> =
        (0..10_001).map(|n| json!({"email": format!("p{n}@exempel.example")})).collect();
    send(&[("recipients", many.into())]).is_problem(400, "malformed");
    let service = world.service();
    service
        .post("/v1/unsubscribe-links", &mailing(&[json!({"email": "a@exempel.example"})]))
        .is_problem(403, "insufficient-scope");
}

#[test]
fn ten_thousand_at_once_are_all_different_and_fit_into_a_header_s_line() {
    let world = crate::support::World::on(nejtack::store::Backend::Sqlite);
    let tool = world.client(
        &json!({"client_id": "n".repeat(64), "role": "marketing-tool", "controllers": [GOTEBORG]}),
    );
    let mut all: Vec<_> =
        (0..9_999).map(|n| json!({"email": format!("p{n}@exempel.example")})).collect();
    // As long as mail has them: 64 before the @, 255 behind it (RFC 5321 §4.5.3.1).
    let domain = ["d".repeat(60), "e".repeat(60), "f".repeat(60), "g".repeat(60), "example".into()]
        .join(".");
    all.push(json!({"email": format!("{}@{domain}", "l".repeat(64))}));
    let made = tool.post("/v1/unsubscribe-links", &mailing(&all));
    let links = made.body["links"].as_array().unwrap();
    let urls: std::collections::BTreeSet<_> =
        links.iter().map(|link| link["url"].as_str().expect("a link")).collect();
    assert_eq!(urls.len(), 10_000);
    let line = |link: &Value| {
        format!("List-Unsubscribe: {}", link["list_unsubscribe"].as_str().unwrap()).len()
    };
    assert!(line(&links[9_999]) < 998, "RFC 5322 §2.1.1: {}", line(&links[9_999]));
    let short = link(&world.crm());
    assert!(short.len() < 140, "{}: {short}", short.len());
    assert!(
        short[3..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
        "{short}"
    );
}

#[test]
fn an_instance_that_must_not_hold_addresses_makes_no_links_for_them() {
    use nejtack::domain::identifier::{Kind, KindSet};
    let setup =
        crate::support::Setup { refused: KindSet::of(&[Kind::Email]), ..Default::default() };
    let world = crate::support::World::with(nejtack::store::Backend::Sqlite, setup);
    let made = world
        .crm()
        .post("/v1/unsubscribe-links", &mailing(&[json!({"email": "a@exempel.example"})]));
    assert_eq!(made.body["links"][0]["problem"]["code"], "kind_refused", "{made}");
}
