//! The pages for people, which work without the internet, and the headers that
//! protect every answer.

use super::{document, operations, resolved};
use crate::support::{Answer, World};
use nejtack::store::Backend;
use std::collections::BTreeSet;

/// The values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let before = format!("{name}=\"");
    let values = page.split(&before).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_docs_are_served_whole_from_here() {
    let world = World::on(Backend::Sqlite);
    let get = |path: &str| {
        let http = crate::support::http().redirect(reqwest::redirect::Policy::none());
        Answer::of(http.build().expect("a client").get(format!("{}{path}", world.url)))
    };
    let moved = get("/docs");
    assert_eq!((moved.status, moved.header("location")), (308, "/docs/"));
    let page = get("/docs/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"), "{page}");
    let csp = page.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(csp.split(';').any(|own| own.trim() == rule), "{rule}: {csp}");
    }
    assert!(!csp.contains("http") && !csp.contains("unsafe-eval") && !csp.contains('*'), "{csp}");

    // Under this CSP no script within the page runs, and nothing comes from elsewhere.
    for script in page.text.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or("");
        assert!(tag.contains("src="), "a script in the page: {script}");
    }
    assert!(!page.text.contains("://") && !page.text.contains(" onload="), "{page}");
    let assets: BTreeSet<_> =
        attributes(&page.text, "src").into_iter().chain(attributes(&page.text, "href")).collect();
    assert!(assets.len() >= 4, "{assets:?}");
    for asset in assets {
        let path = format!("/docs/{}", asset.trim_start_matches("./"));
        let file = get(&path);
        assert_eq!(file.status, 200, "{path}");
        let kind = match path.rsplit('.').next() {
            Some("js") => ["text/javascript", "application/javascript"].as_slice(),
            Some("css") => &["text/css"],
            Some("png") => &["image/png"],
            _ => panic!("{path}: of what type?"),
        };
        let is = file.header("content-type").split(';').next().unwrap_or("");
        assert!(kind.contains(&is), "{path}: {is}");
    }
    let settings = get("/docs/swagger-initializer.js");
    assert!(settings.text.contains("\"/openapi.json\""), "{settings}");
    assert!(settings.text.contains("\"validatorUrl\": \"none\""), "{settings}");
    assert!(!settings.text.contains("://"), "{settings}");
    assert_eq!(get("/docs/oauth2-redirect.html").status, 200);
    get("/docs/nothing.js").is_problem(404, "not-found");
    get("/docs/..%2f..%2froot.key").is_problem(404, "not-found");
    let document = document();
    let flow = &document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"];
    assert_eq!(flow["tokenUrl"], "/oauth2/token", "Authorize asks this service itself");
    assert_eq!(document["servers"][0]["url"], "/");
}

#[test]
fn every_error_that_is_documented_has_its_page() {
    let world = World::on(Backend::Sqlite);
    let document = document();
    let mut codes = BTreeSet::new();
    for one in operations(&document) {
        for response in one.described["responses"].as_object().expect("responses").values() {
            let examples =
                resolved(&document, response)["content"]["application/problem+json"]["examples"]
                    .as_object();
            codes.extend(examples.into_iter().flatten().map(|(code, _)| code.clone()));
        }
    }
    assert!(codes.len() > 15, "{codes:?}");
    codes.extend(nejtack::http::problem::kinds::EVERY.iter().map(|kind| kind.code.to_owned()));
    let list = world.stranger().get("/problems/");
    assert_eq!(list.status, 200);
    for code in codes {
        let page = world.stranger().get(&format!("/problems/{code}"));
        assert_eq!(page.status, 200, "{code}");
        assert!(page.header("content-type").starts_with("text/html"), "{code}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{code}");
        assert!(page.text.contains(&format!("<code>{code}</code>")), "{page}");
        assert!(!page.text.contains("://") && !page.text.contains("<script"), "{page}");
        assert!(list.text.contains(&format!("href=\"/problems/{code}\"")), "{code} is not listed");
    }
    world.stranger().get("/problems/finns-inte").is_problem(404, "not-found");
}

#[test]
fn every_answer_is_protected_and_has_an_id_of_its_own() {
    let world = World::on(Backend::Sqlite);
    let admin = world.client(&serde_json::json!({"client_id": "admin", "role": "admin"}));
    let own = "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42";
    let mut ids = BTreeSet::new();
    for (method, path, status) in [
        ("GET", "/v1/clients", 200),
        ("POST", "/v1/clients", 415),
        ("DELETE", "/v1/clients", 405),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/objections", 403),
        ("POST", "/oauth2/token", 400),
        ("GET", "/health/live", 200),
        ("HEAD", "/health/ready", 200),
        ("GET", "/docs/", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/problems/", 200),
        ("GET", "/.well-known/jwks.json", 200),
        ("OPTIONS", "/v1/clients", 405),
        ("GET", "/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/metrics", 200),
    ] {
        let request = admin
            .request(method, path)
            .header("X-Request-Id", own)
            .header("Origin", "https://annan.example");
        let answer = Answer::of(request);
        let header = |name| answer.header(name);
        if status != 404 || path != "/" {
            assert_eq!(answer.status, status, "{method} {path}: {answer}");
        }
        assert_eq!(header("x-content-type-options"), "nosniff", "{method} {path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{method} {path}");
        assert!(
            header("content-security-policy").contains("frame-ancestors 'none'"),
            "{method} {path}"
        );
        assert_eq!(
            (header("server"), header("access-control-allow-origin")),
            ("", ""),
            "{method} {path}"
        );
        let id = header("x-request-id").to_owned();
        assert!(
            uuid::Uuid::parse_str(&id).is_ok_and(|id| id.get_version_num() == 7),
            "{method} {path}: {id}"
        );
        assert!(id != own && ids.insert(id), "an id of its own");
        if path.starts_with("/v1") || path.starts_with("/oauth2") || path.starts_with("/health") {
            assert_eq!(header("cache-control"), "no-store", "{method} {path}");
        }
        if answer.status >= 400 && path != "/oauth2/token" {
            assert_eq!(answer.body["instance"], header("x-request-id"), "{answer}");
        }
    }
}
