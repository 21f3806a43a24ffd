//! The token endpoint (RFC 6749, RFC 7523), what counts as a token, and how a
//! client is shut out.

use super::{question, static_key, tool};
use crate::crypto::support::{ed25519_key, ed25519_x};
use crate::support::{Answer, Party, World, on_both};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use nejtack::crypto::keyring::{Keyring, WrappedKey};
use nejtack::crypto::root_key::RootKey;
use nejtack::crypto::token::{Grant, TokenSigner};
use nejtack::store::Backend;
use serde_json::{Value, json};

const ISSUER: &str = "https://nej.example";
const ENDPOINT: &str = "https://nej.example/oauth2/token";
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// Asks for a token with this form and, perhaps, HTTP Basic.
fn ask(world: &World, basic: Option<(&str, &str)>, form: &[(&str, &str)]) -> Answer {
    let mut request = world.stranger().request("POST", "/oauth2/token").form(form);
    if let Some((id, secret)) = basic {
        request = request.basic_auth(id, Some(secret));
    }
    Answer::of(request)
}

/// The answer must be this error of RFC 6749 §5.2.
#[track_caller]
fn is_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status, &answer.body["error"]), (status, &error.into()), "{answer}");
    assert!(answer.body["error_description"].is_string(), "{answer}");
    assert_eq!(answer.body.as_object().map(serde_json::Map::len), Some(2), "{answer}");
    assert_eq!(answer.header("content-type"), "application/json", "{answer}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge.starts_with("Basic realm="), status == 401, "{challenge:?} {answer}");
}

#[track_caller]
fn is_token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.body["token_type"], "Bearer", "{answer}");
    assert_eq!(answer.body["expires_in"], 900, "{answer}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    assert_eq!(answer.header("pragma"), "no-cache", "{answer}");
    assert!(answer.body.get("refresh_token").is_none(), "{answer}");
    answer.body["access_token"].as_str().expect("a token").to_owned()
}

/// Registers a client; its secret.
fn secret(world: &World, body: &Value) -> String {
    let made = world.operator().makes("/v1/clients", body);
    made["client_secret"].as_str().expect("a secret").to_owned()
}

/// The three kinds of key a client may hold: made for tests and used nowhere else.
fn key_pairs() -> [(&'static str, Algorithm, EncodingKey, Value); 3] {
    let rsa = EncodingKey::from_rsa_pem(include_bytes!("../crypto/keys/rsa2048.pem"))
        .expect("it is there");
    let p256 =
        EncodingKey::from_ec_pem(include_bytes!("../crypto/keys/p256.pem")).expect("it is there");
    let public = |key: &EncodingKey, algorithm| {
        serde_json::to_value(Jwk::from_encoding_key(key, algorithm).expect("it is there"))
            .expect("it is there")
    };
    let (rsa_public, p256_public) =
        (public(&rsa, Algorithm::RS256), public(&p256, Algorithm::ES256));
    let ed25519 = json!({"kty": "OKP", "crv": "Ed25519", "x": ed25519_x([3; 32])});
    [
        ("eddsa", Algorithm::EdDSA, ed25519_key([3; 32]), ed25519),
        ("es256", Algorithm::ES256, p256, p256_public),
        ("rs256", Algorithm::RS256, rsa, rsa_public),
    ]
}

/// An assertion of this client by the Ed25519 key, with these claims changed.
fn assertion(client_id: &str, changes: &Value) -> String {
    let mut claims = claims(client_id);
    for (name, value) in changes.as_object().expect("changes") {
        claims[name] = value.clone();
    }
    jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &ed25519_key([3; 32]))
        .expect("it is there")
}

fn claims(client_id: &str) -> Value {
    json!({"iss": client_id, "sub": client_id, "aud": ENDPOINT, "exp": now() + 60, "jti": "j-1"})
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn by_assertion(world: &World, assertion: &str) -> Answer {
    let form = [GRANT, ("client_assertion_type", BEARER), ("client_assertion", assertion)];
    ask(world, None, &form)
}

/// Registers a client with the Ed25519 key.
fn with_key(world: &World, client_id: &str) {
    let mut body = tool(client_id);
    body["jwk"] = key_pairs()[0].3.clone();
    let made = world.operator().makes("/v1/clients", &body);
    assert_eq!(made["client_secret"], Value::Null);
    assert_eq!(made["authentication"], json!(["private_key_jwt"]));
}

/// The world's own keys.
pub(crate) fn keyring(world: &World) -> Keyring {
    let root = RootKey::read(&world.folder.path().join("root.key")).expect("the root key").key;
    let rows = nejtack::store::keys::all(&mut world.place.raw()).expect("the keys");
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| WrappedKey::from_row(&row.purpose, row.version, row.wrapped).expect("a key"))
        .collect();
    Keyring::open(&root, &rows).expect("the keyring")
}

/// What signs the world's own tokens.
fn signer(world: &World) -> TokenSigner {
    keyring(world).token_signer()
}

/// Whether the token lets its holder look up.
fn works(world: &World, token: &str) -> bool {
    let answer =
        world.stranger().with_token(token).post("/v1/lookups", &question("tandgruppen-malmo"));
    match answer.status {
        200 => true,
        _ => {
            answer.is_problem(401, "unauthorized");
            false
        }
    }
}

on_both! {
    fn a_secret_gets_a_token_by_basic_and_by_post(world) {
        let secret = secret(&world, &tool("crm"));
        let post = [GRANT, ("client_id", "crm"), ("client_secret", &secret)];
        for answer in [
            ask(&world, Some(("crm", &secret)), &[GRANT]),
            ask(&world, Some(("crm", &secret)), &[GRANT, ("client_id", "crm")]),
            ask(&world, None, &post),
            // empty parameters are absent ones (RFC 6749 §3.2), unknown ones are ignored
            ask(&world, Some(("crm", &secret)), &[GRANT, ("client_secret", ""), ("scope", ""), ("resource", "x")]),
        ] {
            assert!(works(&world, &is_token(&answer)));
            assert_eq!(answer.body["scope"], "lookups:decide screenings:run changes:read links:create");
        }
    }

    fn every_kind_of_key_gets_a_token_by_assertion(world) {
        for (client_id, algorithm, key, public) in key_pairs() {
            let mut body = tool(client_id);
            body["jwk"] = public;
            world.operator().makes("/v1/clients", &body);
            let assertion = jsonwebtoken::encode(&Header::new(algorithm), &claims(client_id), &key).expect("it is there");
            let answer = by_assertion(&world, &assertion);
            assert!(works(&world, &is_token(&answer)), "{client_id}");
            // once, whoever asks again
            is_error(&by_assertion(&world, &assertion), 401, "invalid_client");
        }
    }

    fn an_assertion_is_good_once_also_after_a_restart(world) {
        with_key(&world, "crm");
        let first = assertion("crm", &json!({"exp": now() + 500}));
        is_token(&by_assertion(&world, &first));
        is_error(&by_assertion(&world, &first), 401, "invalid_client");
        let world = world.restarted();
        is_error(&by_assertion(&world, &first), 401, "invalid_client");
        // another text with the same id is the same assertion
        is_error(&by_assertion(&world, &assertion("crm", &json!({}))), 401, "invalid_client");
        is_token(&by_assertion(&world, &assertion("crm", &json!({"jti": "j-2"}))));
        // ids belong to their client
        with_key(&world, "annan");
        is_token(&by_assertion(&world, &assertion("annan", &json!({}))));
    }

    fn one_assertion_sent_many_times_at_once_gets_one_token(world) {
        with_key(&world, "crm");
        let assertion = assertion("crm", &json!({}));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let ask = || by_assertion(&world, &assertion).status;
            let asked: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asked.into_iter().map(|asked| asked.join().expect("it is there")).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 7, "{statuses:?}");
    }

    fn a_disabled_client_is_out_at_once_with_all_it_holds(world) {
        let crm = world.crm();
        let (token, key) = (crm.token().to_owned(), static_key(&world, "crm"));
        assert!(works(&world, &token) && works(&world, &key));
        let shut = world.operator().makes("/v1/clients/crm/disablements", &json!({}));
        assert_eq!(shut["disabled"], true);
        assert!(!works(&world, &token) && !works(&world, &key));
        let world = world.restarted();
        assert!(!works(&world, &token) && !works(&world, &key));
        for change in ["secrets", "static-keys", "disablements", "tokens"] {
            let again = world.operator().post(&format!("/v1/clients/crm/{change}"), &json!({}));
            again.is_problem(409, "event-not-possible");
        }
        world.operator().post("/v1/clients", &tool("crm")).is_problem(409, "name-taken");
    }

    fn a_disabled_client_gets_no_token(world) {
        let secret = secret(&world, &tool("crm"));
        with_key(&world, "nyckel");
        for id in ["crm", "nyckel"] {
            world.operator().makes(&format!("/v1/clients/{id}/disablements"), &json!({}));
        }
        is_error(&ask(&world, Some(("crm", &secret)), &[GRANT]), 401, "invalid_client");
        is_error(&by_assertion(&world, &assertion("nyckel", &json!({}))), 401, "invalid_client");
    }

    fn a_new_secret_ends_the_old_one(world) {
        let old = secret(&world, &tool("crm"));
        let made = world.operator().makes("/v1/clients/crm/secrets", &json!({}));
        let new = made["client_secret"].as_str().expect("it is there");
        assert_ne!(old, new);
        is_error(&ask(&world, Some(("crm", &old)), &[GRANT]), 401, "invalid_client");
        is_token(&ask(&world, Some(("crm", new)), &[GRANT]));
        let world = world.restarted();
        is_error(&ask(&world, Some(("crm", &old)), &[GRANT]), 401, "invalid_client");
        is_token(&ask(&world, Some(("crm", new)), &[GRANT]));
        with_key(&world, "nyckel");
        world.operator().post("/v1/clients/nyckel/secrets", &json!({})).is_problem(409, "event-not-possible");
    }

    fn a_static_key_asks_and_does_nothing_else(world) {
        let crm = world.crm();
        let holder = world.stranger().with_token(&static_key(&world, "crm"));
        let asked = holder.post("/v1/lookups", &question("tandgruppen-malmo"));
        assert_eq!((asked.status, &asked.body["decisions"]["email"]), (200, &json!("clear")), "{asked}");
        for path in ["/v1/controllers", "/v1/groups", "/v1/clients", "/v1/audit", "/v1/objections?reference=x"] {
            holder.get(path).is_problem(403, "insufficient-scope");
        }
        holder.post("/v1/lookups", &question("optiker-ek")).is_problem(403, "controller-not-yours");
        // a static key is no secret of the client's, and a secret no bearer token
        let key = holder.token();
        is_error(&ask(&world, Some(("crm", key)), &[GRANT]), 401, "invalid_client");
        assert!(!works(&world, &key.replace("njt_", "njs_")));
        let client = world.operator().get("/v1/clients").body["clients"].as_array().expect("it is there")
            .iter().find(|client| client["client_id"] == "crm").expect("it is there").clone();
        assert_eq!(client["authentication"], json!(["client_secret", "static_key"]));
        assert!(!client.to_string().contains(key));
        assert_eq!(crm.get("/v1/controllers").status, 200);
    }

    fn a_static_key_ends(world) {
        world.crm();
        let soon = chrono::Utc::now() + chrono::TimeDelta::milliseconds(1500);
        let body = json!({"expires_at": soon.to_rfc3339()});
        let made = world.operator().makes("/v1/clients/crm/static-keys", &body);
        let key = made["static_key"].as_str().expect("it is there");
        let lasting = static_key(&world, "crm");
        while chrono::Utc::now() <= soon {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert!(!works(&world, key) && works(&world, &lasting));
    }
}

#[test]
fn every_error_of_the_token_endpoint_is_told_as_rfc_6749_says() {
    let world = World::on(Backend::Sqlite);
    let secret = secret(&world, &tool("crm"));
    let good = Some(("crm", secret.as_str()));
    let post = [GRANT, ("client_id", "crm"), ("client_secret", &secret)];
    let assertion = assertion("crm", &json!({}));
    let jwt = [GRANT, ("client_assertion_type", BEARER), ("client_assertion", &assertion)];
    type Row<'a> = (u16, &'a str, Option<(&'a str, &'a str)>, Vec<(&'a str, &'a str)>);
    let table: &[Row<'_>] = &[
        // more than one method (§2.3)
        (400, "invalid_request", good, post.to_vec()),
        (400, "invalid_request", good, jwt.to_vec()),
        (400, "invalid_request", None, [&post[..], &jwt[1..]].concat()),
        (400, "invalid_request", good, vec![GRANT, ("client_id", "annan")]),
        // parts of one
        (400, "invalid_request", None, vec![GRANT, ("client_secret", &secret)]),
        (400, "invalid_request", None, jwt[..2].to_vec()),
        (400, "invalid_request", None, vec![GRANT, jwt[2]]),
        (400, "invalid_request", None, vec![GRANT, ("client_assertion_type", "urn:other"), jwt[2]]),
        // none, or a wrong one
        (401, "invalid_client", None, vec![GRANT]),
        (401, "invalid_client", None, vec![GRANT, ("client_id", "crm")]),
        (401, "invalid_client", Some(("crm", "")), vec![GRANT]),
        (401, "invalid_client", Some(("crm", "njs_fel")), vec![GRANT]),
        (401, "invalid_client", Some(("okand", &secret)), vec![GRANT]),
        (401, "invalid_client", Some(("CRM", &secret)), vec![GRANT]),
        (401, "invalid_client", Some(("operator", &secret)), vec![GRANT]),
        (401, "invalid_client", None, vec![GRANT, ("client_id", "crm"), ("client_secret", "fel")]),
        (401, "invalid_client", None, jwt.to_vec()), // it has no key
        // the grant
        (400, "invalid_request", good, vec![]),
        (400, "invalid_request", good, vec![("grant_type", "")]),
        (400, "unsupported_grant_type", good, vec![("grant_type", "password")]),
        (400, "unsupported_grant_type", good, vec![("grant_type", "authorization_code")]),
        (400, "unsupported_grant_type", good, vec![("grant_type", "Client_Credentials")]),
        // the scope
        (400, "invalid_scope", good, vec![GRANT, ("scope", "finns:inte")]),
        (400, "invalid_scope", good, vec![GRANT, ("scope", "objections:write")]),
        (400, "invalid_scope", good, vec![GRANT, ("scope", "lookups:decide objections:write")]),
        (400, "invalid_scope", good, vec![GRANT, ("scope", "lookups:explain")]),
        (400, "invalid_scope", good, vec![GRANT, ("scope", "LOOKUPS:DECIDE")]),
        // twice (§3.2)
        (400, "invalid_request", good, vec![GRANT, GRANT]),
        (400, "invalid_request", good, vec![GRANT, ("scope", "lookups:decide"), ("scope", "")]),
    ];
    for (index, (status, error, basic, form)) in table.iter().enumerate() {
        let answer = ask(&world, *basic, form);
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (*status, &json!(error)),
            "{index}: {form:?}"
        );
        is_error(&answer, *status, error);
        assert!(!answer.text.contains(&secret), "{answer}");
    }
}

#[test]
fn a_body_that_is_no_form_is_refused() {
    let world = World::on(Backend::Sqlite);
    let secret = secret(&world, &tool("crm"));
    let send = |kind: &str, body: Vec<u8>| {
        let request =
            world.stranger().request("POST", "/oauth2/token").basic_auth("crm", Some(&secret));
        Answer::of(request.header("Content-Type", kind).body(body))
    };
    const FORM: &str = "application/x-www-form-urlencoded";
    let good = b"grant_type=client_credentials";
    is_token(&send(FORM, good.to_vec()));
    is_token(&send("application/x-www-form-urlencoded; charset=UTF-8", good.to_vec()));
    is_error(
        &send("application/json", json!({"grant_type": "client_credentials"}).to_string().into()),
        400,
        "invalid_request",
    );
    is_error(&send("text/plain", good.to_vec()), 400, "invalid_request");
    is_error(&send(FORM, b"\xff\xfe".to_vec()), 400, "invalid_request");
    is_error(&send(FORM, Vec::new()), 400, "invalid_request");
    let large = [&good[..], b"&x=", &vec![b'a'; 40_000]].concat();
    is_error(&send(FORM, large), 400, "invalid_request");
    let get = Answer::of(
        world.stranger().request("GET", "/oauth2/token").basic_auth("crm", Some(&secret)),
    );
    get.is_problem(405, "method-not-allowed");
    let nothing =
        world.stranger().request("POST", "/oauth2/token").header("Authorization", "Bearer x");
    is_error(&Answer::of(nothing.form(&[GRANT])), 401, "invalid_client");
    let twice = world.stranger().request("POST", "/oauth2/token").basic_auth("crm", Some(&secret));
    let twice = twice.header("Authorization", "Basic eDp5").form(&[GRANT]);
    is_error(&Answer::of(twice), 400, "invalid_request");
}

#[test]
fn an_assertion_that_is_old_foreign_or_forged_gets_nothing() {
    let world = World::on(Backend::Sqlite);
    with_key(&world, "crm");
    with_key(&world, "annan");
    for wrong in [
        json!({"exp": now() - 1}),
        json!({"exp": now() + 2 * 3600}),
        json!({"nbf": now() + 300}),
        json!({"iat": now() + 300}),
        json!({"aud": "https://other.example/oauth2/token"}),
        json!({"aud": [ENDPOINT, "https://other.example"]}),
        json!({"iss": "annan"}),
        json!({"sub": "okand", "iss": "okand"}),
        json!({"jti": null}),
        json!({"exp": null}),
        json!({"aud": null}),
    ] {
        let answer = by_assertion(&world, &assertion("crm", &wrong));
        assert_eq!(answer.status, 401, "{wrong}: {answer}");
        is_error(&answer, 401, "invalid_client");
    }
    let forged =
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims("crm"), &ed25519_key([5; 32]));
    is_error(&by_assertion(&world, &forged.expect("it is there")), 401, "invalid_client");
    let good = assertion("crm", &json!({"aud": ISSUER}));
    let form = [
        GRANT,
        ("client_id", "annan"),
        ("client_assertion_type", BEARER),
        ("client_assertion", &good),
    ];
    is_error(&ask(&world, None, &form), 401, "invalid_client");
    // none of these used it up
    is_token(&by_assertion(&world, &good));
}

#[test]
fn a_token_carries_what_was_asked_and_no_more() {
    let world = World::on(Backend::Sqlite);
    let mut body = tool("crm");
    body["scopes"] = json!(["lookups:explain"]);
    let secret = secret(&world, &body);
    let answer = ask(&world, Some(("crm", &secret)), &[GRANT, ("scope", "lookups:decide")]);
    assert_eq!(answer.body["scope"], "lookups:decide");
    let party = world.stranger().with_token(&is_token(&answer));
    let asked = party.post("/v1/lookups", &question("tandgruppen-malmo"));
    assert!(asked.body.get("reasons").is_none_or(Value::is_null), "{asked}");
    let all = is_token(&ask(&world, Some(("crm", &secret)), &[GRANT]));
    let asked =
        world.stranger().with_token(&all).post("/v1/lookups", &question("tandgruppen-malmo"));
    assert_eq!(asked.body["reasons"], json!([]), "{asked}");
    let narrow = ask(&world, Some(("crm", &secret)), &[GRANT, ("scope", "screenings:run")]);
    let narrow = world.stranger().with_token(&is_token(&narrow));
    narrow
        .post("/v1/lookups", &question("tandgruppen-malmo"))
        .is_problem(403, "insufficient-scope");
}

#[test]
fn only_tokens_of_this_service_for_this_moment_count() {
    let world = World::on(Backend::Sqlite);
    world.crm();
    let signer = signer(&world);
    let grant = Grant {
        issuer: ISSUER,
        audience: ISSUER,
        subject: "crm",
        client_id: "crm",
        scopes: &["lookups:decide"],
        lifetime: 900,
    };
    assert!(works(&world, &signer.issue(&grant, now())), "what the service itself would sign");
    let other = "https://other.example";
    for (why, token) in [
        ("expired", signer.issue(&grant, now() - 901)),
        ("of tomorrow", signer.issue(&grant, now() + 86_400)),
        ("of another issuer", signer.issue(&Grant { issuer: other, ..grant }, now())),
        ("for another audience", signer.issue(&Grant { audience: other, ..grant }, now())),
        (
            "of an unknown client",
            signer.issue(&Grant { client_id: "x", subject: "x", ..grant }, now()),
        ),
        (
            "of the operator",
            signer.issue(&Grant { client_id: "operator", subject: "operator", ..grant }, now()),
        ),
    ] {
        assert!(!works(&world, &token), "{why}");
    }
    // scopes that the client does not hold give nothing, though the token says so
    let more =
        signer.issue(&Grant { scopes: &["clients:admin", "lookups:decide"], ..grant }, now());
    world.stranger().with_token(&more).get("/v1/clients").is_problem(403, "insufficient-scope");
    // another instance's token, with the same names
    let elsewhere = World::on(Backend::Sqlite);
    assert!(!works(&world, elsewhere.crm().token()));
}

#[test]
fn a_forged_token_is_refused_whatever_it_says_of_itself() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let world = World::on(Backend::Sqlite);
    let token = world.crm().token().to_owned();
    let parts: Vec<_> = token.split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("it is there"))
            .expect("it is there")
    };
    let (header, claims) = (read(parts[0]), read(parts[1]));
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
    assert_eq!(
        claims["exp"].as_i64().expect("it is there") - claims["iat"].as_i64().expect("it is there"),
        900
    );
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let jwks = world.stranger().get("/.well-known/jwks.json").body;
    let public = URL_SAFE_NO_PAD
        .decode(jwks["keys"][0]["x"].as_str().expect("it is there"))
        .expect("it is there");
    for alg in ["none", "None", "HS256", "EdDSA", "RS256"] {
        let head = write(&json!({"alg": alg, "typ": "at+jwt", "kid": header["kid"]}));
        let signed = format!("{head}.{}", parts[1]);
        let hmac = jsonwebtoken::crypto::sign(
            signed.as_bytes(),
            &EncodingKey::from_secret(&public),
            Algorithm::HS256,
        )
        .expect("it is there");
        for signature in ["", "AAAA", &hmac, &"A".repeat(86)] {
            assert!(!works(&world, &format!("{signed}.{signature}")), "{alg} {signature}");
        }
    }
    let mut more = claims.clone();
    more["scope"] = json!("clients:admin");
    assert!(!works(&world, &format!("{}.{}.{}", parts[0], write(&more), parts[2])));
    let own = ed25519_key([9; 32]);
    let mut head = Header::new(Algorithm::EdDSA);
    head.typ = Some("at+jwt".into());
    head.kid = header["kid"].as_str().map(str::to_owned);
    head.jwk = Some(
        serde_json::from_value(json!({"kty": "OKP", "crv": "Ed25519", "x": ed25519_x([9; 32])}))
            .expect("it is there"),
    );
    assert!(!works(&world, &jsonwebtoken::encode(&head, &claims, &own).expect("it is there")));
    assert!(works(&world, &token));
}

#[test]
fn an_assertion_is_no_access_token_and_an_access_token_no_assertion() {
    let world = World::on(Backend::Sqlite);
    with_key(&world, "crm");
    assert!(!works(
        &world,
        &assertion("crm", &json!({"aud": ISSUER, "client_id": "crm", "scope": "lookups:decide"}))
    ));
    let token = is_token(&by_assertion(&world, &assertion("crm", &json!({}))));
    is_error(&by_assertion(&world, &token), 401, "invalid_client");
}

#[test]
fn who_tries_secrets_is_slowed_down_and_nobody_else() {
    let world = World::on(Backend::Sqlite);
    let secret = secret(&world, &tool("crm"));
    let wrong = || {
        let asked = world.stranger_at(9).request("POST", "/oauth2/token").form(&[GRANT]);
        Answer::of(asked.basic_auth("crm", Some("fel")))
    };
    let slowed =
        (0..200).map(|_| wrong()).find(|answer| answer.status != 401).expect("slowed down");
    assert_eq!(
        (slowed.status, &slowed.body["error"]),
        (429, &json!("temporarily_unavailable")),
        "{slowed}"
    );
    assert!(slowed.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
    let wrong = world.stranger_at(9).with_token("fel").get("/v1/controllers");
    wrong.is_problem(429, "too-many-attempts");
    let asked = world.stranger_at(9).request("POST", "/oauth2/token").form(&[GRANT]);
    is_token(&Answer::of(asked.basic_auth("crm", Some(&secret))));
    is_error(&ask(&world, Some(("crm", "fel")), &[GRANT]), 401, "invalid_client");
}

#[test]
fn static_keys_are_for_those_who_ask_and_for_two_years_at_most() {
    let world = World::on(Backend::Sqlite);
    world.service();
    world.crm();
    let add = |id: &str, expires_at: Value| {
        world
            .operator()
            .post(&format!("/v1/clients/{id}/static-keys"), &json!({"expires_at": expires_at}))
    };
    add("sparrtjanst", Value::Null).is_problem(422, "unprocessable");
    for wrong in ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
        add("crm", json!(wrong)).is_problem(422, "unprocessable").at("/expires_at", "out_of_range");
    }
    add("okand", Value::Null).is_problem(404, "not-found");
}

#[test]
fn metadata_and_keys_are_what_libraries_expect() {
    let world = World::on(Backend::Sqlite);
    let told = world.stranger().get("/.well-known/oauth-authorization-server");
    assert_eq!(told.header("content-type"), "application/json");
    let metadata = &told.body;
    for (field, value) in [
        ("issuer", json!(ISSUER)),
        ("token_endpoint", json!(ENDPOINT)),
        ("jwks_uri", json!(format!("{ISSUER}/.well-known/jwks.json"))),
        ("grant_types_supported", json!(["client_credentials"])),
        ("response_types_supported", json!([])),
        (
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]),
        ),
        ("token_endpoint_auth_signing_alg_values_supported", json!(["EdDSA", "ES256", "RS256"])),
    ] {
        assert_eq!(metadata[field], value, "{field}");
    }
    let scopes: Vec<_> =
        nejtack::domain::client::Scope::EVERY.iter().map(|(_, name)| *name).collect();
    assert_eq!(metadata["scopes_supported"], json!(scopes));

    let told = world.stranger().get("/.well-known/jwks.json");
    let keys = told.body["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 1, "{told}");
    let mut members: Vec<_> =
        keys[0].as_object().expect("it is there").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"], "the public half alone");
    // a library that knows nothing of us can check a token with it
    let token = world.crm().token().to_owned();
    let set: jsonwebtoken::jwk::JwkSet =
        serde_json::from_value(told.body.clone()).expect("it is there");
    let header = jsonwebtoken::decode_header(&token).expect("it is there");
    let key = set.find(&header.kid.expect("it is there")).expect("the key that is named");
    let mut checks = jsonwebtoken::Validation::new(Algorithm::EdDSA);
    checks.set_audience(&[ISSUER]);
    checks.set_issuer(&[ISSUER]);
    let key = jsonwebtoken::DecodingKey::from_jwk(key).expect("it is there");
    let read = jsonwebtoken::decode::<Value>(&token, &key, &checks).expect("it verifies");
    assert_eq!((&read.claims["client_id"], &read.claims["sub"]), (&json!("crm"), &json!("crm")));
}

#[test]
fn a_client_that_is_disabled_in_one_instance_is_out_in_every_other() {
    let world = World::on(Backend::Postgresql);
    let crm = world.crm();
    let (token, key) = (crm.token().to_owned(), static_key(&world, "crm"));
    let other = world.beside();
    let asked = |token: &str| other.party().with_token(token).get("/v1/controllers").status;
    assert_eq!(asked(&token), 200);
    world.operator().makes("/v1/clients/crm/disablements", &json!({}));
    for token in [&token, &key] {
        let party: Party<'_> = other.party().with_token(token);
        party.post("/v1/lookups", &question("tandgruppen-malmo")).is_problem(401, "unauthorized");
    }
    assert_eq!(asked(&token), 401);
}

#[test]
fn a_client_that_another_instance_registered_is_never_told_that_its_token_is_wrong() {
    let world = World::on(Backend::Postgresql);
    let other = world.beside();
    let token = world.crm().token().to_owned();
    let party = other.party().with_token(&token);
    let ask = || party.post("/v1/lookups", &question("tandgruppen-malmo"));
    let early = ask();
    early.is_problem(503, "not-ready");
    assert_eq!(early.header("retry-after"), "2");
    other.housekeeping();
    assert_eq!(ask().status, 200);
}
