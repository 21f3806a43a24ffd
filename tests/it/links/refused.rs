//! Links that are none, are cut, or are too old.

use super::{ONE_CLICK, genuine, get, keyring, link, post};
use crate::support::{Answer, World, on_both};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nejtack::store::Backend;

fn today() -> u16 {
    u16::try_from(chrono::Utc::now().timestamp() / 86_400).expect("a day")
}

/// It is the page that tells what to do instead, in both languages.
#[track_caller]
fn is_friendly(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer}");
    assert!(answer.text.contains("lang=\"sv\"") && answer.text.contains("lang=\"en\""), "{answer}");
    assert!(answer.text.contains("räcker") && answer.text.contains("is enough"), "{answer}");
    assert!(answer.header("x-robots-tag").contains("noindex"), "{answer}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

on_both! {
    fn a_link_whose_time_is_over_says_so_and_records_nothing(world) {
        let crm = world.crm();
        for (day, status) in [(0, 410), (today() - 1, 410), (today(), 410), (today() + 1, 200), (u16::MAX, 200)] {
            let link = genuine(&world, day, "crm");
            let before = world.app.as_of().position;
            let (seen, used) = (get(&world, &link, "en"), post(&world, &link, ONE_CLICK));
            assert_eq!((seen.status, used.status), (status, status), "{day}: {seen}");
            if status == 410 {
                is_friendly(&seen, 410);
                assert_eq!(seen.text, used.text);
                assert_eq!(world.app.as_of().position, before);
            }
        }
        drop(crm);
        // A client that this database does not know: one that was put back to an older state.
        let link = genuine(&world, today() + 9, "okand");
        assert_eq!(get(&world, &link, "sv").status, 200);
        is_friendly(&post(&world, &link, ONE_CLICK), 503);
    }
}

#[test]
fn every_bit_of_a_link_counts() {
    let world = World::on(Backend::Sqlite);
    let link = link(&world.crm());
    let before = world.app.as_of().position;
    let sealed = URL_SAFE_NO_PAD.decode(&link[3..]).expect("base64url");
    let keyring = keyring(&world);
    assert!(keyring.unseal_link(&link[3..]).is_some());
    for bit in 0..sealed.len() * 8 {
        let mut forged = sealed.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert!(keyring.unseal_link(&URL_SAFE_NO_PAD.encode(forged)).is_none(), "bit {bit}");
    }
    for length in 0..link.len() - 3 {
        assert!(keyring.unseal_link(&link[3..3 + length]).is_none(), "cut to {length}");
    }
    let shape = |answer: &Answer| {
        let names = answer.headers.keys().map(|name| name.as_str().to_owned());
        // An answer that comes before the form ends the connection.
        let mut names: Vec<_> = names.filter(|name| name != "connection").collect();
        names.sort();
        (answer.status, answer.text.clone(), names)
    };
    let first = get(&world, "/u/x", "en");
    is_friendly(&first, 404);
    let sealed_elsewhere = self::link(&World::on(Backend::Sqlite).crm());
    for (n, forged) in [
        link[..link.len() - 1].to_owned(),
        format!("{link}A"),
        format!("/u/{}", link[3..].to_uppercase()),
        sealed_elsewhere,
        "/u/".to_owned(),
        "/u/a/b/c".to_owned(),
        "/u/%00%FF".to_owned(),
        "/u/..%2f..%2froot.key".to_owned(),
        format!("/u/{}", "A".repeat(6000)),
        "/u/åäö".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let other = world.stranger_at(u8::try_from(n + 10).expect("few"));
        let (seen, used) = (
            other.get(&forged),
            Answer::of(other.request("POST", &forged).form(&[("scope", "all")])),
        );
        assert_eq!(shape(&seen), shape(&first), "{forged}");
        assert_eq!(shape(&used), shape(&first), "{forged}");
    }
    assert_eq!(world.app.as_of().position, before);
}

#[test]
fn guessing_is_slowed_down_and_a_genuine_click_never_is() {
    let world = World::on(Backend::Sqlite);
    let link = link(&world.crm());
    let old = genuine(&world, 1, "crm");
    let mut slowed = 0;
    for n in 0..60 {
        let answer = get(&world, &format!("/u/gissning-{n}"), "sv");
        is_friendly(&answer, if answer.status == 429 { 429 } else { 404 });
        slowed += u32::from(answer.status == 429);
        if answer.status == 429 {
            assert!(
                answer.header("retry-after").parse::<u32>().is_ok_and(|wait| wait > 0),
                "{answer}"
            );
        }
    }
    assert!((25..=31).contains(&slowed), "{slowed}");
    assert_eq!(get(&world, &link, "sv").status, 200, "the same address, and a genuine link");
    assert_eq!(post(&world, &link, ONE_CLICK).status, 200);
    is_friendly(&get(&world, &old, "sv"), 410);
}
