//! No objection that was acknowledged before a file came is missed by it.

use super::csv;
use crate::support::{World, objection};
use nejtack::store::Backend;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends what goes on beside, also where a check fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn an_objection_acknowledged_before_is_never_missed() {
    let world = World::on(Backend::Sqlite);
    let (service, crm, staff) = (world.service(), world.crm(), world.staff());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let ends = Ends(&over);
        // others withdraw and come meanwhile
        scope.spawn(|| {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                number += 1;
                let body = objection(
                    &format!("annan-{number}"),
                    &[],
                    &json!({"emails": [format!("annan{number}@exempel.example")]}),
                );
                let made = service.makes("/v1/objections", &body);
                let path =
                    format!("/v1/objections/{}/withdrawals", made["id"].as_str().expect("an id"));
                staff.makes(&path, &json!({"channels": ["sms"]}));
            }
        });
        for (number, stream) in (0..24).zip([false, true].into_iter().cycle()) {
            let address = format!("ny{number}@exempel.example");
            let body =
                objection(&format!("ny-{number}"), &["tandgruppen"], &json!({"emails": [address]}));
            service.makes("/v1/objections", &body);
            let file = format!("email\nfyll{number}@exempel.example\n{address}\n");
            let back = csv(&crm, &format!("{}&stream={stream}", super::EMAIL), file);
            assert!(
                back.text().contains(&format!("{address},blocked,email_matched")),
                "{}",
                back.text()
            );
            back.completed(&crm);
        }
        drop(ends);
    });
}
