//! One process owns a data folder; commands go through it, or take its place.

use super::{Folder, Serving, nejtack, stderr};
use std::time::{Duration, Instant};

#[test]
fn a_second_server_is_refused_at_once_and_told_who_owns_the_folder() {
    let folder = Folder::new();
    let serving = folder.serve();
    let begun = Instant::now();
    let told = folder.refused(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert!(told.contains(&serving.process.id().to_string()), "{told}");
    assert!(told.contains(folder.data.to_str().expect("UTF-8")), "{told}");
    assert!(told.contains("owner"), "{told}");
    folder.done(&["groups", "list"]);
}

#[test]
fn commands_say_the_same_with_and_without_a_server() {
    let folder = Folder::new();
    folder.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    let without = folder.json(&["groups", "list"]);
    let serving = folder.serve();
    assert_eq!(folder.json(&["groups", "list"]), without);
    folder.done(&[
        "controllers",
        "add",
        "tandgruppen-malmo",
        "--name",
        "Malmö",
        "--group",
        "tandgruppen",
    ]);
    let with = folder.json(&["controllers", "list"]);
    assert_eq!(with["controllers"][0]["slug"], "tandgruppen-malmo");
    assert_eq!(serving.terminate().0, Some(0));
    assert_eq!(folder.json(&["controllers", "list"]), with);
}

#[test]
fn after_a_power_cut_everything_starts_again_over_the_stale_socket() {
    let folder = Folder::new();
    let serving = folder.serve();
    folder.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    serving.kill();
    assert!(folder.file("nejtack.sock").exists(), "the socket is stale");
    assert_eq!(folder.json(&["groups", "list"])["groups"][0]["slug"], "tandgruppen");
    let again = folder.serve();
    assert_eq!(folder.json(&["groups", "list"])["groups"][0]["slug"], "tandgruppen");
    drop(again);
}

#[test]
fn commands_that_come_at_once_wait_for_each_other() {
    let folder = Folder::started();
    let slugs: Vec<_> = (0..6).map(|number| format!("group-{number}")).collect();
    std::thread::scope(|scope| {
        for slug in &slugs {
            scope.spawn(|| folder.done(&["groups", "add", slug, "--name", slug]));
        }
    });
    let groups = folder.json(&["groups", "list"]);
    assert_eq!(groups["groups"].as_array().map(Vec::len), Some(7), "{groups}");
}

#[test]
fn a_folder_whose_name_is_too_long_for_a_socket_works() {
    let mut folder = Folder::new();
    folder.data = folder.outer.path().join("å".repeat(60)).join("data");
    let serving = folder.serve();
    folder.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    assert_eq!(serving.terminate().0, Some(0));
    assert_eq!(folder.json(&["groups", "list"])["groups"][0]["slug"], "tandgruppen");
    assert!(!folder.file("nejtack.sock").exists());
}

#[test]
fn an_address_that_is_taken_is_told_before_anything_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let folder = Folder::new();
    let told = folder.refused(&["serve", "--listen", &address]);
    assert!(told.contains(&address), "{told}");
    assert!(!folder.file("nejtack.sqlite").exists());
}

#[test]
fn a_server_ends_in_good_order_when_it_is_asked_to() {
    let folder = Folder::new();
    let serving = folder.serve();
    let client = crate::support::http().no_proxy().build().expect("a client");
    let live = client.get(format!("{}/health/live", serving.url())).send().expect("an answer");
    assert!(live.status().is_success());
    // The client's connection is still open, as those of CRMs will be.
    let begun = Instant::now();
    let (code, told) = serving.terminate();
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("stopped"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn the_public_url_is_told_beside_the_address() {
    let folder = Folder::new();
    let serving = Serving::start(
        nejtack()
            .args(["serve", "--public-url", "https://nejtack.example/", "--data"])
            .arg(&folder.data),
    );
    assert!(serving.url().starts_with("http://127.0.0.1:"), "{}", serving.told());
    assert!(serving.told().contains("known as https://nejtack.example\n"), "{}", serving.told());
}

#[test]
fn a_data_folder_that_is_a_file_is_refused() {
    let folder = Folder::new();
    std::fs::write(&folder.data, "").expect("a file");
    let output = folder.run(&["groups", "list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("not a folder"), "{}", stderr(&output));
}
