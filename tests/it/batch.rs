//! Many objections at once: every line on its own, answers in order, whatever is
//! among them, and never more of them in memory than a window.

use crate::hostile::raw::Raw;
use crate::support::{Answer, Party, World, objection, on_both, person};
use serde_json::{Value, json};
use std::io::{Cursor, Read};
use std::time::Duration;

const PATH: &str = "/v1/objections/batch";

/// Lines of a large batch; fewer where nothing is optimised.
const MANY: usize = if cfg!(debug_assertions) { 2_000 } else { 10_000 };
/// Those of them that can be read.
const READABLE: i64 = if cfg!(debug_assertions) { 1_998 } else { 9_990 };

/// An objection of somebody with this number.
fn numbered(number: usize) -> Value {
    objection(
        &format!("ref-{number}"),
        &[],
        &json!({"emails": [format!("p{number}@exempel.example")]}),
    )
}

fn lines(all: &[Value]) -> String {
    all.iter().map(|one| format!("{one}\n")).collect()
}

fn send(
    party: &Party<'_>,
    path: &str,
    media_type: &str,
    body: impl Into<reqwest::blocking::Body>,
) -> Answer {
    let request = party.request("POST", path).header("Content-Type", media_type);
    Answer::of(request.timeout(Duration::from_secs(300)).body(body))
}

/// The answers, line by line.
#[track_caller]
fn ndjson(party: &Party<'_>, path: &str, body: impl Into<reqwest::blocking::Body>) -> Vec<Value> {
    let answer = send(party, path, "application/x-ndjson", body);
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[track_caller]
fn array(party: &Party<'_>, path: &str, body: impl Into<reqwest::blocking::Body>) -> Vec<Value> {
    let answer = send(party, path, "application/json", body);
    assert_eq!(answer.status, 200, "{answer}");
    answer.body.as_array().unwrap_or_else(|| panic!("no array: {answer}")).clone()
}

fn code(answer: &Value) -> &str {
    answer["problem"]["code"].as_str().or(answer["status"].as_str()).unwrap_or("")
}

fn codes(answers: &[Value]) -> Vec<(i64, &str)> {
    answers.iter().map(|answer| (answer["line"].as_i64().unwrap_or(0), code(answer))).collect()
}

on_both! {
    fn every_line_is_answered_in_order_whatever_is_among_them(world) {
        let service = world.service();
        let before = world.app.as_of().position;
        let mut unknown = numbered(4);
        unknown["okand"] = json!("Qplanterat7731");
        let mut wrong = numbered(5);
        wrong["right"] = json!("erasure");
        let text = format!(
            "\u{feff}{}\r\n\r\n{}\r\nQplanterat7731\n   \n{unknown}\n{wrong}\n[]\n\"x\"\n{{\"reference\": \"ref-7\"\n{}",
            numbered(1), numbered(2), numbered(9)
        );
        let answers = ndjson(&service, PATH, text);
        assert_eq!(codes(&answers), [(1, "recorded"), (3, "recorded"), (4, "malformed"), (6, "malformed"),
            (7, "right-not-covered"), (8, "malformed"), (9, "malformed"), (10, "malformed"), (11, "recorded")]);
        assert_eq!(answers[3]["reference"], "ref-4");
        assert_eq!(answers[3]["problem"]["errors"][0]["pointer"], "/okand");
        assert!(!json!(answers).to_string().contains("Qplanterat7731"));
        assert_eq!(world.app.as_of().position, before + 3);
        // the same in an array, sent again: what was recorded gets its first answer
        let text = format!("\u{feff} [ {} ,\n{}, Qplanterat7731 , {unknown},{wrong}, [], \"x,]\", , {} ] \r\n", numbered(1), numbered(2), numbered(9));
        let again = array(&service, PATH, text);
        assert_eq!(codes(&again), [(1, "recorded"), (2, "recorded"), (3, "malformed"), (4, "malformed"),
            (5, "right-not-covered"), (6, "malformed"), (7, "malformed"), (8, "malformed"), (9, "recorded")]);
        assert_eq!((&again[0]["id"], &again[8]["id"]), (&answers[0]["id"], &answers[8]["id"]));
        assert_eq!(world.app.as_of().position, before + 3);
    }

    fn a_reference_given_twice_in_one_batch_is_one_objection_and_the_first_stands(world) {
        let service = world.service();
        let before = world.app.as_of().position;
        let mut all = Vec::new();
        for number in 1..=40 {
            let mut second = numbered(number);
            second["person"]["emails"] = json!(["annan@exempel.example"]);
            all.extend([numbered(number), numbered(number), second]);
        }
        let answers = ndjson(&service, PATH, lines(&all));
        for three in answers.chunks(3) {
            assert_eq!([code(&three[0]), code(&three[1]), code(&three[2])], ["recorded", "recorded", "reference-reused"], "{three:?}");
            assert_eq!(three[0]["id"], three[1]["id"]);
        }
        assert_eq!(world.app.as_of().position, before + 40);
    }

    fn thousands_of_lines_are_recorded_and_a_retry_finds_them_all(world) {
        let service = world.service();
        let before = world.app.as_of().position;
        let all: Vec<Value> = (0..MANY).map(|number| {
            let mut one = numbered(number);
            if number % 1_000 == 7 {
                one["person"] = json!({"phones": ["ring efter 17"]});
            }
            one
        }).collect();
        let text = lines(&all);
        let answers = ndjson(&service, PATH, text.clone());
        assert_eq!(answers.len(), MANY);
        for (number, answer) in answers.iter().enumerate() {
            assert_eq!(answer["line"], number + 1);
            assert_eq!(answer["reference"], format!("ref-{number}"));
            assert_eq!(code(answer), if number % 1_000 == 7 { "nothing-readable" } else { "recorded" });
        }
        assert_eq!(world.app.as_of().position, before + READABLE);
        assert_eq!(ndjson(&service, PATH, text).iter().map(|a| a["id"].clone()).collect::<Vec<_>>(),
            answers.iter().map(|a| a["id"].clone()).collect::<Vec<_>>());
        assert_eq!(world.app.as_of().position, before + READABLE);
        let crm = world.crm();
        assert_eq!(crm.decision("tandgruppen-malmo", "email", &json!({"emails": ["p1999@exempel.example"]})), "blocked");
        assert_eq!(crm.decision("tandgruppen-malmo", "email", &json!({"emails": ["p99999@exempel.example"]})), "clear");
    }

    fn a_dry_run_of_a_batch_checks_every_line_and_records_none(world) {
        let service = world.service();
        service.makes("/v1/objections", &numbered(1));
        let before = world.app.as_of().position;
        let mut other = numbered(1);
        other["person"]["emails"] = json!(["annan@exempel.example"]);
        let mut wrong = numbered(3);
        wrong["controllers"] = json!(["okand"]);
        let answers = ndjson(&service, &format!("{PATH}?dry_run=true"), lines(&[numbered(1), other, wrong, numbered(4)]));
        assert_eq!(codes(&answers), [(1, "checked"), (2, "reference-reused"), (3, "unprocessable"), (4, "checked")]);
        assert_eq!(world.app.as_of().position, before);
    }
}

#[test]
fn what_is_cut_or_no_batch_is_told_and_what_came_before_stands() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let service = world.service();
    let cut = |number: usize| numbered(number).to_string()[..40].to_owned();
    let before = world.app.as_of().position;
    let answers = ndjson(&service, PATH, format!("{}\n{}", numbered(1), cut(2)));
    assert_eq!(codes(&answers), [(1, "recorded"), (2, "malformed")]);
    let answers = array(&service, PATH, format!("[{},{}", numbered(3), cut(4)));
    assert_eq!(codes(&answers), [(1, "recorded"), (2, "malformed")]);
    let answers = array(&service, PATH, format!("[{}", numbered(5)));
    assert_eq!(codes(&answers).last().map(|last| last.1), Some("malformed"), "{answers:?}");
    let answers = array(&service, PATH, format!("[{}] {}", numbered(6), numbered(7)));
    assert_eq!(codes(&answers), [(1, "recorded"), (2, "malformed")]);
    let recorded = world.app.as_of().position - before;
    assert!((3..=4).contains(&recorded), "{recorded}");
    for (media_type, none) in [
        ("application/json", "{}"),
        ("application/json", ""),
        ("application/json", "null"),
        ("application/json", "Qplanterat7731"),
    ] {
        let answer = send(&service, PATH, media_type, none);
        answer.is_problem(400, "malformed");
    }
    assert_eq!(array(&service, PATH, " [ ] "), Vec::<Value>::new());
    assert_eq!(ndjson(&service, PATH, "\n \r\n\n"), Vec::<Value>::new());
    assert_eq!(ndjson(&service, PATH, ""), Vec::<Value>::new());
    for media_type in
        ["Application/X-NDJSON; charset=utf-8", "application/jsonl", "application/ndjson"]
    {
        let answer = send(&service, PATH, media_type, lines(&[numbered(8)]));
        assert_eq!(
            (answer.status, answer.text.lines().count()),
            (200, 1),
            "{media_type}: {answer}"
        );
    }
    send(&service, PATH, "text/csv", "a").is_problem(415, "unsupported-media-type");
    world.crm().post(PATH, &json!([])).is_problem(403, "insufficient-scope");
    // a line too long is skipped, and hurts no other
    let long = format!("{}{}\n", " ".repeat(9 * 1024 * 1024), numbered(9));
    let answers = ndjson(&service, PATH, format!("{}\n{long}{}", numbered(10), numbered(11)));
    assert_eq!(codes(&answers), [(1, "recorded"), (2, "payload-too-large"), (3, "recorded")]);
    assert_eq!(
        ndjson(&service, PATH, "[".repeat(100_000) + "\n" + &numbered(12).to_string()).len(),
        2
    );
}

/// The head of a chunked batch on a bare socket.
fn head(token: &str, query: &str) -> String {
    format!(
        "POST {PATH}{query} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

#[test]
fn a_stream_is_answered_while_it_comes_and_an_upload_only_after_its_end() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let service = world.service();
    let mut raw = Raw::to(&world.url);
    raw.send(head(service.token(), "?stream=true"));
    for number in 0..20 {
        raw.send(chunk(&format!("{}\n", numbered(number))));
        let told = format!("\"reference\":\"ref-{number}\"");
        assert!(raw.hears(&told), "no answer to line {number} while the upload stays open");
    }
    raw.send("0\r\n\r\n");
    assert!(raw.hears("0\r\n\r\n"));

    let mut raw = Raw::to(&world.url);
    raw.send(head(service.token(), ""));
    raw.send(chunk(&lines(&(20..1_020).map(numbered).collect::<Vec<_>>())));
    assert!(
        !raw.hears_within(Duration::from_millis(700)),
        "it answered before the upload had ended"
    );
    raw.send("0\r\n\r\n");
    let heard = raw.answer();
    assert_eq!((heard.status, heard.body.matches("\"recorded\"").count()), (200, 1_000));
}

#[test]
fn a_client_that_goes_away_leaves_what_was_recorded_and_nothing_half() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let service = world.service();
    for query in ["", "?stream=true"] {
        let before = world.app.as_of().position;
        let mut raw = Raw::to(&world.url);
        raw.send(head(service.token(), query));
        let some: Vec<Value> =
            (0..50).map(|n| objection(&format!("bort{query}-{n}"), &[], &person())).collect();
        raw.send(chunk(&lines(&some)));
        raw.send(chunk(&some[0].to_string()[..30]));
        if query.is_empty() {
            raw.hears_within(Duration::from_millis(300));
        } else {
            assert!(raw.hears("-49"));
        }
        drop(raw);
        // sent again, nothing is recorded twice
        let again = ndjson(&service, PATH, lines(&some));
        assert!(again.iter().all(|answer| code(answer) == "recorded"), "{again:?}");
        assert_eq!(world.app.as_of().position, before + 50);
    }
    assert_eq!(world.stranger().get("/health/ready").status, 200);
}

/// An upload that is made while it is sent.
struct Endless {
    next: usize,
    last: usize,
    part: Cursor<Vec<u8>>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.part.position() == self.part.get_ref().len() as u64 && self.next < self.last {
            let end = (self.next + 100).min(self.last);
            self.part = Cursor::new(
                lines(&(self.next..end).map(numbered).collect::<Vec<_>>()).into_bytes(),
            );
            self.next = end;
        }
        self.part.read(buffer)
    }
}

/// Memory of a process in KiB, now and at most.
fn memory(process: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// Lines that are checked and not recorded leave nothing in the index, so what
/// grows would be the batch's own.
#[test]
fn an_upload_of_any_size_takes_flat_memory_and_leaves_nothing_to_read_on_the_disk() {
    let instance = crate::shutdown::Instance::started();
    let serving = instance.serve();
    let token = instance.token("sparrtjanst");
    let post = |first: usize, count: usize| {
        let upload = Endless { next: first, last: first + count, part: Cursor::default() };
        let client = crate::support::http().timeout(None).build().expect("a client");
        let request =
            client.post(format!("{}{PATH}?dry_run=true", serving.url())).bearer_auth(&token);
        let request = request.header("Content-Type", "application/x-ndjson");
        let body = reqwest::blocking::Body::new(upload);
        let mut answer = request.body(body).send().expect("an answer");
        assert_eq!(answer.status(), 200);
        let spool = open_files(serving.process());
        let mut text = String::new();
        answer.read_to_string(&mut text).expect("all of it");
        assert_eq!(text.lines().count(), count);
        assert!(text.lines().all(|line| line.contains("\"checked\"")));
        spool
    };
    post(0, 1_000);
    let (before, _) = memory(serving.process());
    let count = if cfg!(debug_assertions) { 5_000 } else { 50_000 };
    let spools = post(1_000_000, count);
    let (_, most) = memory(serving.process());
    assert!(most < before + 96 * 1024, "{before} KiB before, {most} KiB at most");
    assert!(!spools.is_empty(), "nothing was spooled");
    for (name, content) in spools {
        let clear = content.windows(6).any(|six| six == b"ref-10" || six == b"\"check");
        assert!(!clear, "{name} is in the clear");
    }
}

/// The deleted files that a process holds open, with what is in them.
fn open_files(process: u32) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(format!("/proc/{process}/fd")).expect("it lives");
    let spools = entries.flatten().filter_map(|entry| {
        let name = std::fs::read_link(entry.path()).ok()?.display().to_string();
        let deleted = name.ends_with("(deleted)"); // another kind of file might never end
        deleted.then(|| std::fs::read(entry.path()).ok().map(|content| (name, content)))?
    });
    spools.filter(|(_, content)| !content.is_empty()).collect()
}
