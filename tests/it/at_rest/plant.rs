//! Whom the test makes up, and everything it has the service do with them.

use super::{Live, Party};
use crate::support::Answer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What must not lie about. Personnummer have serials that nobody has, numbers
/// are fictional ones (PTS), addresses end in `.example`.
pub(super) const PLANTED: &[(&str, &[&str])] = &[
    ("given name", &["Xantippa-Zerafina", "xantippa-zerafina", "xantippa", "zerafina"]),
    (
        "family name",
        &[
            "Quistenlöf Ödmårdh",
            "quistenlöf ödmårdh",
            "Quistenlöf",
            "quistenlof",
            "odmardh",
            "ödmårdh",
        ],
    ),
    (
        "e-mail",
        &[
            "Xantippa.Zerafina+tagg@Kvistenlov.EXAMPLE",
            "xantippa.zerafina+tagg@kvistenlov.example",
            "xantippa.zerafina@kvistenlov.example",
            "kvistenlov.example",
            "Kvistenlov",
        ],
    ),
    ("second e-mail", &["z.quist@postlada.example", "postlada"]),
    ("added e-mail", &["ny.zquist@brevduva.example", "brevduva"]),
    (
        "phone",
        &[
            "070-174 06 47",
            "0701740647",
            "+46701740647",
            "46701740647",
            "701740647",
            "tel:+46701740647",
            "+46 70 174 06 47",
        ],
    ),
    ("second phone", &["031-390 06 71", "0313900671", "+46313900671", "46313900671"]),
    ("personnummer", &["19630228-2386", "196302282386", "630228-2386", "6302282386"]),
    ("proxy's personnummer", &["fm-630228-2386-88121"]),
    (
        "street",
        &[
            "Kvastmakargränd 47 C lgh 1203",
            "kvastmakargränd",
            "kvastmakargrand",
            "Kvastmakargränd 47",
        ],
    ),
    ("customer id", &["KUND-XZ-7741902", "kund-xz-7741902"]),
    ("cookie id", &["GA1.2.77419021.166930", "77419021.166930"]),
    (
        "advertising id",
        &["7e57da7a-0b5e-4c0d-9f00-0badc0ffee42", "7E57DA7A-0B5E-4C0D-9F00-0BADC0FFEE42"],
    ),
    ("unreadable phone", &["ring hos fru Quistenlöf sjuttio", "fru Quistenlöf"]),
    ("unreadable e-mail", &["xantippa snabela kvistenlov", "snabela kvistenlov"]),
    ("transaction", &["bankid-tr-630228-9f3a7714"]),
    ("holder's name", &["Quists Spärrbyrå och Ombud"]),
    ("reason", &["Xantippa ringde och ville ha nyhetsbrevet igen", "ville ha nyhetsbrevet igen"]),
    ("document", &["FULLMAKT: jag, Xantippa-Zerafina, ger ombudet i uppdrag"]),
    (
        "idempotency key",
        &["nyckel-19630228-2386-a", "nyckel-19630228-2386-b", "nyckel-19630228-2386-c"],
    ),
    ("assertion id", &["jti-630228-2386-zq"]),
    ("row's key", &["rad-630228-2386-qq"]),
    ("stray text", &["stray-630228-2386-text"]),
    ("sender", &["070-174 06 58", "0701740658", "+46701740658", "46701740658", "%2B46701740658"]),
    ("message", &["Sluta ringa min mamma fru Quistenlöf", "ringa min mamma"]),
    ("message's id", &["sf-630228-2386-inkommet"]),
];

fn text(name: &str) -> &'static str {
    let found = PLANTED.iter().find(|(own, _)| *own == name);
    found.unwrap_or_else(|| panic!("{name} is not planted")).1[0]
}

pub(super) fn person() -> Value {
    json!({
        "name": {"given": text("given name"), "family": text("family name")},
        "personnummer": text("personnummer"),
        "emails": [text("e-mail"), text("second e-mail"), text("unreadable e-mail")],
        "phones": [text("phone"), text("second phone"), text("unreadable phone")],
        "addresses": [{"street": text("street"), "postal_code": "413 01", "city": "Göteborg"}],
        "customer_ids": [{"issuer": "crm.tandgruppen.example", "value": text("customer id")}],
        "cookie_ids": [{"issuer": "tandgruppen.example", "value": text("cookie id")}],
        "advertising_ids": [text("advertising id")]
    })
}

fn proxy(rights: &[&str]) -> Value {
    let document = text("document").as_bytes();
    json!({
        "reference": text("proxy's personnummer"),
        "holder": {"name": text("holder's name"), "organisation_number": "559999-0008"},
        "grantor": "self", "granted_at": "2026-11-19T18:00:00Z", "rights": rights,
        "identification": {"method": "bankid", "at": "2026-11-19T17:59:31Z", "transaction": text("transaction")},
        "document": {"media_type": "text/plain", "content": STANDARD.encode(document),
            "sha256": crate::crypto::support::hex(&Sha256::digest(document))}
    })
}

fn objection(reference: &str) -> Value {
    json!({"reference": reference, "controllers": ["tandgruppen"], "right": "object_to_direct_marketing",
        "objected_at": "2026-11-20T09:12:00Z", "person": person(), "proxy": proxy(&["object_to_direct_marketing"])})
}

#[track_caller]
fn expect(status: u16, answer: Answer) -> Value {
    assert_eq!(answer.status, status, "{answer}");
    answer.body
}

/// Has every operation do something with the person, rightly and wrongly.
/// Returns the secrets that were given out on the way.
pub(super) fn everywhere(live: &Live) -> Vec<(&'static str, String)> {
    let mut secrets = Vec::new();
    let mut keep = |name, value: &Value| {
        let value = value.as_str().expect("a secret").to_owned();
        secrets.push((name, value.clone()));
        value
    };
    let admin_secret = live.admin_secret.clone();
    let admin = keep("admin's token", &json!(live.token("admin", &admin_secret)));
    let admin = live.party(&admin);
    let key = |name: &str| ("Idempotency-Key", name.to_owned());
    let keys = PLANTED.iter().find(|(name, _)| *name == "idempotency key").expect("keys").1;

    expect(
        201,
        admin.send("/v1/groups", &[], &json!({"slug": "tandgruppen", "name": "Tandgruppen"})),
    );
    let clinic =
        json!({"slug": "tandgruppen-malmo", "name": "Tandgruppen Malmö", "group": "tandgruppen"});
    expect(201, admin.send("/v1/controllers", &[], &clinic));
    let mut enter = |id: &str, more: Value| {
        let mut body = json!({"client_id": id});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        let made =
            expect(201, admin.send("/v1/clients", &[key(&format!("{}-{id}", keys[0]))], &body));
        let secret = keep("client's secret", &made["client_secret"]);
        let token = live.token(id, &secret);
        keep("access token", &json!(token))
    };
    let service = enter(
        "sparrtjanst",
        json!({"role": "objection-service", "organisation_number": "559999-0008"}),
    );
    let crm = enter(
        "crm",
        json!({"role": "marketing-tool", "controllers": ["tandgruppen"], "scopes": ["lookups:explain", "identifiers:read"]}),
    );
    let staff = enter(
        "reception",
        json!({"role": "staff", "controllers": ["tandgruppen"], "scopes": ["identifiers:read"]}),
    );
    let (service, crm, staff) = (live.party(&service), live.party(&crm), live.party(&staff));
    let rotated = expect(201, admin.send("/v1/clients/crm/secrets", &[key(keys[1])], &json!({})));
    keep("client's new secret", &rotated["client_secret"]);
    let given = expect(201, admin.send("/v1/clients/crm/static-keys", &[key(keys[2])], &json!({})));
    let static_key = live.party(&keep("static key", &given["static_key"]));

    // recorded, repeated, changed, tried only, refused, and broken
    let reference = text("personnummer");
    let once = [key(keys[0])];
    let made = expect(201, service.send("/v1/objections", &once, &objection(reference)));
    assert!(made["warnings"].as_array().is_some_and(|all| all.len() == 2), "{made}");
    assert_eq!(expect(201, service.send("/v1/objections", &once, &objection(reference))), made);
    let mut other = objection(reference);
    other["person"]["emails"] = json!([text("second e-mail")]);
    expect(409, service.send("/v1/objections", &[], &other));
    expect(409, service.send("/v1/objections", &once, &other));
    expect(200, service.send("/v1/objections?dry_run=true", &[], &objection("prov-1")));
    let mut narrow = objection("prov-2");
    narrow["proxy"]["rights"] = json!([text("stray text")]);
    expect(422, service.send("/v1/objections", &[], &narrow));
    let mut unknown = objection("prov-3");
    unknown["person"][text("stray text")] = json!(text("stray text"));
    expect(400, service.send("/v1/objections", &[], &unknown));
    let mut wrong = objection("prov-4");
    wrong["person"]["emails"] = json!({text("e-mail"): text("e-mail")});
    wrong["objected_at"] = json!(text("stray text"));
    expect(400, service.send("/v1/objections", &[], &wrong));
    let broken = format!("{}{{", objection(text("personnummer")));
    expect(400, service.raw("/v1/objections", "application/json", &broken));
    let lines = format!("{}\n{}\n{}\n", objection(text("proxy's personnummer")), other, broken);
    let batch = service.raw("/v1/objections/batch", "application/x-ndjson", &lines);
    assert!(batch.status == 200 && batch.text.contains("\"recorded\""), "{batch}");

    // a register that holds her number, and files of it that are refused
    let nix = json!({"slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon"});
    expect(201, admin.send("/v1/registers", &[], &nix));
    let path = "/v1/registers/nix-telefon/versions?date=2026-01-02";
    let file = format!("Namn;Telefon\n{};{}\n", text("given name"), text("phone"));
    expect(201, admin.raw(path, "text/csv", &file));
    let file = format!("{file}{};{}\n", text("given name"), text("unreadable phone"));
    expect(422, admin.raw(path, "text/csv", &file));
    expect(422, admin.raw(path, "text/csv", text("street")));

    // asked, by everybody who may, and wrongly
    let asked = json!({"controller": "tandgruppen-malmo", "person": person()});
    let decided = expect(200, crm.send("/v1/lookups", &[], &asked));
    assert_eq!(decided["decisions"]["email"], "blocked", "{decided}");
    expect(200, static_key.send("/v1/lookups", &[], &asked));
    let mut row = person();
    row["key"] = json!(text("row's key"));
    let many = json!({"controller": "tandgruppen-malmo", "persons": [row]});
    expect(200, crm.send("/v1/lookups/batch", &[], &many));
    let hash = crate::crypto::support::hex(&Sha256::digest("xantippa.zerafina@kvistenlov.example"));
    let hashed = json!({"controller": "tandgruppen-malmo", "person": {"hashes": [{"of": "email", "value": hash}]}});
    assert_eq!(expect(200, crm.send("/v1/lookups", &[], &hashed))["decisions"]["email"], "blocked");
    expect(
        422,
        crm.send(
            "/v1/lookups",
            &[],
            &json!({"controller": text("stray text"), "person": person()}),
        ),
    );
    expect(403, service.send("/v1/lookups", &[], &asked));

    // in mailings, whose links are as good as what they say
    let mailing = json!({"controller": "tandgruppen-malmo", "channel": "email", "recipients": [
        {"key": text("row's key"), "email": text("added e-mail")}, {"email": text("unreadable e-mail")}]});
    let links = expect(200, crm.send("/v1/unsubscribe-links", &[], &mailing));
    let link = links["links"][0]["url"].as_str().expect("a link");
    let link = keep("link", &json!(link.strip_prefix(&live.url).expect("its own URL")));
    let nobody = live.party("");
    assert_eq!(nobody.get(&link).status, 200);
    assert_eq!(nobody.form(&link, &[("scope", "all")]).status, 200);
    assert_eq!(
        nobody.form(&format!("{link}?{}", text("stray text")), &[("x", text("stray text"))]).status,
        422
    );
    assert_eq!(nobody.get(&format!("/u/{}", text("second e-mail"))).status, 404);

    // read and changed by staff
    let path = format!("/v1/objections/{}", made["id"].as_str().expect("an id"));
    assert!(staff.get(&path).text.contains(text("second e-mail")));
    assert!(
        service.get(&format!("/v1/objections?reference={reference}")).text.contains("recorded")
    );
    expect(404, staff.get(&format!("/v1/{}", text("stray text"))));
    expect(400, staff.get(&format!("/v1/objections/{}", text("second e-mail"))));
    expect(
        400,
        staff.get(&format!("/v1/objections?{}={}", text("stray text"), text("stray text"))),
    );
    let listed = staff.get("/v1/review");
    assert!(listed.text.contains(text("unreadable phone")), "{listed}");
    let item = listed.body["items"][0]["id"].as_str().expect("an item").to_owned();
    expect(
        201,
        staff.send(&format!("/v1/review/{item}/clearances"), &[], &json!({"outcome": "unusable"})),
    );
    let more =
        json!({"person": {"emails": [text("added e-mail")], "phones": [text("unreadable phone")]}});
    expect(201, staff.send(&format!("{path}/identifiers"), &[key(keys[1])], &more));
    let reason = json!({"reason": text("reason"), "channels": ["email"]});
    expect(201, staff.send(&format!("{path}/withdrawals"), &[key(keys[2])], &reason));
    let own = json!({"reason": text("reason"), "proxy": proxy(&["withdraw_objection"])});
    expect(201, service.send(&format!("{path}/withdrawals"), &[], &own));
    let mut person_withdraws = json!({"person": person(), "reason": text("reason")});
    person_withdraws["proxy"] = proxy(&["withdraw_objection"]);
    expect(201, staff.send("/v1/withdrawals", &[key(keys[0])], &person_withdraws));
    expect(201, staff.send(&format!("{path}/annulments"), &[], &json!({"reason": "wrong_person"})));

    secrets.extend(messages(live, &admin, &staff));

    // who asks, wrongly
    let actor = ("X-Actor", text("second e-mail").to_owned());
    expect(400, staff.send("/v1/lookups", &[actor], &asked));
    expect(401, live.party(text("stray text")).get("/v1/objections"));
    let wrong = live.party("").form(
        "/oauth2/token",
        &[
            ("grant_type", "client_credentials"),
            ("client_id", text("second e-mail")),
            ("client_secret", text("stray text")),
        ],
    );
    expect(401, wrong);
    expect(
        401,
        live.party("").form(
            &format!("/oauth2/token?x={}", text("stray text")),
            &[("grant_type", text("stray text"))],
        ),
    );
    live.by_assertion(&admin, text("assertion id"));
    expect(409, admin.send("/v1/controllers", &[], &clinic));
    expect(201, admin.send("/v1/clients/sparrtjanst/disablements", &[], &json!({})));
    secrets
}

/// Messages in every form, rightly and wrongly; some are settled. Returns the secrets.
fn messages(live: &Live, admin: &Party<'_>, staff: &Party<'_>) -> Vec<(&'static str, String)> {
    let enter = |id: &str, sms: Value| {
        let body = json!({"client_id": id, "role": "sms-gateway", "controllers": ["tandgruppen"], "sms": sms});
        expect(201, admin.send("/v1/clients", &[], &body))
    };
    let auth_token = "7e57da7ac0ffee427e57da7ac0ffee42";
    let elks = enter("elks", json!({"form": "46elks"}))["client_secret"].clone();
    let elks = elks.as_str().expect("a secret").to_owned();
    let twilio = enter("twilio", json!({"form": "twilio", "auth_tokens": [auth_token]}));
    let url = twilio["webhook_urls"][0].as_str().expect("a URL").to_owned();
    let egen = enter("egen", json!({"form": "json"}))["client_secret"].clone();
    let egen = egen.as_str().expect("a secret").to_owned();
    let (from, note, id) = ("+46701740658", text("message"), text("message's id"));
    let secret_path = format!("/v1/inbound-sms/46elks/{elks}");
    for (number, said) in ["STOPP", note].into_iter().enumerate() {
        let id = format!("{id}-{number}");
        let form = [("id", id.as_str()), ("from", from), ("to", from), ("message", said)];
        assert_eq!(live.party("").form(&secret_path, &form).status, 204);
        assert_eq!(live.party("").form(&secret_path, &form).status, 204, "again");
        assert_eq!(live.party("").form(&format!("{secret_path}x"), &form).status, 401);
        assert_eq!(live.party("").form(&format!("{secret_path}?{note}"), &form).status, 204);
        let form = [("MessageSid", id.as_str()), ("From", from), ("Body", said)];
        let signature = crate::messages::signature(auth_token, &url, &form);
        for (signature, status) in [(signature.as_str(), 200), (id.as_str(), 403)] {
            let http = crate::support::http().build().expect("a client");
            let path = "/v1/inbound-sms/twilio/twilio";
            let request = http.post(format!("{}{path}", live.url)).form(&form);
            let answer = Answer::of(request.header("X-Twilio-Signature", signature));
            assert_eq!(answer.status, status, "{answer}");
        }
        let gateway = live.token("egen", &egen);
        let body = json!({"id": id, "from": text("sender"), "to": from, "text": said});
        expect(201, live.party(&gateway).send("/v1/inbound-sms", &[], &body));
        expect(400, live.party(&gateway).send("/v1/inbound-sms", &[], &json!({note: from})));
    }
    let listed = staff.get("/v1/review");
    let items = listed.body["items"].as_array().expect("items");
    let items: Vec<_> = items.iter().filter(|item| item["value"] == note).collect();
    assert_eq!(items.len(), 3, "{listed}");
    for (item, outcome) in items.iter().zip(["objection_recorded", "no_objection"]) {
        let path = format!("/v1/review/{}/clearances", item["id"].as_str().expect("an id"));
        let cleared = expect(201, staff.send(&path, &[], &json!({"outcome": outcome})));
        if let Some(objection) = cleared["objection"].as_str() {
            assert!(staff.get(&format!("/v1/objections/{objection}")).text.contains(note));
        }
    }
    vec![
        ("gateway's secret", elks),
        ("gateway's secret", egen),
        ("auth token", auth_token.to_owned()),
    ]
}
