//! Files that are none, or none from some line on.

use super::{OWN, administrator, csv, email, import};
use crate::support::{World, on_both};
use diesel::connection::SimpleConnection as _;
use nejtack::store::Backend;
use serde_json::json;
use std::io::{Read as _, Write as _};

on_both! {
    fn what_came_before_a_broken_line_stands(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        // UTF-8, and in its fourth line bytes that are none
        let mut file = "e-post;namn\nanna.karin@exempel.example;Åsa\nbo.lind@exempel.example;Bo\n".as_bytes().to_vec();
        file.extend_from_slice(&"fyll@exempel.example;Åsa\n".repeat(6_000).into_bytes());
        file.extend_from_slice(b"eva.ek@exempel.example;\xC5\x20\x81\n");
        let report = csv(&admin, "csv", file);
        assert_eq!(report.status, 200, "{}", report.answer);
        assert_eq!(report.import["status"], "incomplete");
        assert_eq!(report.import["failure"], json!({"code": "encoding", "line": 6_004}));
        assert_eq!(report.import["file"]["digest"], serde_json::Value::Null);
        let last = report.lines.last().expect("a line");
        assert_eq!((&last["line"], &last["problem"]["errors"][0]["code"]), (&json!(6_004), &json!("encoding")));
        assert_eq!(email(&crm, "anna.karin@exempel.example"), "blocked");
        assert_eq!(email(&crm, "eva.ek@exempel.example"), "clear");
        let read = admin.get(&format!("/v1/imports/{}", report.answer.header("nejtack-import")));
        assert_eq!(read.body["status"], "incomplete", "{read}");
    }

    fn a_broken_row_hurts_no_other(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let file = "email,namn,datum\nanna.karin@exempel.example,A,2019-01-01\nbo.lind@exempel.example\ninte-en-adress,B,2019-01-01\n,,\neva.ek@exempel.example,E,2019-01-01\n";
        let report = csv(&admin, "csv", file);
        assert_eq!(report.statuses(), ["recorded", "refused", "refused", "refused", "recorded"], "{}", report.answer);
        assert_eq!(report.lines[1]["problem"]["errors"][0]["code"], "too_few_fields");
        assert_eq!(report.lines[2]["problem"]["code"], "nothing-readable");
        assert_eq!(email(&crm, "eva.ek@exempel.example"), "blocked");
        assert!(!report.answer.text.contains("inte-en-adress"), "{}", report.answer);
        let lines = "{\"email\":\"x1@exempel.example\",\"created\":1717136564}\n{\"email\": \"trasig\n[1]\n{\"email\":\"x2@exempel.example\",\"created\":1717136564}\n";
        let report = import(&admin, &format!("{OWN}&format=sendgrid"), "application/x-ndjson", lines);
        assert_eq!(report.statuses(), ["recorded", "refused", "refused", "recorded"], "{}", report.answer);
    }
}

#[test]
fn what_is_no_list_is_refused_before_anything_is_recorded() {
    let world = World::on(Backend::Sqlite);
    let admin = administrator(&world);
    let before = world.app.as_of();
    let json = |format: &str, file: &str| {
        import(&admin, &format!("{OWN}&format={format}"), "application/json", file).answer
    };
    for (file, code) in [
        ("", "empty"),
        ("färg;form\nröd;rund\n", "no_column"),
        ("\u{0}\u{1}\u{2}\u{3}binärt", "binary"),
    ] {
        csv(&admin, "csv", file).answer.is_problem(422, "unprocessable").at("/1", code);
    }
    let open = csv(&admin, "csv", "email\n\"öppen@exempel.example\n");
    open.answer.is_problem(422, "unprocessable").at("/2", "quote_not_closed");
    csv(&admin, "csv", *b"PK\x03\x04 en bok........")
        .answer
        .is_problem(415, "unsupported-media-type");
    csv(&admin, "csv&columns=email:Saknas", "email\nx@exempel.example\n")
        .answer
        .is_problem(422, "unprocessable")
        .at("/1", "column_missing");
    csv(&admin, "csv&columns=vad", "email\nx@exempel.example\n")
        .answer
        .is_problem(422, "unprocessable")
        .at("/columns", "columns");
    csv(&admin, "mailgun", "namn,kod\nB,1\n").answer.is_problem(422, "unprocessable");
    json("ses", "email,reason\n").is_problem(422, "unprocessable").at("/1", "not_json");
    json("ses", "").is_problem(422, "unprocessable").at("/1", "empty");
    json("mailgun", "{\"items\": [{\"address\"")
        .is_problem(422, "unprocessable")
        .at("/1", "cut_off");
    assert_eq!(world.app.as_of(), before);
    // an empty list is one, too
    let report = import(
        &admin,
        &format!("{OWN}&format=mailgun"),
        "application/json",
        "{\"items\": [], \"paging\": {}}",
    );
    assert_eq!(report.counts(), [0, 0, 0, 0], "{}", report.answer);
    assert_eq!(csv(&admin, "csv", "email;namn\n").counts(), [0, 0, 0, 0]);
}

#[test]
fn of_an_upload_that_breaks_off_the_whole_rows_are_read_and_the_line_is_told() {
    use nejtack::tabular::import::{Asked, Content, Format, Reader, Syntax};
    let csv = "email\nx1@exempel.example\nx2@exempel.example\nx3@exem";
    let lines = "{\"email\":\"x1@exempel.example\"}\n{\"email\":\"x2@exempel.example\"}\n{\"em";
    for (syntax, text, line) in [(Syntax::Csv, csv, 4), (Syntax::Lines, lines, 3)] {
        let asked = Asked { format: Format::Sendgrid, syntax, columns: Vec::new() };
        let (mut reader, mut entries) = (Reader::new(asked), std::collections::VecDeque::new());
        reader.push(text.as_bytes(), &mut entries);
        assert_eq!(reader.cut_off(&mut entries), line, "{text}");
        assert_eq!(entries.len(), 2, "{text}");
        assert!(entries.iter().all(|entry| matches!(entry.content, Content::Listed(_))), "{text}");
    }
}

#[test]
fn a_certificate_that_cannot_be_written_leaves_a_last_line_all_the_same() {
    let world = World::on(Backend::Sqlite);
    let (admin, crm) = (administrator(&world), world.crm());
    let full = "CREATE TRIGGER full BEFORE INSERT ON transfers BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    world.place.raw().batch_execute(full).expect("no room");
    let report = csv(&admin, "csv", "email\nanna.karin@exempel.example\n");
    assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
    assert_eq!(report.import["status"], "incomplete", "{}", report.answer);
    assert_eq!(report.import["failure"]["code"], "not_certified", "{}", report.answer);
    assert!(report.import["id"].is_null() && report.import["receipt"].is_null());
    assert_eq!(email(&crm, "anna.karin@exempel.example"), "blocked");
}

#[test]
fn an_upload_that_breaks_off_leaves_what_came_and_says_so() {
    let world = World::on(Backend::Sqlite);
    let (admin, crm) = (administrator(&world), world.crm());
    let mut wire = std::net::TcpStream::connect(world.url.trim_start_matches("http://"))
        .expect("a connection");
    // A CSV's rows wait for the file to be known, and those that are whole count.
    let head = format!(
        "POST {OWN}&format=sendgrid HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nX-Actor: elin.berg\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\nemail,created\nanna.karin@exempel.example,1717136564\nbo.lind@exem",
        admin.token()
    );
    wire.write_all(head.as_bytes()).expect("sent");
    wire.shutdown(std::net::Shutdown::Write).expect("shut");
    let _ = wire.read_to_end(&mut Vec::new());
    drop(wire);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while email(&crm, "anna.karin@exempel.example") != "blocked" {
        assert!(std::time::Instant::now() < until, "what came was not recorded");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
