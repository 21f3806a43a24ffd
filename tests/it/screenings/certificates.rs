//! Certificates are entries of the ledger, proven like all others.

use super::{EMAIL, THREE, counts, csv, one_objected};
use crate::support::{World, on_both};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nejtack::app::verify::{Asked, Verdict, verify_database};
use nejtack::crypto::root_key::RootKey;
use nejtack::evidence::checkpoint::LogKey;
use nejtack::evidence::receipt::Receipt;
use serde_json::Value;

on_both! {
    fn a_certificate_stands_in_the_log_and_its_receipt_proves_it(world) {
        one_objected(&world);
        let crm = world.crm();
        let certificate = csv(&crm, EMAIL, THREE).completed(&crm);
        csv(&crm, EMAIL, "").broken(&crm, 1, "empty");
        let key = LogKey::read(&world.stranger().get("/log/key").text).expect("a key");
        let receipt = Receipt::read(certificate["receipt"].as_str().expect("a receipt")).expect("a receipt");
        receipt.check(&key).expect("it stands in the log");
        // all that the certificate says is in the entry that is proven
        let entry: Value = serde_json::from_str(&receipt.extra.entry).expect("JSON");
        assert_eq!((&entry["kind"], &entry["client"], &entry["id"]), (&"screening.completed".into(), &"crm".into(), &certificate["id"]));
        let said = &entry["screening"];
        let told = ["row_count", "clear_count", "blocked_count", "undecidable_count", "kept_count"].map(|name| said[name].as_i64().expect(name));
        assert_eq!(told, counts(&certificate));
        let digest: String = STANDARD.decode(said["received_digest"].as_str().expect("a digest")).expect("base64").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(certificate["received"]["sha256"], digest.as_str());
        let root_key = RootKey::read(&world.folder.path().join("root.key")).expect("the key").key;
        let asked = Asked { key: None, since: None };
        let verdict = verify_database(&world.place.url, &root_key, &asked, |_, _| ()).expect("judged");
        assert!(matches!(verdict, Verdict::Sound(_)), "{verdict:?}");
        // and it is there for all time
        let token = crm.token().to_owned();
        drop(crm);
        let world = world.restarted();
        let id = certificate["id"].as_str().expect("an id");
        let again = crate::screenings::certificate(&world.stranger().with_token(&token), id);
        assert_eq!(counts(&again), counts(&certificate));
    }
}

#[test]
fn use_is_counted_by_identifiers_and_a_quota_never_stops_a_file() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let crm = world.client(&serde_json::json!({"client_id": "crm", "role": "marketing-tool",
        "controllers": ["tandgruppen"], "quota_per_day": 2}));
    // five identifiers: an unreadable one was given too
    let back = csv(&crm, EMAIL, THREE);
    back.completed(&crm);
    assert!(back.header("ratelimit").contains("r=0;"), "{}", back.header("ratelimit"));
    let refused = csv(&crm, EMAIL, THREE);
    assert_eq!((refused.status, &refused.problem()["code"]), (429, &"quota-exceeded".into()));
    assert_eq!(refused.id(), "", "no screening began");
    world.app.housekeeping();
    let auditor = world.client(&serde_json::json!({"client_id": "revisor", "role": "auditor"}));
    let uses = auditor.get("/v1/audit").body;
    let own =
        uses["uses"].as_array().expect("uses").iter().find(|one| one["operation"] == "screening");
    let own = own.unwrap_or_else(|| panic!("{uses}"));
    assert_eq!(
        (&own["client"], &own["requests"], &own["identifiers"]),
        (&"crm".into(), &1.into(), &5.into())
    );
}
