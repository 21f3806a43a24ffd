//! Bad input at the webhooks: nothing is half recorded, and nobody is texted an error.

use super::*;
use crate::support::on_both;

on_both! {
    fn the_form_may_come_in_any_state(world) {
        let (gateways, staff) = (Gateways::of(&world), world.staff());
        let path = format!("/v1/inbound-sms/46elks/{}", gateways.elks);
        let post = |kind: &str, body: Vec<u8>| {
            let request = world.stranger().request("POST", &path);
            Answer::of(request.header("Content-Type", kind).body(body))
        };
        let form = "application/x-www-form-urlencoded";
        // nothing that is known of it but who handed it over
        for body in ["", "a=b", "&&=&%", "id=&from=&message=", "message=hej"] {
            says_nothing(&post(form, body.into()), 204);
        }
        says_nothing(&post(form, b"id=x1&from=%2B46701740605&message=Stopp\xff%FF%00".to_vec()), 204);
        says_nothing(&post(form, b"id=x%00y&from=%2B46701740605%00&message=STOPP".to_vec()), 204);
        says_nothing(&post(&format!("{form}; charset=UTF-8"), b"id=x2&from=+46701740606&message=STOPP".to_vec()), 204);
        assert_eq!(open(&staff).len(), 6, "and none is dropped");
        assert_eq!(world.crm().decision(GOTEBORG, "sms", &asked("+46701740606")), "blocked", "+ that came as a blank");
        says_nothing(&post(form, b"from=%2B46701740605&from=%2B46701740606&message=STOPP".to_vec()), 400);
        says_nothing(&post(form, [b"message=".to_vec(), vec![b'a'; 70_000]].concat()), 413);
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", "text/xml"] {
            says_nothing(&post(kind, b"{\"message\": \"STOPP\"}".to_vec()), 415);
        }
        let zipped = world.stranger().request("POST", &path).header("Content-Type", form);
        says_nothing(&Answer::of(zipped.header("Content-Encoding", "gzip").body("x")), 415);
        let queried = world.stranger().request("POST", &format!("{path}?message=STOPP"));
        says_nothing(&Answer::of(queried.form(&elks_form("x9", SENDER, "hej"))), 204);
        assert_eq!(open(&staff).len(), 7, "a query says nothing");
        says_nothing(&post(form, b"id=x3&from=%2B46701740607&from=%2B46701740607&message=STOPP".to_vec()), 204);
        assert_eq!(world.crm_again().decision(GOTEBORG, "sms", &asked("+46701740607")), "blocked", "the same twice");
        assert_eq!(entries(&world, "objection.recorded"), 3, "one of them between what was no UTF-8");
        verifies(&world);
    }

    fn a_get_changes_nothing(world) {
        let gateways = Gateways::of(&world);
        let query = "?id=s1&from=%2B46701740605&message=STOPP&MessageSid=SM1&From=%2B46701740605&Body=STOPP";
        for path in [format!("/v1/inbound-sms/46elks/{}", gateways.elks), "/v1/inbound-sms/46elks".into()] {
            for method in ["GET", "PUT", "DELETE"] {
                let answer = Answer::of(world.stranger().request(method, &format!("{path}{query}")));
                says_nothing(&answer, 405);
                assert_eq!(answer.header("allow"), "POST");
            }
        }
        for path in [PATH, "/v1/inbound-sms"] {
            world.stranger().get(&format!("{path}{query}")).is_problem(405, "method-not-allowed");
        }
        says_nothing(&Answer::of(world.stranger().request("POST", "/v1/inbound-sms/46elks/a/b")), 404);
        assert_eq!(entries(&world, "objection.recorded") + entries(&world, "message.received"), 0);
    }

    fn a_twilio_form_in_any_state_is_an_answer(world) {
        let _gateways = Gateways::of(&world);
        for form in [vec![], vec![("Body", "STOPP")], vec![("From", SENDER)], vec![("å", "\u{0}")]] {
            is_empty_twiml(&signed_by(&world, TOKEN, &form));
        }
        let twice = [("From", SENDER), ("From", "+46701740606"), ("Body", "STOPP")];
        signed_by(&world, TOKEN, &twice).is_problem(400, "malformed");
        let kind = world.stranger().request("POST", PATH).header("X-Twilio-Signature", "AAAA");
        Answer::of(kind.header("Content-Type", "application/json").body("{}")).is_problem(415, "unsupported-media-type");
        let large = world.stranger().request("POST", PATH).header("X-Twilio-Signature", "AAAA");
        Answer::of(large.form(&[("Body", "a".repeat(70_000))])).is_problem(413, "payload-too-large");
        assert_eq!((entries(&world, "objection.recorded"), entries(&world, "message.received")), (0, 4));
    }
}

#[test]
fn where_the_database_is_away_the_gateway_is_told_to_come_again() {
    let world = World::on(nejtack::store::Backend::Postgresql);
    let gateways = Gateways::of(&world);
    world.place.abandon();
    let answer = gateways.elks("s1", SENDER, "STOPP");
    says_nothing(&answer, 503);
    assert!(!answer.header("retry-after").is_empty());
}
