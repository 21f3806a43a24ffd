//! Recording objections: what is accepted, what is refused, and what a retry gets.

use crate::support::{World, objection, on_both, person};
use serde_json::{Value, json};

on_both! {
    fn an_objection_is_recorded_and_blocks_at_once(world) {
        let service = world.service();
        let made = service.post("/v1/objections", &objection("spt-1", &[], &person()));
        assert_eq!(made.status, 201, "{made}");
        assert_eq!(made.body["status"], "recorded");
        assert_eq!(made.body["reference"], "spt-1");
        assert_eq!(made.body["effective_at"], made.body["received_at"]);
        let id = made.body["id"].as_str().unwrap();
        assert_eq!(made.header("location"), format!("/v1/objections/{id}"));
        let crm = world.crm();
        for channel in ["email", "sms", "phone", "automated_call", "post", "unaddressed_post", "online", "profiling", "disclosure"] {
            let asked = json!({"emails": ["ANNA.KARIN+kampanj@exempel.example"]});
            assert_eq!(crm.decision("tandgruppen-malmo", channel, &asked), "blocked");
        }
    }

    fn the_same_reference_and_content_get_the_first_answer_again(world) {
        let service = world.service();
        let body = objection("spt-1", &["tandgruppen"], &person());
        let first = service.makes("/v1/objections", &body);
        // another order and spacing of the same JSON is the same content
        let mut again: Value = serde_json::from_str(&serde_json::to_string_pretty(&body).unwrap()).unwrap();
        again["person"] = body["person"].clone();
        assert_eq!(service.makes("/v1/objections", &again), first);
        let mut other = body;
        other["person"]["emails"] = json!(["annan@exempel.example"]);
        service.post("/v1/objections", &other).is_problem(409, "reference-reused");
        assert_eq!(world.crm().decision("tandgruppen-malmo", "email", &json!({"emails": ["annan@exempel.example"]})), "clear");
    }

    fn a_retry_survives_a_restart(world) {
        let service = world.service();
        let body = objection("spt-1", &[], &person());
        let first = service.makes("/v1/objections", &body);
        let token = service.token().to_owned();
        drop(service);
        let world = world.restarted();
        let service = world.stranger().with_token(&token);
        assert_eq!(service.makes("/v1/objections", &body), first);
        let crm = world.crm();
        assert_eq!(crm.decision("tandgruppen-malmo", "sms", &json!({"phones": ["+46 (0)70 174 06 05"]})), "blocked");
    }

    fn two_clients_may_use_the_same_reference(world) {
        let (one, two) = (world.service(), world.client(&json!({
            "client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"})));
        let body = objection("spt-1", &[], &person());
        assert_ne!(one.makes("/v1/objections", &body)["id"], two.makes("/v1/objections", &body)["id"]);
    }

    fn the_answer_never_tells_whether_the_person_was_known(world) {
        let service = world.service();
        let first = service.post("/v1/objections", &objection("spt-1", &[], &person()));
        let again = service.post("/v1/objections", &objection("spt-2", &[], &person()));
        assert_eq!((first.status, again.status), (201, 201));
        let shape = |answer: &crate::support::Answer| {
            let keys: Vec<_> = answer.body.as_object().unwrap().keys().cloned().collect();
            let mut headers: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
            headers.sort();
            // A proof is as long as the log is high.
            let receipt = answer.body["receipt"].to_string().len();
            headers.retain(|name| name != "content-length");
            // One time in a thousand a time has no digits behind the milliseconds.
            let times = ["received_at", "effective_at"].map(|at| answer.body[at].to_string().len());
            (keys, headers, answer.text.len() - receipt - times.iter().sum::<usize>())
        };
        assert_eq!(shape(&first), shape(&again));
        assert_ne!(first.body["id"], again.body["id"]);
    }

    fn what_cannot_be_read_is_a_warning_and_goes_to_review(world) {
        let service = world.service();
        let mut person = person();
        person["phones"] = json!(["070-174 06 05", "ring efter 17"]);
        let made = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person));
        assert_eq!(made["warnings"][0]["pointer"], "/person/phones/1");
        assert_eq!(made["warnings"][0]["code"], "unreadable");
        let staff = world.staff();
        let review = staff.get("/v1/review");
        assert_eq!(review.status, 200, "{review}");
        let item = &review.body["items"][0];
        assert_eq!((&item["objection"], &item["value"]), (&made["id"], &json!("ring efter 17")));
        let clearance = format!("/v1/review/{}/clearances", item["id"].as_str().unwrap());
        staff.makes(&clearance, &json!({"outcome": "unusable"}));
        staff.post(&clearance, &json!({"outcome": "unusable"})).is_problem(409, "event-not-possible");
        assert_eq!(staff.get("/v1/review").body["items"], json!([]));
    }

    fn nothing_readable_is_refused_and_nothing_is_recorded(world) {
        let service = world.service();
        let body = objection("spt-1", &[], &json!({"phones": ["ring efter 17"]}));
        service.post("/v1/objections", &body).is_problem(422, "nothing-readable").at("/person/phones/0", "unreadable");
        assert_eq!(service.get("/v1/objections?reference=spt-1").body["objections"], json!([]));
    }

    fn a_dry_run_checks_everything_and_records_nothing(world) {
        let service = world.service();
        let before = world.app.as_of().position;
        let body = objection("spt-1", &["tandgruppen"], &person());
        let checked = service.post("/v1/objections?dry_run=true", &body);
        assert_eq!((checked.status, &checked.body["status"]), (200, &json!("checked")), "{checked}");
        let mut late = body.clone();
        late["proxy"]["valid_until"] = json!("2026-11-19T19:00:00Z");
        service.post("/v1/objections?dry_run=true", &late).is_problem(422, "unprocessable").at("/proxy/valid_until", "expired");
        assert_eq!(world.app.as_of().position, before);
        service.makes("/v1/objections", &body);
        late["proxy"]["valid_until"] = Value::Null;
        late["person"]["emails"] = json!(["annan@exempel.example"]);
        service.post("/v1/objections?dry_run=true", &late).is_problem(409, "reference-reused");
    }

    fn an_idempotency_key_gets_the_first_answer_again(world) {
        let service = world.service();
        let mut body = objection("x", &[], &person());
        body["reference"] = Value::Null;
        let first = service.post_once("/v1/objections", "\"k-1\"", &body);
        assert_eq!(first.status, 201, "{first}");
        assert_eq!(service.post_once("/v1/objections", "k-1", &body).body, first.body);
        body["person"]["emails"] = json!(["annan@exempel.example"]);
        service.post_once("/v1/objections", "k-1", &body).is_problem(409, "idempotency-key-reused");
        let other = world.client(&json!({
            "client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"}));
        assert_eq!(other.post_once("/v1/objections", "k-1", &body).status, 201);
    }

    fn requests_with_one_key_at_once_make_one_objection(world) {
        let service = world.service();
        let body = objection("spt-1", &[], &person());
        let before = world.app.as_of().position;
        let ids: Vec<Value> = std::thread::scope(|scope| {
            let posts: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| service.post_once("/v1/objections", "k", &body)))
                .collect();
            posts.into_iter().map(|post| {
                let answer = post.join().unwrap();
                assert_eq!(answer.status, 201, "{answer}");
                answer.body["id"].clone()
            }).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(world.app.as_of().position, before + 1);
    }

    fn a_later_proxy_problem_kills_no_objection_and_a_bad_one_is_told_in_full(world) {
        let service = world.service();
        // it ran out between the objection and its arrival: that delay is ours
        let mut body = objection("spt-1", &[], &person());
        body["proxy"]["valid_until"] = json!("2026-11-20T12:00:00Z");
        service.makes("/v1/objections", &body);
        let mut bad = objection("spt-2", &["tandgruppen", "okand"], &person());
        bad["objected_at"] = json!("2999-01-01T00:00:00Z");
        bad["channels"] = json!(["email"]);
        bad["proxy"]["granted_at"] = json!("2999-01-01T00:00:00Z");
        bad["proxy"]["holder"]["organisation_number"] = json!("559999-0009");
        bad["proxy"]["document"] = json!({"media_type": "pdf"});
        let told = service.post("/v1/objections", &bad);
        told.is_problem(422, "unprocessable")
            .at("/objected_at", "in_the_future")
            .at("/channels", "all_by_proxy")
            .at("/proxy/granted_at", "in_the_future")
            .at("/proxy/holder/organisation_number", "organisation_number")
            .at("/proxy/document/media_type", "media_type");
        bad = objection("spt-2", &["tandgruppen", "okand"], &person());
        service.post("/v1/objections", &bad).is_problem(422, "unprocessable").at("/controllers/1", "unknown_controller");
        bad = objection("spt-2", &[], &person());
        bad["proxy"]["holder"]["organisation_number"] = json!("559999-0016");
        service.post("/v1/objections", &bad).is_problem(422, "unprocessable").at("/proxy/holder/organisation_number", "holder_not_client");
        bad = objection("spt-2", &[], &person());
        bad["proxy"] = Value::Null;
        service.post("/v1/objections", &bad).is_problem(422, "unprocessable").at("/proxy", "required");
    }

    fn a_proxy_gives_only_the_rights_it_names(world) {
        let service = world.service();
        for right in ["access", "erasure", "rectification", "portability", "restriction", "withdraw_objection"] {
            let mut body = objection("spt-1", &[], &person());
            body["right"] = json!(right);
            service.post("/v1/objections", &body).is_problem(422, "right-not-covered");
        }
        let mut body = objection("spt-1", &[], &person());
        body["proxy"]["rights"] = json!(["access"]);
        service.post("/v1/objections", &body).is_problem(422, "right-not-covered").at("/proxy/rights", "right_not_covered");
        assert_eq!(world.crm().decision("tandgruppen-malmo", "email", &person()), "clear");
    }

    fn a_document_of_5_mb_fits_and_its_digest_is_checked(world) {
        use base64::Engine;
        let service = world.service();
        let document = vec![b'%'; 5 * 1024 * 1024];
        let content = base64::engine::general_purpose::STANDARD.encode(&document);
        let mut body = objection("spt-1", &[], &person());
        body["proxy"]["document"] = json!({"media_type": "application/pdf", "content": content});
        service.makes("/v1/objections", &body);
        body = objection("spt-2", &[], &person());
        body["proxy"]["document"] = json!({"media_type": "application/pdf", "content": "JVBERg==", "sha256": "ab".repeat(32)});
        service.post("/v1/objections", &body).is_problem(422, "unprocessable").at("/proxy/document/sha256", "digest_mismatch");
    }

    fn an_objection_service_sees_its_own_acts_and_nothing_else(world) {
        let (service, other) = (world.service(), world.client(&json!({
            "client_id": "annan-tjanst", "role": "objection-service", "organisation_number": "559999-0008"})));
        let made = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
        let own = service.get(&path);
        assert_eq!(own.status, 200, "{own}");
        assert_eq!((&own.body["reference"], &own.body["status"]), (&json!("spt-1"), &json!("recorded")));
        assert!(own.body.get("record").is_none_or(Value::is_null), "{own}");
        assert_eq!(service.get("/v1/objections?reference=spt-1").body["objections"][0]["id"], made["id"]);
        other.get(&path).is_problem(404, "not-found");
        other.get("/v1/objections/0193a1b2-0000-7000-8000-000000000000").is_problem(404, "not-found");
        assert_eq!(other.get("/v1/objections?reference=spt-1").body["objections"], json!([]));
        // what staff do later is not the objection service's to know
        world.staff().makes(&format!("{path}/withdrawals"), &json!({}));
        assert_eq!(service.get(&path).body, own.body);
    }

    fn staff_see_how_it_came_and_originals_only_where_granted_with_an_entry(world) {
        let made = world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
        let staff = world.staff();
        let seen = staff.get(&path);
        assert_eq!(seen.status, 200, "{seen}");
        assert_eq!(seen.body["record"]["source"], "proxy");
        assert_eq!(seen.body["record"]["channels"], json!(["all"]));
        assert_eq!(seen.body["record"]["controllers"], json!(["tandgruppen"]));
        assert_eq!(seen.body["record"]["legal_basis"], "gdpr_6_1_c_21_3");
        assert!(!seen.text.contains("exempel.example"), "{seen}");
        let before = world.app.as_of().position;
        let reader = world.client(&json!({"client_id": "dataskyddsombud", "role": "staff", "controllers": ["tandgruppen"],
            "scopes": ["identifiers:read"]})).acting_as("maja.lund");
        let opened = reader.get(&path);
        assert!(opened.text.contains("Anna.Karin@exempel.example"), "{opened}");
        assert!(!opened.text.contains("19701104"), "a personnummer is tagged, not sealed: {opened}");
        assert_eq!(world.app.as_of().position, before + 2, "the client, and the reading");
        world.client(&json!({"client_id": "optik-personal", "role": "staff", "controllers": ["optiker-ek"]}))
            .acting_as("olle").get(&path).is_problem(404, "not-found");
    }

    fn staff_record_a_proxy_that_came_on_paper_for_their_own_controllers(world) {
        let staff = world.staff();
        let mut body = objection("brev-1", &[], &person());
        body["proxy"]["holder"]["organisation_number"] = json!("559999-0016");
        staff.makes("/v1/objections", &body);
        assert_eq!(world.crm().decision("tandgruppen-malmo", "email", &person()), "blocked");
        assert_eq!(world.optician().decision("optiker-ek", "email", &person()), "clear");
        staff.post("/v1/objections", &objection("brev-2", &["optiker-ek"], &person())).is_problem(403, "controller-not-yours");
    }

    fn added_identifiers_block_too(world) {
        let service = world.service();
        let made = service.makes("/v1/objections", &objection("spt-1", &[], &person()));
        let path = format!("/v1/objections/{}/identifiers", made["id"].as_str().unwrap());
        let added = json!({"person": {"emails": ["ny.adress@exempel.example"]}});
        let first = service.post_once(&path, "tillagg-1", &added);
        assert_eq!(first.status, 201, "{first}");
        assert_eq!(service.post_once(&path, "tillagg-1", &added).body, first.body);
        let crm = world.crm();
        assert_eq!(crm.decision("tandgruppen-malmo", "post", &json!({"emails": ["ny.adress@exempel.example"]})), "blocked");
        service.post(&path, &json!({"person": {"emails": ["ingenting"]}})).is_problem(422, "nothing-readable");
    }
}

#[test]
fn a_kind_that_is_off_is_dropped_with_a_warning_and_never_stored() {
    use nejtack::domain::identifier::{Kind, KindSet};
    let setup = crate::support::Setup {
        refused: KindSet::of(&[Kind::Personnummer]),
        ..crate::support::Setup::default()
    };
    let world = World::with(nejtack::store::Backend::Sqlite, setup);
    let made = world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
    assert_eq!(made["warnings"][0]["code"], "kind_refused");
    let only = json!({"personnummer": "19701104-2392"});
    assert_eq!(world.crm().decision("tandgruppen-malmo", "email", &only), "undecidable");
}
