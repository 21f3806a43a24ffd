//! What each command prints, and what it is refused with.

use super::{Folder, stderr};
use serde_json::{Value, json};

/// A group with two clinics, one of them a member.
fn clinics() -> Folder {
    let folder = Folder::started();
    folder.done(&[
        "controllers",
        "add",
        "tandgruppen-goteborg",
        "--name",
        "Tandgruppen Göteborg",
        "--organisation-number",
        "559999-0016",
        "--group",
        "tandgruppen",
    ]);
    folder.done(&["controllers", "add", "tandgruppen-malmo", "--name", "Tandgruppen Malmö"]);
    folder
}

#[test]
fn groups_are_added_listed_joined_and_left() {
    let folder = clinics();
    folder.done(&["groups", "join", "tandgruppen", "tandgruppen-malmo"]);
    let group = &folder.json(&["groups", "list"])["groups"][0];
    assert_eq!(group["controllers"], json!(["tandgruppen-goteborg", "tandgruppen-malmo"]));
    let left = folder.json(&["groups", "leave", "tandgruppen", "tandgruppen-malmo"]);
    assert_eq!(left["controllers"], json!(["tandgruppen-goteborg"]));
    let table = folder.done(&["groups", "list"]);
    assert_eq!(
        table,
        "GROUP        NAME         CONTROLLERS\ntandgruppen  Tandgruppen  tandgruppen-goteborg\n"
    );
}

#[test]
fn a_controller_is_renamed_and_its_old_slug_still_leads_to_it() {
    let folder = clinics();
    folder.done(&["controllers", "rename", "tandgruppen-malmo", "--slug", "tandgruppen-lund"]);
    folder.done(&["groups", "join", "tandgruppen", "tandgruppen-malmo"]);
    let list = folder.json(&["controllers", "list"]);
    assert_eq!(list["controllers"][1]["slug"], "tandgruppen-lund");
    assert_eq!(list["controllers"][1]["name"], "Tandgruppen Malmö");
    assert_eq!(list["controllers"][1]["groups"], json!(["tandgruppen"]));
    let told = folder.refused(&["controllers", "add", "tandgruppen-malmo", "--name", "Another"]);
    assert!(told.lines().count() >= 1, "{told}");
}

#[test]
fn a_client_gets_its_secret_once() {
    let folder = clinics();
    let crm = ["clients", "add", "crm", "--role", "marketing-tool", "--controller", "tandgruppen"];
    let added = folder.json(&crm);
    assert_eq!(added["client_id"], "crm");
    let secret = added["client_secret"].as_str().expect("a secret").to_owned();
    assert!(secret.len() >= 32, "{secret}");
    let list = folder.json(&["clients", "list"]);
    assert_eq!(list["clients"][0]["client_id"], "crm");
    assert!(!list.to_string().contains(&secret));

    let rotated = folder.json(&["clients", "rotate", "crm"]);
    assert_ne!(rotated["client_secret"], json!(secret));
    let changed = folder.json(&["clients", "change", "crm", "--quota", "50"]);
    assert_eq!((&changed["client_id"], &changed["quota_per_day"]), (&json!("crm"), &json!(50)));
    let told =
        folder.done(&["clients", "change", "crm", "--scope", "lookups:decide", "--no-quota"]);
    assert!(told.contains("lookups:decide") && !told.contains("screenings:run"), "{told}");
    let key = folder.done(&["clients", "static-key", "crm", "--expires", "2027-06-30"]);
    assert!(key.contains("njt_") && key.contains("shown this once"), "{key}");
    assert_eq!(folder.json(&["clients", "disable", "crm"])["disabled"], true);
    let told = folder.refused(&["token", "--client", "crm"]);
    assert!(!told.is_empty());
}

#[test]
fn a_gateway_is_told_which_address_to_set() {
    let folder = clinics();
    let add = |slug, form| {
        [
            "clients",
            "add",
            slug,
            "--role",
            "sms-gateway",
            "--controller",
            "tandgruppen",
            "--sms-form",
            form,
        ]
    };
    let told = folder.done(&add("elks", "46elks"));
    assert!(
        told.contains("/v1/inbound-sms/46elks/njs_") && told.contains("shown this once"),
        "{told}"
    );
    let beside = tempfile::tempdir().expect("a folder");
    let file = beside.path().join("twilio.token");
    std::fs::write(&file, "0123456789abcdef0123456789abcdef\n").expect("written");
    let token = ["--sms-auth-token", file.to_str().expect("UTF-8")];
    let told = folder.done(&[&add("twilio", "twilio")[..], &token].concat());
    assert!(
        told.contains("/v1/inbound-sms/twilio/twilio")
            && told.contains("as the fallback URL too")
            && !told.contains("0123456789"),
        "{told}"
    );
    let told = folder.done(&[&["clients", "rotate", "twilio"][..], &token].concat());
    assert!(told.contains("auth token") && !told.contains("0123456789"), "{told}");
    let told = folder.refused(&["clients", "rotate", "twilio"]);
    assert!(told.contains("auth token"), "{told}");
    let told = folder.json(&["clients", "rotate", "elks"]);
    assert!(
        told["webhook_urls"][0].as_str().is_some_and(|url| url.contains("://elks:njs_")),
        "{told}"
    );
    let list = folder.json(&["clients", "list"]);
    assert_eq!(list["clients"][0]["sms"]["form"], "46elks", "{list}");
}

#[test]
fn a_client_with_a_key_of_its_own_has_no_secret_and_never_sends_the_private_half() {
    let folder = clinics();
    let file = folder.outer.path().join("key.jwk");
    let add = |jwk: &Value| {
        std::fs::write(&file, jwk.to_string()).expect("written");
        let name = file.to_str().expect("UTF-8");
        folder.run(&[
            "clients",
            "add",
            "sparrtjanst",
            "--role",
            "objection-service",
            "--organisation-number",
            "559999-0008",
            "--jwk",
            name,
            "--json",
        ])
    };
    let public = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    });
    let mut private = public.clone();
    private["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    let output = add(&private);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("private key"), "{}", stderr(&output));
    let output = add(&public);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let added: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(added["client_id"], "sparrtjanst");
    assert_eq!(added["client_secret"], Value::Null);
}

#[test]
fn a_token_stands_alone_on_its_line() {
    let folder = clinics();
    folder.done(&["clients", "add", "revisor", "--role", "auditor"]);
    let token = folder.done(&["token", "--client", "revisor"]);
    assert_eq!(token.lines().count(), 1);
    assert_eq!(token.trim().split('.').count(), 3, "{token}");
    let json = folder.json(&["token", "--client", "revisor"]);
    assert_eq!(json["token_type"], "Bearer");
    assert!(json["expires_in"].as_u64().is_some_and(|seconds| seconds <= 900), "{json}");
}

#[test]
fn the_root_key_is_exported_and_can_be_typed_back() {
    let folder = Folder::started();
    let status = folder.json(&["keys", "status"]);
    let exported = folder.json(&["keys", "export"]);
    assert_eq!(exported["root_key_id"], status["root_key"]);
    let printed = folder.done(&["keys", "export"]);
    std::fs::write(folder.file("root.key"), printed.to_uppercase()).expect("written");
    assert_eq!(folder.json(&["keys", "status"]), status);
    assert!(folder.done(&["keys", "status"]).contains("KEY"));
}

#[test]
fn what_is_refused_says_what_and_where() {
    let folder = clinics();
    let told = folder.refused(&["groups", "add", "Tand Gruppen", "--name", "T"]);
    assert!(told.contains("/slug"), "{told}");
    let told = folder.refused(&["groups", "join", "tandgruppen", "nobody"]);
    assert!(told.len() > "nejtack: \n".len(), "{told}");
    let told = folder.refused(&["groups", "join", "../controllers", "nobody"]);
    assert!(told.len() > "nejtack: \n".len(), "{told}");
    let told = folder.refused(&["clients", "add", "crm", "--role", "marketing-tool"]);
    assert!(told.contains("controllers"), "{told}");
}

#[test]
fn the_openapi_document_needs_no_instance() {
    let output = super::nejtack().arg("openapi").output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
}

#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    let folder = Folder::started();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = super::nejtack()
        .args(["keys", "export", "--data"])
        .arg(&folder.data)
        .stdout(full)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("could not be written"), "{}", stderr(&output));
}

#[test]
fn the_tag_key_is_rotated_beside_a_server_and_without_one() {
    let folder = Folder::started();
    let told = folder.done(&["keys", "rotate"]);
    assert!(told.starts_with("Every tag is now under version 2 of its key."), "{told}");
    let serving = folder.serve();
    let rotated = folder.json(&["keys", "rotate"]);
    assert_eq!(rotated, json!({"purpose": "tag", "version": 3}));
    serving.kill();
    let status = folder.json(&["keys", "status"]);
    assert_eq!(status["keys"][0], json!({"purpose": "tag", "version": 3}));
    assert_eq!((&status["keys"][1]["version"], &status["rotation"]), (&json!(1), &Value::Null));
}
