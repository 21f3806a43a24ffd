//! Used more than once: harmless, and a no again where it was taken back.

use super::{GOTEBORG, MALMO, ONE_CLICK, anna, link, objections, post, receipt_number};
use crate::support::on_both;
use serde_json::json;

on_both! {
    fn a_second_use_is_the_same_objection(world) {
        let crm = world.crm();
        let link = link(&crm);
        let first = post(&world, &link, "scope=channel");
        let position = world.app.as_of().position;
        for form in ["scope=channel", ONE_CLICK, "scope=channel"] {
            assert_eq!(post(&world, &link, form).status, 200);
        }
        assert_eq!(world.app.as_of().position, position, "nothing more was recorded");
        let again = post(&world, &link, "scope=channel");
        assert_eq!(again.text, first.text, "the same number and time");
        let all = receipt_number(&post(&world, &link, "scope=all"));
        assert_eq!(receipt_number(&post(&world, &link, "scope=all")), all);
        assert_eq!(objections(&world), 2, "one for each of what can be said");
        // another mail to the same person has a link of its own
        post(&world, &crate::links::link(&crm), ONE_CLICK);
        assert_eq!(objections(&world), 3);
    }

    fn who_said_yes_in_between_says_no_again(world) {
        let (crm, staff) = (world.crm(), world.staff());
        let link = link(&crm);
        let mut numbers = std::collections::BTreeSet::new();
        let said = |world: &crate::support::World| receipt_number(&post(world, &link, "scope=all"));
        numbers.insert(said(&world));
        for (path, body) in [
            ("withdrawals", json!({"reason": "vill ha brev"})),
            ("withdrawals", json!({"channels": ["email"]})), // a part of it
            ("withdrawals", json!({"controllers": ["tandgruppen"]})), // as a member of the group
            ("annulments", json!({"reason": "wrong_person"})),
        ] {
            let newest = crm.post("/v1/lookups", &json!({"controller": GOTEBORG, "channels": ["email"], "person": anna()}));
            assert_eq!(newest.body["decisions"]["email"], "blocked", "{newest}");
            for reason in newest.body["reasons"].as_array().unwrap() {
                staff.makes(&format!("/v1/objections/{}/{path}", reason["objection"].as_str().unwrap()), &body);
            }
            assert_eq!(crm.decision(GOTEBORG, "email", &anna()), "clear", "{path} {body}");
            assert!(numbers.insert(said(&world)), "a new objection after {path} {body}");
            assert_eq!(crm.decision(GOTEBORG, "email", &anna()), "blocked", "{path} {body}");
            assert!(!numbers.insert(said(&world)), "and one alone");
        }
        assert_eq!(objections(&world), 5);
        // for all of the person's at once, by somebody who speaks for the clinic
        staff.makes("/v1/withdrawals", &json!({"person": anna()}));
        assert!(numbers.insert(said(&world)));
        assert!(!numbers.insert(said(&world)));
        assert_eq!(crm.decision(GOTEBORG, "sms", &anna()), "blocked");
    }

    fn what_frees_somebody_else_or_another_channel_is_no_yes(world) {
        let staff = world.staff();
        let link = link(&world.crm());
        let first = receipt_number(&post(&world, &link, ONE_CLICK_PAGE));
        let path = format!("/v1/objections/{first}");
        staff.makes(&format!("{path}/withdrawals"), &json!({"controllers": [MALMO]}));
        staff.makes(&format!("{path}/withdrawals"), &json!({"channels": ["post", "sms"]}));
        staff.makes(&format!("{path}/identifiers"), &json!({"person": {"phones": ["070-174 06 05"]}}));
        assert_eq!(receipt_number(&post(&world, &link, ONE_CLICK_PAGE)), first);
        assert_eq!(objections(&world), 1);
    }

    fn many_uses_at_once_are_one_objection(world) {
        let (crm, staff) = (world.crm(), world.staff());
        let link = link(&crm);
        for round in 1..=3 {
            std::thread::scope(|scope| {
                for n in 0..12 {
                    let (world, link) = (&world, &link);
                    // a mail program and the person, in two languages
                    scope.spawn(move || {
                        let request = world.stranger().request("POST", link).header("Accept-Language", if n % 2 == 0 { "sv" } else { "en" });
                        let form = if n % 3 == 0 { [("List-Unsubscribe", "One-Click")] } else { [("scope", "channel")] };
                        let answer = crate::support::Answer::of(request.form(&form));
                        assert_eq!(answer.status, 200, "{answer}");
                    });
                }
            });
            assert_eq!(objections(&world), round, "in round {round}");
            staff.makes("/v1/withdrawals", &json!({"person": anna()}));
            assert_eq!(crm.decision(GOTEBORG, "email", &anna()), "clear");
        }
    }
}

/// The page's own form for what one click covers: it shows the number.
const ONE_CLICK_PAGE: &str = "scope=channel";
