//! Receipts: whoever posted can prove it later, offline.

use super::{key, text};
use crate::support::{World, objection, on_both, person};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nejtack::crypto::digest::salted;
use nejtack::evidence::checkpoint::{CheckpointError, LogKey, LogSigner};
use nejtack::evidence::receipt::{Receipt, ReceiptError};
use serde_json::{Value, json};

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(text(value)).expect("base64")
}

on_both! {
    fn a_receipt_proves_what_was_posted(world) {
        let service = world.service();
        let body = objection("spt-1", &["tandgruppen"], &person());
        let made = service.makes("/v1/objections", &body);
        let receipt = Receipt::read(text(&made["receipt"])).unwrap();
        let checkpoint = receipt.check(&key(&world)).unwrap();
        let newest = world.stranger().get("/log/checkpoint").text;
        assert_eq!(key(&world).open(&newest).unwrap(), checkpoint);
        let entry: Value = serde_json::from_str(&receipt.extra.entry).unwrap();
        assert_eq!(entry["kind"], "objection.recorded");
        assert_eq!((&entry["id"], &entry["time"]), (&made["id"], &made["received_at"]));
        let salt = STANDARD.decode(receipt.extra.submission_salt.unwrap()).unwrap();
        let canonical = serde_json_canonicalizer::to_vec(&body).unwrap();
        assert_eq!(salted(&salt.try_into().unwrap(), &canonical).to_vec(), bytes(&entry["submission"]));
    }

    fn a_lost_receipt_is_given_again(world) {
        let service = world.service();
        let made = service.makes("/v1/objections", &objection("spt-1", &[], &person()));
        service.makes("/v1/objections", &objection("spt-2", &[], &person()));
        let path = format!("/v1/objections/{}/receipt", text(&made["id"]));
        assert_eq!(service.get(&path).text, text(&made["receipt"]));
        let staff = world.staff();
        assert_eq!(staff.get(&path).text, text(&made["receipt"]));
        let other = world.client(&json!({
            "client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"}));
        other.get(&path).is_problem(404, "not-found");
        world.crm().get(&path).is_problem(403, "insufficient-scope");
    }

    fn later_events_and_lines_of_a_batch_have_receipts_too(world) {
        let service = world.service();
        let lines = json!([objection("spt-1", &[], &person()), objection("spt-2", &[], &person())]);
        let batch = service.post("/v1/objections/batch", &lines);
        let staff = world.staff();
        let events = staff.makes("/v1/withdrawals", &json!({"person": person(), "controllers": ["tandgruppen-malmo"]}));
        let all = [&batch.body[0], &batch.body[1], &events["withdrawals"][0], &events["withdrawals"][1]];
        let mut positions = Vec::new();
        for one in all {
            let receipt = Receipt::read(text(&one["receipt"])).unwrap();
            receipt.check(&key(&world)).unwrap();
            let entry: Value = serde_json::from_str(&receipt.extra.entry).unwrap();
            positions.push(entry["position"].as_u64().unwrap());
        }
        positions.sort_unstable(); // lines of a batch go side by side
        positions.dedup();
        assert_eq!(positions.len(), 4, "each has an entry of its own");
    }

    fn a_dry_run_has_no_receipt(world) {
        let body = objection("spt-1", &[], &person());
        let checked = world.service().post("/v1/objections?dry_run=true", &body);
        assert_eq!((checked.status, &checked.body["receipt"]), (200, &Value::Null), "{checked}");
    }

    fn a_log_goes_on_after_a_restart(world) {
        let before = world.stranger().get("/log/checkpoint").text;
        let old = key(&world).open(&before).unwrap();
        let world = world.restarted();
        let made = world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
        let checkpoint = Receipt::read(text(&made["receipt"])).unwrap().check(&key(&world)).unwrap();
        assert!(checkpoint.size > old.size);
    }
}

/// A receipt among others, and its log's key.
fn example() -> (String, LogKey) {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let service = world.service();
    for number in 0..5 {
        service.makes("/v1/objections", &objection(&format!("spt-{number}"), &[], &person()));
    }
    let made = service.makes("/v1/objections", &objection("spt-9", &[], &person()));
    (text(&made["receipt"]).to_owned(), key(&world))
}

#[test]
fn a_receipt_with_any_byte_changed_is_refused() {
    let (good, key) = example();
    assert!(Receipt::read(&good).unwrap().check(&key).is_ok());
    for at in 0..good.len() {
        for with in [1_u8, 4, 32] {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= with;
            let Ok(bad) = String::from_utf8(bytes) else { continue };
            let checked = Receipt::read(&bad).and_then(|receipt| receipt.check(&key));
            assert!(checked.is_err(), "byte {at} may be changed by {with}:\n{bad}");
        }
        if let Some(cut) = good.get(..at) {
            assert!(Receipt::read(cut).and_then(|cut| cut.check(&key)).is_err(), "cut at {at}");
        }
    }
}

#[test]
fn a_receipt_counts_in_its_own_log_alone() {
    let (good, _) = example();
    let receipt = Receipt::read(&good).unwrap();
    let own_name = receipt.checkpoint.lines().next().unwrap();
    let foreign = |origin: &str| {
        let key = LogSigner::new(origin, &[7; 32]).unwrap().key().to_owned();
        receipt.check(&LogKey::read(&key).unwrap()).unwrap_err()
    };
    let foreign_log =
        |error| matches!(error, ReceiptError::Checkpoint(CheckpointError::ForeignLog { .. }));
    assert!(foreign_log(foreign("nejtack.invalid/another")));
    assert!(foreign_log(foreign(own_name)));
}

#[test]
fn keys_that_are_none_are_refused() {
    let (_, key) = example();
    let own = format!("{}+00000000+AQ==", key.origin());
    for bad in ["", "a", "a+b+c", &own, "nejtack.invalid/x+1a2b3c4d+AQk4"] {
        assert_eq!(LogKey::read(bad).err(), Some(CheckpointError::Malformed), "{bad}");
    }
}
