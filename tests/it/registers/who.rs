//! Who may add, load and bind; and what is wrong with what they say.

use super::{ON_IT, csv, days_ago, nix, sent};
use crate::support::on_both;
use serde_json::{Value, json};

on_both! {
    fn only_with_the_scope(world) {
        nix(&world);
        let crm = world.crm();
        crm.post("/v1/registers", &json!({"slug": "a-b", "name": "A"})).is_problem(403, "insufficient-scope");
        sent(&crm, "nix-telefon", &format!("date={}", days_ago(1)), "text/csv", csv(&[ON_IT])).is_problem(403, "insufficient-scope");
        crm.post("/v1/registers/nix-telefon/bindings", &json!({})).is_problem(403, "insufficient-scope");
        crm.get("/v1/registers/nix-telefon/bindings").is_problem(403, "insufficient-scope");
        assert_eq!(crm.get("/v1/registers").status, 200, "whoever asks may know what counts");
        assert_eq!(crm.get("/v1/registers/nix-telefon/versions").status, 200);
        world.service().get("/v1/registers").is_problem(403, "insufficient-scope");
    }

    fn everything_wrong_is_told_at_once(world) {
        let admin = world.operator();
        let wrong = json!({"slug": "A", "name": "x\u{1}", "max_age_days": 0, "region": "se", "columns": "nej"});
        let answer = admin.post("/v1/registers", &wrong);
        answer.is_problem(422, "unprocessable").at("/slug", "slug").at("/name", "control_characters");
        answer.at("/holds", "required").at("/channels", "required").at("/max_age_days", "out_of_range");
        answer.at("/region", "region").at("/columns", "columns");
        admin.post("/v1/registers", &json!({"slug": "x-y", "name": "X", "preset": "nix-telefon", "region": "ZZ"})).at("/region", "region");
        let danish = json!({"slug": "robinson", "name": "R", "preset": "dk-robinson", "columns": "phone:a"});
        admin.post("/v1/registers", &danish).at("/columns", "columns");
        admin.post("/v1/registers", &json!({"slug": "x-y", "name": "X", "preset": "nix"})).is_problem(400, "malformed");
        nix(&world);
        admin.post("/v1/registers", &json!({"slug": "nix-telefon", "name": "Annan", "preset": "nix-telefon"})).is_problem(409, "name-taken");
        admin.post("/v1/registers", &json!({"slug": "annan", "name": "NIX-Telefon", "preset": "nix-telefon"})).is_problem(409, "name-taken");
        let nobody = json!({"controllers": ["finns-inte"]});
        admin.post("/v1/registers/nix-telefon/bindings", &nobody).at("/controllers/0", "unknown_controller");
        admin.post("/v1/registers/finns-inte/bindings", &json!({})).is_problem(404, "not-found");
    }

    fn a_bound_client_touches_only_what_binds_its_own(world) {
        nix(&world);
        let admin = world.operator();
        let bound = |slugs: &[&str]| admin.makes("/v1/registers/nix-telefon/bindings", &json!({"controllers": slugs}))["id"].as_str().expect("an id").to_owned();
        let path = |id: &str| format!("/v1/registers/nix-telefon/bindings/{id}/endings");
        let own = world.client(&json!({"client_id": "malmo", "role": "admin", "controllers": ["tandgruppen-malmo", "optiker-ek"]}));
        let group = admin.get("/v1/registers/nix-telefon/bindings").body["bindings"][0]["id"].as_str().expect("an id").to_owned();
        let (mine, both) = (bound(&["tandgruppen-malmo"]), bound(&["tandgruppen-malmo", "tandgruppen-goteborg"]));
        let file = || csv(&[ON_IT]);
        let date = format!("date={}", days_ago(1));
        let head = world.app_position();
        for id in [&group, &both] {
            own.post(&path(id), &json!({})).is_problem(403, "controller-not-yours");
        }
        sent(&own, "nix-telefon", &date, "text/csv", file()).is_problem(403, "controller-not-yours");
        own.post("/v1/registers/nix-telefon/bindings", &json!({"controllers": ["tandgruppen"]})).is_problem(403, "controller-not-yours");
        assert_eq!(world.app_position(), head, "nothing was recorded");
        assert_eq!(own.makes(&path(&mine), &json!({}))["ended"], true);
        for id in [&group, &both] {
            admin.makes(&path(id), &json!({}));
        }
        let all = own.makes("/v1/registers/nix-telefon/bindings", &json!({}));
        assert_eq!(all["controllers"], json!(["tandgruppen-malmo", "optiker-ek"]), "without any, all of its own: {all}");
        crate::registers::loaded(&sent(&own, "nix-telefon", &date, "text/csv", file()));
    }

    fn a_dry_run_records_nothing_and_a_retry_nothing_more(world) {
        let admin = world.operator();
        let head = world.app_position();
        let new = json!({"slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon", "max_age_days": 30});
        let dry = admin.post("/v1/registers?dry_run=true", &new);
        assert_eq!((dry.status, &dry.body["receipt"], world.app_position()), (200, &Value::Null, head), "{dry}");
        let first = admin.post_once("/v1/registers", "k", &new);
        let again = admin.post_once("/v1/registers", "k", &new);
        assert_eq!((first.status, &first.body["id"]), (201, &again.body["id"]), "{again}");
        assert_eq!(first.body["max_age_days"], 30, "a preset can be said otherwise: {first}");
        assert_eq!(admin.post("/v1/registers/nix-telefon/bindings?dry_run=true", &json!({})).status, 200);
        assert_eq!(world.app_position(), head + 1);
    }
}
