//! Consumers say how far they have come, and it shows.

use super::{acknowledge, feed, objects, position};
use crate::support::{Party, Setup, World, on_both};
use nejtack::app::Hearing;
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::time::Duration;

#[track_caller]
fn consumers(party: &Party<'_>) -> Vec<Value> {
    let answer = party.get("/v1/changes/consumers");
    assert_eq!(answer.status, 200, "{answer}");
    answer.body["consumers"].as_array().expect("a list").clone()
}

on_both! {
    fn it_is_recorded_once_and_never_goes_back(world) {
        let (service, crm) = (world.service(), world.crm());
        let (_, first) = objects(&service, "spt-1", &[]);
        let (_, second) = objects(&service, "spt-2", &[]);
        let made = acknowledge(&crm, second);
        assert_eq!((made.status, &made.body["status"], &made.body["position"]), (201, &"recorded".into(), &second.into()), "{made}");
        let entry = position(&made.body);
        assert!(entry > second);
        for earlier in [first, second, 1] {
            let same = acknowledge(&crm, earlier);
            assert_eq!((same.status, &same.body["status"], &same.body["position"]), (200, &"unchanged".into(), &second.into()), "{same}");
            assert_eq!(same.body["acknowledged_at"], made.body["acknowledged_at"]);
            assert_eq!(same.body["receipt"], Value::Null);
        }
        // its own entry is no change: acknowledging it would never end
        let next = feed(&crm, second)["next"].as_i64().unwrap();
        assert_eq!(next, entry);
        assert_eq!(acknowledge(&crm, next).body["status"], "unchanged");
        acknowledge(&crm, next + 1).is_problem(422, "unprocessable").at("/position", "beyond_the_ledger");
        let world = world.restarted();
        let crm = world.client_again("crm");
        assert_eq!(acknowledge(&crm, first).body["position"], second);
    }

    fn everybody_sees_the_consumers_that_are_theirs(world) {
        let (service, crm, optician) = (world.service(), world.crm(), world.optician());
        let auditor = world.client(&json!({"client_id": "revisor", "role": "auditor"}));
        let (staff, admin) = (world.staff(), world.operator());
        assert_eq!(consumers(&admin).len(), 0);
        let (id, at) = objects(&service, "spt-1", &["tandgruppen"]);
        acknowledge(&crm, at);
        acknowledge(&optician, at);
        objects(&service, "spt-2", &["tandgruppen"]);
        objects(&service, "spt-3", &["tandgruppen-malmo"]);
        let ids = |party: &Party<'_>| consumers(party).iter().map(|c| c["client_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(&crm), ["crm"]);
        assert_eq!(ids(&optician), ["optiker-crm"]);
        assert_eq!(ids(&staff), ["crm"]);
        assert_eq!(ids(&auditor), ["crm", "optiker-crm"]);
        assert_eq!(ids(&admin), ["crm", "optiker-crm"]);
        service.get("/v1/changes/consumers").is_problem(403, "insufficient-scope");
        let [own, other] = consumers(&admin).try_into().unwrap();
        assert_eq!((&own["position"], &own["lag_entries"], &own["controllers"]), (&at.into(), &2.into(), &json!(["tandgruppen"])));
        assert_eq!((&own["lagging"], own["lag_seconds"].as_u64().unwrap() < 60), (&false.into(), true));
        // nothing of it was the practice's
        assert_eq!((&other["lag_entries"], &other["lag_seconds"]), (&0.into(), &0.into()));
        let page = admin.get("/v1/changes/consumers?limit=1").body;
        assert_eq!((&page["consumers"][0]["client_id"], &page["next"]), (&"crm".into(), &"crm".into()));
        // and staff see of the objection who has applied it, and when
        let seen = staff.get(&format!("/v1/objections/{id}")).body;
        assert_eq!(seen["record"]["applied"], json!([{"client_id": "crm", "acknowledged_at": own["acknowledged_at"]}]));
        let from = feed(&crm, at)["next"].as_i64().unwrap();
        acknowledge(&crm, from);
        assert_eq!(consumers(&crm)[0]["lag_entries"], 0);
        // the first that covers it counts
        let again = staff.get(&format!("/v1/objections/{id}")).body;
        assert_eq!(again["record"]["applied"], seen["record"]["applied"]);
        assert!(service.get(&format!("/v1/objections/{id}")).body["record"].is_null());
        admin.makes("/v1/clients/crm/disablements", &json!({}));
        assert_eq!(ids(&admin), ["optiker-crm"]);
    }

    fn many_at_once_end_at_the_furthest(world) {
        let (service, crm) = (world.service(), world.crm());
        let positions: Vec<_> = (0..8).map(|number| objects(&service, &format!("spt-{number}"), &[]).1).collect();
        std::thread::scope(|scope| {
            for position in positions.iter().rev() {
                let crm = &crm;
                scope.spawn(move || {
                    let answer = acknowledge(crm, *position);
                    assert!([200, 201].contains(&answer.status), "{answer}");
                    assert!(answer.body["position"].as_i64() >= Some(*position), "{answer}");
                });
            }
        });
        assert_eq!(&consumers(&crm)[0]["position"], positions.last().unwrap());
        let rows = "SELECT CAST(acknowledged AS TEXT) AS cell FROM acknowledgements ORDER BY position";
        let rows = crate::store::support::cells(&mut world.place.raw(), rows);
        let rows: Vec<i64> = rows.iter().map(|cell| cell.parse().unwrap()).collect();
        assert!(rows.is_sorted(), "{rows:?}");
    }
}

#[test]
fn retries_and_dry_runs_are_as_everywhere() {
    let world = World::on(Backend::Sqlite);
    let (service, crm) = (world.service(), world.crm());
    let (_, at) = objects(&service, "spt-1", &[]);
    let path = "/v1/changes/acknowledgements";
    let dry = crm.post(&format!("{path}?dry_run=true"), &json!({"position": at}));
    assert_eq!((dry.status, &dry.body["status"]), (200, &"checked".into()), "{dry}");
    assert_eq!(consumers(&crm), Vec::<Value>::new());
    let once = crm.post_once(path, "a", &json!({"position": at}));
    let twice = crm.post_once(path, "a", &json!({"position": at}));
    assert_eq!((once.status, twice.status, &once.body), (201, 201, &twice.body));
    crm.post_once(path, "a", &json!({"position": at - 1}))
        .is_problem(409, "idempotency-key-reused");
    for body in [
        json!({}),
        json!({"position": null}),
        json!({"position": "1"}),
        json!({"position": 0}),
        json!({"position": 1.5}),
        json!({"position": -1}),
    ] {
        assert!([400, 422].contains(&crm.post(path, &body).status), "{body}");
    }
    service.post(path, &json!({"position": 1})).is_problem(403, "insufficient-scope");
}

#[test]
fn a_consumer_that_lags_shows_in_metrics() {
    let hearing = Hearing { consumer_lag_bound: Duration::from_secs(1), ..Hearing::default() };
    let world = World::with(Backend::Sqlite, Setup { hearing, ..Setup::default() });
    let (service, crm, optician) = (world.service(), world.crm(), world.optician());
    let (_, at) = objects(&service, "spt-1", &[]);
    acknowledge(&crm, at);
    acknowledge(&optician, at);
    objects(&service, "spt-2", &["tandgruppen"]);
    objects(&service, "spt-3", &["tandgruppen"]);
    std::thread::sleep(Duration::from_millis(2_100));
    let lagging: Vec<_> =
        consumers(&world.operator()).iter().map(|c| c["lagging"].clone()).collect();
    assert_eq!(lagging, [true, false]);
    world.app.housekeeping();
    let metrics = world.stranger().get("/metrics").text;
    for line in [
        "nejtack_consumers{which=\"all\"} 2",
        "nejtack_consumers{which=\"lagging\"} 1",
        "nejtack_consumer_lag{in=\"entries\"} 2",
        "nejtack_consumer_lag{in=\"seconds\"} 2",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    acknowledge(&crm, feed(&crm, at)["next"].as_i64().unwrap());
    world.app.housekeeping();
    let metrics = world.stranger().get("/metrics").text;
    assert!(metrics.contains("nejtack_consumers{which=\"lagging\"} 0"), "{metrics}");
}
