//! What comes beside the body: keys for retries, ids in the path, the query.

use super::arena::attack;
use super::{PLANTED, is_decent};
use crate::support::{Answer, World, objection, on_both, person};
use nejtack::store::Backend;

on_both! {
    fn an_idempotency_key_is_one_short_text_or_refused(world) {
        let service = world.service();
        let body = objection("nyckel", &[], &person());
        let before = world.app.as_of().position;
        let send = |keys: &[&[u8]]| {
            let mut request = service.request("POST", "/v1/objections").json(&body);
            for key in keys {
                let key = reqwest::header::HeaderValue::from_bytes(key).expect("a value");
                request = request.header("Idempotency-Key", key);
            }
            Answer::of(request)
        };
        let long = format!("{PLANTED}{}", "k".repeat(256));
        for bad in [&[long.as_bytes()][..], &[b"Qplanterat7731\xe5"], &["Qplanterat7731å".as_bytes()], &[b"a", b"b"],
            &[b"Qplanterat7731\tk"], &[b"\"Qplanterat7731"], &[b"Qplanterat7731\""], &[b"a", b"a"]] {
            let answer = send(bad);
            is_decent(&answer, "a key");
            assert!(answer.status == 400, "{bad:?}: {answer}");
        }
        assert_eq!(world.app.as_of().position, before, "nothing was recorded");
        // empty and blank count as absent; quotes do not make another key
        let first = send(&[b""]);
        assert_eq!(first.status, 201, "{first}");
        for same in [&b" "[..], b"\"\"", b"k", b"\"k\"", b" k ", "k".repeat(255).as_bytes()] {
            assert_eq!(send(&[same]).body, first.body);
        }
        assert_eq!(world.app.as_of().position, before + 1);
    }

    fn a_query_that_is_none_is_a_problem_and_never_a_fault_of_ours(world) {
        let (operator, staff, service) = (world.operator(), world.staff(), world.service());
        let auditor = world.client(&serde_json::json!({"client_id": "revision", "role": "auditor"}));
        let lists = [(&operator, "/v1/controllers"), (&operator, "/v1/groups"), (&operator, "/v1/clients"),
            (&operator, "/v1/registers"), (&staff, "/v1/review"), (&auditor, "/v1/audit")];
        for (party, path) in lists {
            for bad in ["limit=0", "limit=1001", "limit=1000000000", "limit=-1", "limit=99999999999999999999", "limit=1.5",
                "limit=x", "limit=", "limit=1&limit=2", "okand=Qplanterat7731", "after=a&after=b", "limit=%00"] {
                let answer = party.get(&format!("{path}?{bad}"));
                is_decent(&answer, bad);
                answer.is_problem(400, "malformed");
            }
            // a cursor that is none, and bytes that no database takes
            for odd in ["after=Qplanterat7731", "after=%00", "after=%FF%FE", "after=1.2.3", "after=-1.-1",
                "after=99999999999999999999.1", "after=%ED%A0%80", "after=9223372036854775807.2147483647",
                "after=' OR 1=1 --", "after=%2500", "after=å"] {
                let answer = party.get(&format!("{path}?{odd}"));
                is_decent(&answer, &format!("{path}?{odd}"));
                assert!(matches!(answer.status, 200 | 400), "{path}?{odd}: {answer}");
            }
            assert_eq!(party.get(&format!("{path}?after=&limit=1000")).status, 200, "{path}");
        }
        for odd in ["client=%00", "client=%FF", "client=Qplanterat7731", "client=' OR 1=1 --", "client="] {
            let answer = auditor.get(&format!("/v1/audit?{odd}"));
            is_decent(&answer, odd);
            assert!(matches!(answer.status, 200 | 400), "{odd}: {answer}");
        }
        for odd in ["reference=%00", "reference=%FF", "reference=", "reference", "", "ref=1", "reference=a&reference=b"] {
            is_decent(&service.get(&format!("/v1/objections?{odd}")), odd);
        }
    }
}

#[test]
fn a_query_that_an_operation_does_not_know_is_refused_before_the_body_counts() {
    attack(Backend::Sqlite, |arena, operation| {
        for query in [
            "okand=Qplanterat7731",
            "dry_run=ja",
            "dry_run=",
            "dry_run=true&dry_run=true",
            "dry-run=true",
            "DRY_RUN=true",
            "dry_run=1",
        ] {
            let path = format!("{}?{query}", operation.path);
            let answer = arena.party(operation).post(&path, &operation.example);
            is_decent(&answer, &path);
            answer.is_problem(400, "malformed");
        }
    });
}

#[test]
fn an_id_that_is_none_is_malformed_and_an_unknown_one_is_not_found() {
    let world = World::on(Backend::Sqlite);
    let (service, staff, operator) = (world.service(), world.staff(), world.operator());
    let body = serde_json::json!({});
    for id in [
        "0",
        "x",
        "0193505c2f6b7c5a9d3e5d1f0c7a9b42",
        "{0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42}",
        "Qplanterat7731",
        "%00",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%FF%FE",
        "%ED%A0%80",
        "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b4å",
        "urn:uuid:0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
    ] {
        for path in [
            format!("/v1/objections/{id}"),
            format!("/v1/clients/{id}"),
            format!("/v1/groups/{id}"),
        ] {
            let answer = service.get(&path);
            is_decent(&answer, &path);
            assert!(matches!(answer.status, 400 | 404 | 405), "{path}: {answer}");
        }
        for path in
            [format!("/v1/objections/{id}/withdrawals"), format!("/v1/review/{id}/clearances")]
        {
            let answer = staff.post(&path, &body);
            is_decent(&answer, &path);
            assert!(matches!(answer.status, 400 | 404), "{path}: {answer}");
        }
        for path in [
            format!("/v1/clients/{id}/disablements"),
            format!("/v1/controllers/{id}/names"),
            format!("/v1/groups/{id}/members"),
        ] {
            let answer = operator.post(&path, &body);
            is_decent(&answer, &path);
            assert!(matches!(answer.status, 400 | 404 | 422), "{path}: {answer}");
        }
    }
    let nobody = "/v1/objections/0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42";
    service.get(nobody).is_problem(404, "not-found");
    staff.post(&format!("{nobody}/withdrawals"), &body).is_problem(404, "not-found");
    service
        .get(&nobody.to_uppercase().replace("/V1/OBJECTIONS", "/v1/objections"))
        .is_problem(404, "not-found");
}

#[test]
fn a_header_that_names_no_person_is_refused() {
    let world = World::on(Backend::Sqlite);
    let staff = world.client(
        &serde_json::json!({"client_id": "disk", "role": "staff", "controllers": ["tandgruppen"]}),
    );
    let get = |actor: &[u8]| {
        let actor = reqwest::header::HeaderValue::from_bytes(actor).expect("a value");
        Answer::of(staff.request("GET", "/v1/review").header("X-Actor", actor))
    };
    for bad in [
        &b""[..],
        b" ",
        b"Qplanterat7731@exempel.example",
        b"19701104-2392",
        b"anna berg",
        b"\xe5sa",
        "åsa".as_bytes(),
        b"a,b",
        &[b'x'; 65],
    ] {
        let answer = get(bad);
        is_decent(&answer, "an actor");
        answer.is_problem(400, "actor-required");
    }
    assert_eq!(get(b"elin.berg").status, 200);
}
