//! Files that are none: an error that names the line, and never half an answer.

use super::{EMAIL, certificate, csv, sent};
use crate::hostile::raw::Raw;
use crate::support::World;
use nejtack::store::Backend;

fn cases() -> Vec<(&'static str, Vec<u8>, u64, &'static str)> {
    let long = format!("email,text\na@exempel.example,{}\n", "x".repeat(3 << 20));
    vec![
        ("empty", Vec::new(), 1, "empty"),
        ("no known column", b"Skonummer;Rabatt\n42;10\n".to_vec(), 1, "no_column"),
        (
            "a quote never closed",
            b"email,text\na@exempel.example,ja\nb@exempel.example,\"nej\nc@exempel.example,ja\n"
                .to_vec(),
            3,
            "quote_not_closed",
        ),
        (
            "two encodings",
            b"email,namn\na@exempel.example,\xC3\x85sa\nb@exempel.example,\xC5sa\n".to_vec(),
            3,
            "encoding",
        ),
        ("bytes", b"email\na@exempel.example\n\0\x01\x02\n".to_vec(), 3, "binary"),
        ("a row of 3 MB", long.into_bytes(), 2, "row_too_long"),
    ]
}

#[test]
fn a_broken_file_is_refused_by_its_line_and_leaves_a_failed_certificate() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    for (what, file, line, code) in cases() {
        let back = csv(&crm, EMAIL, file);
        back.broken(&crm, line, code);
        assert!(!back.problem().to_string().contains("exempel.example"), "{what}");
    }
    let broken =
        sent(&crm, EMAIL, "application/x-ndjson", "{\"email\": \"a@exempel.example\"}\nnej\n");
    broken.broken(&crm, 2, "not_an_object");
}

#[test]
fn what_was_decided_before_a_fault_is_counted_and_does_not_count() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let rows: String = (0..30_000).map(|n| format!("p{n:07}@exempel.example,ja\n")).collect();
    let file = format!("email,text\n{rows}a@exempel.example,\"nej\n{rows}");
    let certificate = csv(&crm, EMAIL, file.clone()).broken(&crm, 30_002, "quote_not_closed");
    assert_eq!(certificate["received"]["bytes"], file.len());
    assert_eq!(certificate["received"]["sha256"], super::sha256(file.as_bytes()));
    // a stream breaks off, without its last chunk
    let mut raw = Raw::to(&world.url);
    raw.send(format!(
        "POST {EMAIL}&stream=true HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\nContent-Length: {}\r\n\r\n",
        crm.token(), file.len()
    ));
    raw.send(&file);
    let all = raw.rest().expect("the other side closes");
    assert!(all.starts_with("HTTP/1.1 200"), "{all:.200}");
    assert!(!all.ends_with("0\r\n\r\n"), "it ends as if it were whole");
    let id = all.to_lowercase();
    let id = id.split("nejtack-screening: ").nth(1).expect("the header")[..36].to_owned();
    assert_eq!(super::certificate(&crm, &id)["status"], "failed");
}

#[test]
fn a_workbook_is_to_be_saved_as_csv() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let book = b"PK\x03\x04\x14\x00\x06\x00\x08\x00[Content_Types].xml".to_vec();
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    for kind in [kind, "text/csv", "application/vnd.ms-excel"] {
        let refused = sent(&crm, EMAIL, kind, book.clone());
        let problem = refused.problem();
        assert_eq!(
            (refused.status, &problem["code"]),
            (415, &"unsupported-media-type".into()),
            "{kind}"
        );
        assert!(
            problem["detail"].as_str().is_some_and(|told| told.contains("as CSV")),
            "{problem}"
        );
        if !refused.id().is_empty() {
            assert_eq!(certificate(&crm, refused.id())["status"], "failed");
        }
    }
    for kind in ["application/json", "text/plain", ""] {
        assert_eq!(sent(&crm, EMAIL, kind, "email\n").status, 415, "{kind}");
    }
    let request = crm.request("POST", EMAIL).header("Content-Type", "text/csv");
    let packed =
        request.header("Content-Encoding", "gzip").body("email\n").send().expect("an answer");
    assert_eq!(packed.status(), 415);
}

#[test]
fn half_an_upload_is_no_file() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let mut raw = Raw::to(&world.url);
    raw.send(format!(
        "POST {EMAIL} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\nContent-Length: 500\r\n\r\nemail\r\na@exempel.example\r\n",
        crm.token()
    ));
    raw.done();
    let all = raw.rest().unwrap_or_default();
    assert!(!all.starts_with("HTTP/1.1 200"), "{all}");
    let failure = "SELECT failure AS cell FROM screenings ORDER BY position DESC LIMIT 1";
    let begun = std::time::Instant::now();
    loop {
        let failures = crate::store::support::cells(&mut world.place.raw(), failure);
        if failures == ["upload_broken_off"] {
            break;
        }
        assert!(begun.elapsed().as_secs() < 60, "{failures:?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
