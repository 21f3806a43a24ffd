//! An export goes to another country, and what its numbers were read as goes with it.

use super::exports::export;
use super::{administrator, import};
use crate::support::{Party, World, objection, on_both};
use nejtack::store::Backend;
use serde_json::{Value, json};

const THERE: &str = "/v1/imports?controller=hammaslaakari&format=nejtack";
const LINES: &str = "application/x-ndjson";

/// With a clinic in Helsinki, and with one in Oslo.
fn nordic(world: &World) -> Party<'_> {
    for (slug, region) in [("hammaslaakari", "FI"), ("tannlege", "NO")] {
        let body = json!({"slug": slug, "name": slug, "region": region, "group": "tandgruppen"});
        world.operator().makes("/v1/controllers", &body);
    }
    administrator(world)
}

/// What it is told of a number.
fn number(crm: &Party<'_>, number: &str) -> String {
    crm.decision("hammaslaakari", "sms", &json!({"phones": [number]}))
}

on_both! {
    fn a_number_stays_what_it_was_read_as(world) {
        let other = World::on(Backend::Sqlite);
        let (admin, there) = (nordic(&world), nordic(&other));
        let service = world.service();
        // Finland has such numbers, too
        let body = objection("spt-1", &["tandgruppen"], &json!({"phones": ["040-628 04 00; 08-465 004 10"]}));
        let id = service.makes("/v1/objections", &body)["id"].as_str().expect("an id").to_owned();
        service.makes(&format!("/v1/objections/{id}/identifiers"), &json!({"person": {"phones": ["040-628 04 07"]}}));
        let (answer, lines) = export(&admin, "hammaslaakari");
        let read: Vec<_> = lines[0]["read_as"]["phones"][0].as_array().expect("a list").clone();
        assert!(read.contains(&json!("+46406280400")) && read.contains(&json!("+46846500410")), "{answer}");
        let report = import(&there, THERE, LINES, answer.text.clone());
        assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
        let (here, crm) = (world.crm(), other.crm());
        for digits in ["46406280400", "46846500410", "46406280407"] {
            assert_eq!(number(&crm, &format!("+{digits}")), "blocked", "{digits}");
        }
        for digits in ["358406280400", "358406280407", "358846500410"] {
            let digits = format!("+{digits}");
            assert_eq!(number(&here, &digits), number(&crm, &digits), "{digits}");
        }
        // and further on, from a country to another
        let third = World::on(Backend::Sqlite);
        let (again, _) = export(&there, "hammaslaakari");
        import(&nordic(&third), &THERE.replace("hammaslaakari", "tannlege"), LINES, again.text);
        let oslo = third.client(&json!({"client_id": "oslo", "role": "marketing-tool", "controllers": ["tannlege"]}));
        assert_eq!(oslo.decision("tannlege", "sms", &json!({"phones": ["+46406280400"]})), "blocked");
        assert_eq!(oslo.decision("tannlege", "sms", &json!({"phones": ["+46406280407"]})), "blocked");
    }

    fn a_postcode_keeps_its_country(world) {
        let other = World::on(Backend::Sqlite);
        let (admin, there) = (nordic(&world), nordic(&other));
        let home = |code: &str| json!({"name": {"given": "Kari", "family": "Berg"},
            "addresses": [{"street": "Storgata 1", "postal_code": code}]});
        world.service().makes("/v1/objections", &objection("spt-1", &["tannlege"], &home("0150")));
        let (answer, _) = export(&admin, "tannlege");
        let report = import(&there, THERE, LINES, answer.text.clone());
        assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
        assert_eq!(other.crm().decision("hammaslaakari", "post", &home("NO-0150")), "blocked");
    }

    fn a_number_that_no_line_tells_is_refused_and_not_moved(world) {
        let other = World::on(Backend::Sqlite);
        let (admin, there) = (nordic(&world), nordic(&other));
        world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &json!({"phones": ["040-628 04 00"]})));
        let (_, mut lines) = export(&admin, "hammaslaakari");
        // as lines were before they said it
        lines[0].as_object_mut().expect("a line").remove("read_as");
        let report = import(&there, THERE, LINES, lines[0].to_string());
        assert_eq!(report.statuses(), ["refused"], "{}", report.answer);
        let errors = report.lines[0]["problem"]["errors"].as_array().expect("a list");
        assert!(errors.iter().any(|error| error["code"] == "ambiguous"), "{}", report.answer);
        // at home the tags say it
        let mut lost: Value = lines[0].clone();
        lost["id"] = json!("01a22355-9a8f-70d5-a555-cd226967fbec");
        assert_eq!(import(&admin, THERE, LINES, lost.to_string()).statuses(), ["recorded"]);
    }
}

#[test]
fn an_export_is_taken_for_one_controller_and_not_for_a_group() {
    let world = World::on(Backend::Sqlite);
    let admin = nordic(&world);
    world.service().makes(
        "/v1/objections",
        &objection("spt-1", &["tandgruppen"], &json!({"emails": ["anna.karin@exempel.example"]})),
    );
    let (answer, _) = export(&admin, "hammaslaakari");
    let path = THERE.replace("hammaslaakari", "tandgruppen");
    import(&admin, &path, LINES, answer.text)
        .answer
        .is_problem(422, "unprocessable")
        .at("/controller", "not_one_controller");
}
