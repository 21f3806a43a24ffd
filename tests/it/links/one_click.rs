//! RFC 8058: a mail program's button.

use super::{GOTEBORG, MALMO, ONE_CLICK, anna, link, objections, post};
use crate::support::{Answer, on_both};
use serde_json::json;

on_both! {
    fn one_click_blocks_the_channel_of_the_controller_and_nothing_else(world) {
        let crm = world.crm();
        let link = link(&crm);
        assert_eq!(crm.decision(GOTEBORG, "email", &anna()), "clear");
        let answer = post(&world, &link, ONE_CLICK);
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"), "{answer}");
        assert!(answer.text.contains("avanmäld") && answer.text.contains("unsubscribed"), "{answer}");
        assert_eq!((answer.header("set-cookie"), answer.header("cache-control")), ("", "no-store"));
        assert!(answer.text.len() < 200 && answer.header("x-robots-tag").contains("noindex"), "{answer}");
        // also as another tool writes it, and at once
        assert_eq!(crm.decision(GOTEBORG, "email", &json!({"emails": ["ANNA.KARIN+kampanj@exempel.example"]})), "blocked");
        assert_eq!(crm.decision(GOTEBORG, "sms", &anna()), "clear", "another channel");
        assert_eq!(crm.decision(MALMO, "email", &anna()), "clear", "another clinic of the group");
        assert_eq!(world.optician().decision("optiker-ek", "email", &anna()), "clear");
        let why = crm.post("/v1/lookups", &json!({"controller": GOTEBORG, "channels": ["email"], "person": anna()}));
        assert_eq!(why.body["reasons"][0]["source"], "unsubscribe_link", "{why}");
        let id = why.body["reasons"][0]["objection"].as_str().unwrap();
        let seen = world.staff().get(&format!("/v1/objections/{id}"));
        let record = &seen.body["record"];
        assert_eq!(record["details"], json!({"channel": "email", "scope": "channel", "via": "one_click"}), "{seen}");
        assert_eq!((&record["client"], &record["channels"]), (&json!("crm"), &json!(["email"])), "{seen}");
        assert_eq!((&record["controllers"], &record["legal_basis"]), (&json!([GOTEBORG]), &json!("gdpr_6_1_c_21_3")), "{seen}");
        assert_eq!(record["actor"], json!(null), "{seen}");
    }

    fn every_form_in_which_mail_programs_send_it_is_taken(world) {
        let crm = world.crm();
        let multipart = |name: &str, value: &str| format!("--=-x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--=-x--\r\n");
        let kind = "multipart/form-data; boundary=\"=-x\"";
        for (kind, body) in [
            (Some("application/x-www-form-urlencoded"), ONE_CLICK.to_owned()),
            (Some("application/x-www-form-urlencoded; charset=UTF-8"), ONE_CLICK.to_owned()),
            (Some("Application/X-WWW-Form-URLencoded"), format!("{ONE_CLICK}\r\n")),
            (Some("application/x-www-form-urlencoded"), "list-unsubscribe=one-click".to_owned()),
            (None, ONE_CLICK.to_owned()),
            (Some(kind), multipart("List-Unsubscribe", "One-Click")),
            (Some(kind), format!("vorspann\r\n{}", multipart("List-Unsubscribe", "One-Click"))),
            // what is seen of programs that do not know what they send
            (Some(""), ONE_CLICK.to_owned()),
            (Some("text/plain;charset=UTF-8"), ONE_CLICK.to_owned()),
            (Some("application/octet-stream"), ONE_CLICK.to_owned()),
            (Some("application/json"), "{\"List-Unsubscribe\": \"One-Click\"}".to_owned()),
            (Some(kind), ONE_CLICK.to_owned()),
            (Some("multipart/form-data"), multipart("List-Unsubscribe", "One-Click")),
            (Some(kind), multipart("List-Unsubscribe", "One-Click").replace("\r\n", "\n")),
            (Some(kind), multipart("List-Unsubscribe", "One-Click").replace("--=-x--\r\n", "")),
            (Some("application/x-www-form-urlencoded"), format!("\u{feff}{ONE_CLICK};")),
            (Some("text/plain"), String::new()),
            (None, String::new()),
        ] {
            let before = objections(&world);
            let mut request = world.stranger().request("POST", &link(&crm)).body(body.clone());
            if let Some(kind) = kind {
                request = request.header("Content-Type", kind);
            }
            let answer = Answer::of(request);
            assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"), "{kind:?} {body}: {answer}");
            assert_eq!(objections(&world), before + 1);
        }
        // tracking that a mailing tool hung on, and a full stop that a mail program took along
        assert_eq!(post(&world, &format!("{}?utm_source=brev&fbclid=x", link(&crm)), ONE_CLICK).status, 200);
        assert_eq!(post(&world, &format!("{}.", link(&crm)), ONE_CLICK).status, 200);
    }

    fn a_link_outlives_its_client_its_controller_s_name_the_tag_key_and_a_restart(world) {
        let link = link(&world.crm());
        world.operator().makes("/v1/clients/crm/disablements", &json!({}));
        world.operator().makes(&format!("/v1/controllers/{GOTEBORG}/names"), &json!({"slug": "kliniken-vid-hamnen", "name": "Kliniken vid hamnen"}));
        crate::rotation::rotate(&world);
        let world = world.restarted();
        let page = crate::links::get(&world, &link, "sv");
        assert!(page.status == 200 && page.text.contains("Kliniken vid hamnen"), "{page}");
        assert!(!page.text.contains("Tandgruppen"), "{page}");
        assert_eq!(post(&world, &link, ONE_CLICK).status, 200);
        let other = world.client(&json!({"client_id": "ny-crm", "role": "marketing-tool", "controllers": ["tandgruppen"]}));
        assert_eq!(other.decision("kliniken-vid-hamnen", "email", &anna()), "blocked");
    }
}

#[test]
fn another_instance_takes_the_click_as_well() {
    let world = crate::support::World::on(nejtack::store::Backend::Postgresql);
    let beside = world.beside();
    let crm = world.crm();
    let link = link(&crm);
    let request = beside.party().request("POST", &link).form(&[("List-Unsubscribe", "One-Click")]);
    assert_eq!(Answer::of(request).status, 200);
    assert_eq!(crm.decision(GOTEBORG, "email", &anna()), "blocked");
}
