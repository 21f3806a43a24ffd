//! How a gateway is registered, and what is shown of it.

use super::*;
use crate::support::{Setup, on_both};
use nejtack::domain::identifier::{Kind, KindSet};
use nejtack::store::Backend;

on_both! {
    fn each_form_gets_the_addresses_to_set(world) {
        let elks = register(&world, "elks", &json!({"form": "46elks"}));
        let secret = elks["client_secret"].as_str().unwrap();
        assert_eq!(elks["webhook_urls"], json!([
            format!("https://elks:{secret}@nej.example/v1/inbound-sms/46elks"),
            format!("https://nej.example/v1/inbound-sms/46elks/{secret}"),
        ]));
        assert_eq!(elks["sms"], json!({"form": "46elks", "webhook_url": "https://nej.example/v1/inbound-sms/46elks"}));
        assert_eq!((&elks["scopes"], &elks["authentication"]), (&json!(["sms:receive"]), &json!(["client_secret"])));
        let twilio = register(&world, "twilio", &json!({"form": "twilio", "auth_tokens": [TOKEN]}));
        assert_eq!(twilio["webhook_urls"], json!(["https://nej.example/v1/inbound-sms/twilio/twilio"]));
        assert_eq!((&twilio["client_secret"], &twilio["authentication"]), (&Value::Null, &json!(["twilio_signature"])));
        let json = register(&world, "egen", &json!({"form": "json"}));
        assert_eq!(json["webhook_urls"], json!(["https://nej.example/v1/inbound-sms"]));
        let listed = world.operator().get("/v1/clients");
        assert!(!listed.text.contains(secret) && !listed.text.contains(TOKEN), "{listed}");
        assert_eq!(listed.body["clients"].as_array().unwrap().len(), 3);
    }

    fn a_dry_run_shows_no_secret_and_no_address(world) {
        let body = json!({"client_id": "elks", "role": "sms-gateway", "controllers": ["tandgruppen"], "sms": {"form": "46elks"}});
        let dry = world.operator().post("/v1/clients?dry_run=true", &body);
        assert_eq!((dry.status, &dry.body["client_secret"]), (200, &Value::Null), "{dry}");
        assert!(dry.body.get("webhook_urls").is_none(), "{dry}");
    }

    fn what_cannot_be_a_gateway_is_told_all_at_once(world) {
        let operator = world.operator();
        let post = |role: &str, more: &Value| {
            let mut body = json!({"client_id": "elks", "role": role, "controllers": ["tandgruppen"]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            operator.post("/v1/clients", &body)
        };
        let gateway = "sms-gateway";
        post(gateway, &json!({})).is_problem(422, "unprocessable").at("/sms", "required");
        post("staff", &json!({"sms": {"form": "json"}})).at("/sms", "role");
        post(gateway, &json!({"sms": {"form": "fax"}})).is_problem(400, "malformed");
        post(gateway, &json!({"sms": {"form": "twilio"}})).at("/sms/auth_tokens", "required");
        post(gateway, &json!({"sms": {"form": "twilio", "auth_tokens": ["kort"]}})).at("/sms/auth_tokens", "auth_token");
        post(gateway, &json!({"sms": {"form": "twilio", "auth_tokens": ["å".repeat(20)]}})).at("/sms/auth_tokens", "auth_token");
        let all = post(gateway, &json!({"controllers": ["ingen"], "scopes": ["objections:write"],
            "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
            "sms": {"form": "46elks", "auth_tokens": [TOKEN]}}));
        all.is_problem(422, "unprocessable").at("/sms/auth_tokens", "form").at("/jwk", "form");
        all.at("/scopes/0", "scope").at("/controllers/0", "unknown_controller");
        post(gateway, &json!({"controllers": [], "sms": {"form": "json"}})).at("/controllers", "required");
        let made = post(gateway, &json!({"sms": {"form": "46elks"}}));
        assert_eq!(made.status, 201, "{made}");
        let odd = operator.post("/v1/clients/elks/secrets", &json!({"auth_tokens": [TOKEN]}));
        odd.is_problem(422, "unprocessable").at("/auth_tokens", "form");
    }

    fn auth_tokens_are_sealed_at_rest(world) {
        register(&world, "twilio", &json!({"form": "twilio", "auth_tokens": [TOKEN]}));
        let states = ask(&world, "SELECT state AS cell FROM client_versions");
        assert!(states.iter().any(|state| state.contains("auth_tokens")), "{states:?}");
        assert!(states.iter().all(|state| !state.contains(TOKEN)), "{states:?}");
        let world = world.restarted();
        is_empty_twiml(&signed_by(&world, TOKEN, &twilio_form("SM1", SENDER, "STOPP")));
    }
}

#[test]
fn an_instance_without_telephone_numbers_has_no_gateway() {
    let refused = KindSet::of(&[Kind::Phone]);
    let world = World::with(Backend::Sqlite, Setup { refused, ..Setup::default() });
    let body = json!({"client_id": "elks", "role": "sms-gateway", "controllers": ["tandgruppen"], "sms": {"form": "46elks"}});
    let refused = world.operator().post("/v1/clients", &body);
    refused.is_problem(422, "unprocessable").at("/sms", "phones_refused");
}
