//! What happens around a version: restarts, other instances, rotations, loads that die.

use super::{NOT_ON_IT, ON_IT, asked, csv, decision, load, loaded, nix, nix_of, phone};
use crate::store::support::run;
use crate::support::{World, on_both};
use nejtack::app::verify::{Asked, Verdict, verify_database};
use nejtack::crypto::root_key::RootKey;
use nejtack::store::Backend;
use serde_json::json;
use std::io::Write as _;

fn verdict(world: &World) -> Verdict {
    let root_key = RootKey::read(&world.folder.path().join("root.key")).expect("the key").key;
    verify_database(&world.place.url, &root_key, &Asked::default(), |_, _| ()).expect("judged")
}

on_both! {
    fn it_counts_after_a_restart(world) {
        nix_of(&world, 3, &[ON_IT]);
        let world = world.restarted();
        let crm = world.crm();
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "blocked");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(NOT_ON_IT)), "phone"), "clear");
        assert_eq!(decision(&asked(&crm, &["phone"], &json!({"emails": ["a@exempel.example"]})), "phone"), "undecidable");
    }

    fn it_counts_after_rotations_of_the_tag_key(world) {
        nix_of(&world, 3, &[ON_IT]);
        let crm = world.crm();
        crate::rotation::rotate(&world);
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "blocked");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(NOT_ON_IT)), "phone"), "clear");
        crate::rotation::rotate(&world);
        drop(crm);
        let world = world.restarted();
        assert_eq!(decision(&asked(&world.crm_again(), &["phone"], &phone(ON_IT)), "phone"), "blocked");
        loaded(&load(&world, "nix-telefon", 1, &csv(&[NOT_ON_IT])));
        let crm = world.crm_again();
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "clear");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(NOT_ON_IT)), "phone"), "blocked");
        world.app.housekeeping();
        assert!(matches!(verdict(&world), Verdict::Sound(_)), "{:?}", verdict(&world));
    }

    fn rows_of_a_load_that_died_go(world) {
        nix_of(&world, 3, &[ON_IT]);
        let blob = match world.app_backend() {
            Backend::Sqlite => "x'0193505c2f6b7c5a9d3e5d1f0c7a9b60', 0, x'09', zeroblob(32)",
            Backend::Postgresql => "'\\x0193505c2f6b7c5a9d3e5d1f0c7a9b60', 0, '\\x09', decode(repeat('00', 32), 'hex')",
        };
        run(&mut world.place.raw(), &format!("INSERT INTO register_rows VALUES ({blob})")).expect("staged");
        assert_eq!(crate::registers::versions_with_rows(&world), 2);
        assert!(matches!(verdict(&world), Verdict::Sound(_)), "what is being written is no damage");
        world.app.housekeeping();
        assert_eq!(crate::registers::versions_with_rows(&world), 1, "only those in force are left");
        assert_eq!(decision(&asked(&world.crm(), &["phone"], &phone(ON_IT)), "phone"), "blocked");
    }

    fn an_upload_that_breaks_off_leaves_nothing(world) {
        nix(&world);
        let admin = world.client(&json!({"client_id": "drift", "role": "admin"}));
        let path = format!("/v1/registers/nix-telefon/versions?date={}", crate::registers::days_ago(1));
        for _ in 0..3 {
            let mut stream = std::net::TcpStream::connect(world.url.trim_start_matches("http://")).expect("it answers");
            let rows = "0980-319 210\n".repeat(40_000);
            let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\nContent-Length: 9000000\r\n\r\nTelefon\n", admin.token());
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(rows.as_bytes())).expect("sent");
            drop(stream);
        }
        // Two may be under way at once: the third load tells when they are done.
        let begun = std::time::Instant::now();
        loop {
            let answer = load(&world, "nix-telefon", 1, &csv(&[ON_IT]));
            if answer.status == 201 {
                break;
            }
            answer.is_problem(503, "unavailable");
            assert!(begun.elapsed().as_secs() < 120, "{answer}");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        while crate::registers::versions_with_rows(&world) > 1 {
            assert!(begun.elapsed().as_secs() < 120, "their rows are still there");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        assert_eq!(decision(&asked(&world.crm(), &["phone"], &phone("0980-319 210")), "phone"), "clear");
    }

    fn verify_finds_a_register_that_was_tampered_with(world) {
        nix_of(&world, 3, &[ON_IT, NOT_ON_IT]);
        let Verdict::Sound(report) = verdict(&world) else { panic!("{:?}", verdict(&world)) };
        assert!(report.counts.listed >= 2, "{report:?}");
        let conn = &mut world.place.raw();
        for statement in ["UPDATE register_rows SET kinds = kinds", "DELETE FROM register_rows"] {
            let refused = run(conn, statement).expect_err("the database refuses");
            assert!(refused.to_string().contains("register_rows"), "{refused}");
        }
        let without = match world.app_backend() {
            Backend::Sqlite => "DROP TRIGGER register_rows_delete",
            Backend::Postgresql => "ALTER TABLE register_rows DISABLE TRIGGER register_rows_go",
        };
        run(conn, &format!("{without}; DELETE FROM register_rows")).expect("deleted");
        let Verdict::Wrong(finding) = verdict(&world) else { panic!("it was not found") };
        assert_eq!(finding.tables, ["register_rows"], "{finding}");
    }
}

#[test]
fn another_instance_hears_of_it() {
    let world = World::on(Backend::Postgresql);
    nix(&world);
    let token = world.crm().token().to_owned();
    let beside = world.beside();
    let other = || beside.party().with_token(&token);
    assert_eq!(decision(&asked(&other(), &["phone"], &phone(ON_IT)), "phone"), "undecidable");
    loaded(&load(&world, "nix-telefon", 3, &csv(&[ON_IT])));
    assert_eq!(decision(&asked(&other(), &["phone"], &phone(ON_IT)), "phone"), "blocked");
    loaded(&load(&world, "nix-telefon", 1, &csv(&[NOT_ON_IT])));
    assert_eq!(decision(&asked(&other(), &["phone"], &phone(ON_IT)), "phone"), "clear");
    assert_eq!(decision(&asked(&other(), &["phone"], &phone(NOT_ON_IT)), "phone"), "blocked");
}

#[test]
fn an_instance_does_not_open_with_a_register_that_lost_rows() {
    let world = World::on(Backend::Sqlite);
    nix_of(&world, 3, &[ON_IT]);
    let conn = &mut world.place.raw();
    run(conn, "DROP TRIGGER register_rows_delete").expect("dropped");
    run(conn, "DELETE FROM register_rows").expect("deleted");
    let told = world.reopened().err().expect("who was on it would be cleared");
    assert!(told.contains("nejtack verify"), "{told}");
}
