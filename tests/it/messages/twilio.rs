//! Twilio: a signed form, and an answer of nothing in TwiML.

use super::*;
use crate::support::on_both;

on_both! {
    fn a_signed_stop_blocks(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        is_empty_twiml(&gateways.twilio("SM1", SENDER, "Snälla sluta skicka 🙏"));
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked("0701740605")), "blocked");
        assert_eq!(crm.decision(GOTEBORG, "post", &asked("0701740605")), "clear");
        is_empty_twiml(&gateways.twilio("SM2", "whatsapp:+46701740606", "STOP ALL"));
        assert_eq!(crm.decision(MALMO, "post", &asked("0701740606")), "blocked");
        let why = crm.post("/v1/lookups", &json!({"controller": GOTEBORG, "channels": ["sms"], "person": asked(SENDER)}));
        let id = why.body["reasons"][0]["objection"].as_str().unwrap();
        let seen = world.staff().get(&format!("/v1/objections/{id}")).body;
        assert_eq!(seen["record"]["details"], json!({"form": "twilio", "word": "stop", "scope": "sms"}), "{seen}");
    }

    fn a_message_that_comes_again_is_one_objection(world) {
        let gateways = Gateways::of(&world);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| is_empty_twiml(&gateways.twilio("SM1", SENDER, "STOPP")));
                scope.spawn(|| is_empty_twiml(&gateways.twilio("SM2", SENDER, "hej?")));
            }
        });
        // fields that nobody knows of may come and change
        let mut form = twilio_form("SM1", SENDER, "STOPP");
        form.extend([("NewIn2027", "å & ä+ö"), ("FromZip", "")]);
        is_empty_twiml(&signed_by(&world, TOKEN, &form));
        assert_eq!(entries(&world, "objection.recorded"), 1);
        assert_eq!(entries(&world, "message.received"), 1);
    }

    fn what_twilio_took_for_an_opt_out_is_one(world) {
        let gateways = Gateways::of(&world);
        let mut form = twilio_form("SM1", SENDER, "ARRÊTEZ");
        form.push(("OptOutType", "STOP"));
        is_empty_twiml(&signed_by(&world, TOKEN, &form));
        assert_eq!(world.crm().decision(GOTEBORG, "sms", &asked(SENDER)), "blocked");
        let mut form = twilio_form("SM2", "+46701740606", "START");
        form.push(("OptOutType", "START"));
        is_empty_twiml(&signed_by(&world, TOKEN, &form));
        is_empty_twiml(&gateways.twilio("SM3", "+46701740606", "HJÄLP"));
        assert_eq!((entries(&world, "objection.recorded"), entries(&world, "message.received")), (1, 2));
    }

    fn a_start_never_unblocks(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        is_empty_twiml(&gateways.twilio("SM1", SENDER, "STOP"));
        for (id, text) in [("SM2", "START"), ("SM3", "JA"), ("SM4", "UNSTOP")] {
            is_empty_twiml(&gateways.twilio(id, SENDER, text));
        }
        assert_eq!(crm.decision(GOTEBORG, "sms", &asked(SENDER)), "blocked");
        let codes: Vec<_> = open(&world.staff()).into_iter().map(|item| item["code"].clone()).collect();
        assert_eq!(codes, ["start_word", "start_word", "start_word"]);
    }

    fn what_is_not_signed_rightly_records_nothing_and_is_slowed_down(world) {
        let _gateways = Gateways::of(&world);
        let form = twilio_form("SM1", SENDER, "STOPP");
        let url = format!("https://nej.example{PATH}");
        let right = signature(TOKEN, &url, &form);
        let send = |host: u8, path: &str, signature: &str, form: &[(&str, &str)]| {
            let request = world.stranger_at(host).request("POST", path).form(form);
            Answer::of(request.header("X-Twilio-Signature", signature))
        };
        let other = twilio_form("SM1", "+46701740606", "STOPP");
        send(1, PATH, &right, &other).is_problem(403, "signature-invalid");
        send(1, PATH, &signature("wrong-token", &url, &form), &form).is_problem(403, "signature-invalid");
        send(1, PATH, &signature(TOKEN, "https://nej.example/", &form), &form).is_problem(403, "signature-invalid");
        send(1, PATH, "", &form).is_problem(403, "signature-invalid");
        send(1, PATH, "AAAA", &form).is_problem(403, "signature-invalid");
        for other in ["elks", "ingen", "crm"] {
            let path = format!("/v1/inbound-sms/twilio/{other}");
            let signature = signature(TOKEN, &format!("https://nej.example{path}"), &form);
            send(1, &path, &signature, &form).is_problem(403, "signature-invalid");
        }
        let unsigned = world.stranger_at(2).request("POST", PATH).form(&form);
        Answer::of(unsigned).is_problem(403, "signature-invalid");
        let twice = world.stranger_at(2).request("POST", PATH).form(&form);
        let twice = twice.header("X-Twilio-Signature", &right).header("X-Twilio-Signature", &right);
        Answer::of(twice).is_problem(403, "signature-invalid");
        let slowed = (0..60).map(|_| send(3, PATH, "AAAA", &form)).find(|answer| answer.status == 429);
        slowed.expect("429").is_problem(429, "too-many-attempts");
        assert_eq!(entries(&world, "objection.recorded") + entries(&world, "message.received"), 0);
        is_empty_twiml(&send(3, PATH, &right, &form));
    }

    fn the_fallback_address_brings_the_same_message(world) {
        let _gateways = Gateways::of(&world);
        for text in ["STOPP", "hej"] {
            let mut form = twilio_form(text, SENDER, text);
            is_empty_twiml(&signed_by(&world, TOKEN, &form));
            let url = format!("https://nej.example{PATH}");
            form.extend([("ErrorCode", "11200"), ("ErrorUrl", url.as_str())]);
            is_empty_twiml(&signed_by(&world, TOKEN, &form));
        }
        assert_eq!((entries(&world, "objection.recorded"), entries(&world, "message.received")), (1, 1));
    }

    fn other_channels_of_twilios_have_the_number_too(world) {
        let (gateways, crm) = (Gateways::of(&world), world.crm());
        for (number, channel) in (0..).zip(["whatsapp:", "WhatsApp:", "rcs:", "RCS:"]) {
            let sender = format!("+4670174061{number}");
            is_empty_twiml(&gateways.twilio(channel, &format!("{channel}{sender}"), "STOPP"));
            assert_eq!(crm.decision(GOTEBORG, "sms", &asked(&sender)), "blocked", "{channel}");
        }
    }

    fn a_query_counts_for_the_signature_and_for_nothing_else(world) {
        let _gateways = Gateways::of(&world);
        let (path, form) = (format!("{PATH}?clinic=1&Body=STOPP"), twilio_form("SM1", SENDER, "hej"));
        let send = |signature: String| {
            let request = world.stranger().request("POST", &path).form(&form);
            Answer::of(request.header("X-Twilio-Signature", signature))
        };
        send(signature(TOKEN, &format!("https://nej.example{PATH}"), &form)).is_problem(403, "signature-invalid");
        is_empty_twiml(&send(signature(TOKEN, &format!("https://nej.example{path}"), &form)));
        assert_eq!((entries(&world, "objection.recorded"), entries(&world, "message.received")), (0, 1));
    }

    fn with_and_without_a_port(world) {
        let _gateways = Gateways::of(&world);
        for (id, url) in [("SM1", format!("https://nej.example:443{PATH}")), ("SM2", format!("https://nej.example{PATH}"))] {
            let form = twilio_form(id, SENDER, "STOPP");
            let request = world.stranger().request("POST", PATH).form(&form);
            is_empty_twiml(&Answer::of(request.header("X-Twilio-Signature", signature(TOKEN, &url, &form))));
        }
    }

    fn a_new_auth_token_counts_and_the_old_one_no_more(world) {
        let _gateways = Gateways::of(&world);
        let operator = world.operator();
        let (form, new) = (twilio_form("SM1", SENDER, "STOPP"), "0a1b2c3d4e5f60718293a4b5c6d7e8f9");
        operator.post("/v1/clients/twilio/secrets", &json!({})).is_problem(422, "unprocessable").at("/auth_tokens", "required");
        let both = operator.makes("/v1/clients/twilio/secrets", &json!({"auth_tokens": [TOKEN, new]}));
        assert_eq!(both["client_secret"], Value::Null, "{both}");
        is_empty_twiml(&signed_by(&world, TOKEN, &form));
        is_empty_twiml(&signed_by(&world, new, &form));
        operator.makes("/v1/clients/twilio/secrets", &json!({"auth_tokens": [new]}));
        signed_by(&world, TOKEN, &form).is_problem(403, "signature-invalid");
        is_empty_twiml(&signed_by(&world, new, &form));
        operator.makes("/v1/clients/twilio/disablements", &json!({}));
        signed_by(&world, new, &form).is_problem(403, "signature-invalid");
        assert_eq!(entries(&world, "objection.recorded"), 1);
        let told = operator.get("/v1/clients").text;
        assert!(!told.contains(new) && !told.contains(TOKEN), "{told}");
    }
}
