//! A row that was there before, and one that only looks like it.

use super::exports::export;
use super::{OWN, administrator, csv, email, import};
use crate::support::{World, objection, on_both};
use diesel::connection::SimpleConnection as _;
use nejtack::store::Backend;
use serde_json::json;

const BO: &str = "bo.lind@exempel.example";

fn dated(date: &str) -> String {
    format!("email;avregistrerad\n{BO};{date}\n")
}

on_both! {
    fn a_second_no_of_a_date_that_cannot_be_read_is_another_no(world) {
        let (admin, crm, staff) = (administrator(&world), world.crm(), world.staff());
        let taken_back = || staff.makes("/v1/withdrawals", &json!({"person": {"emails": [BO]}, "controllers": ["tandgruppen-goteborg"]}));
        for (first, second) in [("31/05/2024", "28/11/2026"), ("2998-01-01", "2999-01-01"), ("i våras", "i höst")] {
            assert_eq!(csv(&admin, "csv", dated(first)).counts(), [1, 0, 0, 0], "{first}");
            taken_back();
            let again = csv(&admin, "csv", dated(first));
            assert_eq!(again.counts(), [0, 1, 0, 0], "{first}");
            assert_eq!(again.lines[0]["warnings"][0]["code"], "taken_back", "{}", again.answer);
            assert_eq!(email(&crm, BO), "clear", "{first}");
            assert_eq!(csv(&admin, "csv", dated(second)).counts(), [1, 0, 0, 0], "{second}");
            assert_eq!(email(&crm, BO), "blocked", "{second}");
            taken_back();
        }
        // what stands is known, and no more is to be said
        csv(&admin, "csv", dated("2024-05-31"));
        assert!(csv(&admin, "csv", dated("2024-05-31")).lines[0]["warnings"].is_null());
    }

    fn two_administrators_at_once_record_a_list_once(world) {
        let admins = [administrator(&world), world.client(&json!({"client_id": "admin-2", "role": "admin"})).acting_as("maja.lund")];
        let mut list = "email;datum\n".to_owned();
        (0..400).for_each(|at| list.push_str(&format!("person{at}@exempel.example;2024-05-31\n")));
        let reports = std::thread::scope(|threads| {
            let begun = admins.each_ref().map(|admin| threads.spawn(|| {
                let report = csv(admin, "csv", list.clone());
                (report.counts(), report.lines.iter().filter_map(|line| line["id"].as_str().map(str::to_owned)).collect::<Vec<_>>())
            }));
            begun.map(|thread| thread.join().expect("it ends"))
        });
        let [(one, ids), (other, other_ids)] = reports;
        assert_eq!((one[0] + other[0], one[1] + other[1]), (400, 400), "{one:?} {other:?}");
        assert_eq!(ids, other_ids);
        assert_eq!(ids.len(), 400);
        assert_eq!(export(&admins[0], "tandgruppen-goteborg").1.len(), 400);
    }

    fn an_objection_that_went_round_is_known_at_home(world) {
        let worlds = [World::on(Backend::Sqlite), World::on(Backend::Sqlite)];
        let home = administrator(&world);
        let body = objection("spt-1", &["tandgruppen"], &json!({"emails": [BO]}));
        world.service().makes("/v1/objections", &body);
        let path = format!("{OWN}&format=nejtack");
        let mut file = export(&home, "tandgruppen-goteborg").0.text;
        let first = file.clone();
        for other in &worlds {
            let there = administrator(other);
            let report = import(&there, &path, "application/x-ndjson", file);
            assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
            file = export(&there, "tandgruppen-goteborg").0.text;
        }
        let round = import(&home, &path, "application/x-ndjson", file);
        assert_eq!(round.counts(), [0, 1, 0, 0], "{}", round.answer);
        // whichever way it comes next
        let last = administrator_again(&worlds[1]);
        assert_eq!(import(&last, &path, "application/x-ndjson", first).counts(), [0, 1, 0, 0]);
    }
}

fn administrator_again(world: &World) -> crate::support::Party<'_> {
    world.client(&json!({"client_id": "admin-igen", "role": "admin"})).acting_as("elin.berg")
}

#[test]
fn what_was_imported_when_references_were_a_clients_own_is_known() {
    let world = World::on(Backend::Sqlite);
    let (admin, staff) = (administrator(&world), world.staff());
    for (date, before) in [("2024-05-31", "2024-05-31"), ("31/05/2024", "")] {
        let made = csv(&admin, "csv", dated(before));
        let id = made.lines[0]["id"].as_str().expect("an id").to_owned();
        as_it_was_tagged(&world, &admin, &id);
        let other = world
            .client(&json!({"client_id": format!("admin-{}", before.len()), "role": "admin"}))
            .acting_as("maja.lund");
        let again = csv(&other, "csv", dated(date));
        assert_eq!(again.counts(), [0, 1, 0, 0], "{}", again.answer);
        assert_eq!(again.lines[0]["id"], id, "{}", again.answer);
        // A date that could not be read told no rows apart: taken back, this may be a second no.
        staff.makes(
            &format!("/v1/objections/{id}/withdrawals"),
            &json!({"channels": ["all"], "controllers": ["tandgruppen-goteborg"]}),
        );
        let again = csv(&admin, "csv", dated(date));
        assert_eq!(again.counts()[0], i64::from(date != before), "{}", again.answer);
    }
}

/// Gives an imported objection the tag that it would have got when a reference was of the
/// client that ran the import.
fn as_it_was_tagged(world: &World, admin: &crate::support::Party<'_>, id: &str) {
    let (_, lines) = export(admin, "tandgruppen-goteborg");
    let line = lines.iter().find(|line| line["id"] == id).expect("it");
    let originals = line["originals"].as_array().expect("a list");
    let reference = originals.iter().find(|one| one["field"] == "reference").expect("one");
    let named = format!("admin\0{}", reference["value"].as_str().expect("a text"));
    let tag = crate::access::keyring(world).digest("reference", named.as_bytes());
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let id = id.replace('-', "");
    let sql = format!(
        "DROP TRIGGER IF EXISTS objections_update; UPDATE objections SET reference_tag = x'{}' WHERE id = x'{id}'",
        hex(&tag)
    );
    world.place.raw().batch_execute(&sql).expect("as it was");
}
