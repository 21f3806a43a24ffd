//! Which row of a program's list is a no, which is none, and what nobody can tell.

use super::{OWN, Report, administrator, csv, import};
use crate::support::World;
use nejtack::store::Backend;
use serde_json::json;

/// A row and what becomes of it.
type Case<'a> = (&'a str, &'a str);

#[track_caller]
fn all_become(report: &Report, cases: &[Case<'_>]) {
    let told: Vec<&str> = report
        .lines
        .iter()
        .map(|line| match line["status"].as_str().expect("a status") {
            "skipped" => line["reason"].as_str().expect("a reason"),
            "refused" => line["problem"]["errors"][0]["code"].as_str().expect("a code"),
            status => status,
        })
        .collect();
    let expected: Vec<&str> = cases.iter().map(|(_, become_)| *become_).collect();
    assert_eq!(told, expected, "{}", report.answer);
}

/// A file of a heading and the cases' rows.
#[track_caller]
fn rows_become(format: &str, heading: &str, cases: &[Case<'_>]) {
    let world = World::on(Backend::Sqlite);
    let rows: String = cases.iter().map(|(row, _)| format!("{row}\n")).collect();
    all_become(&csv(&administrator(&world), format, format!("{heading}\n{rows}")), cases);
}

/// A line each of JSON.
#[track_caller]
fn elements_become(format: &str, cases: &[Case<'_>]) {
    let world = World::on(Backend::Sqlite);
    let rows: String = cases.iter().map(|(row, _)| format!("{row}\n")).collect();
    let path = format!("{OWN}&format={format}");
    all_become(&import(&administrator(&world), &path, "application/x-ndjson", rows), cases);
}

#[test]
fn in_a_merged_file_the_filled_cells_tell() {
    const AT: &str = "\"Fri, 31 May 2024 06:12:44 UTC\"";
    rows_become(
        "mailgun",
        "address,tags,code,error,created_at",
        &[
            (&format!("m1@exempel.example,*,,,{AT}"), "recorded"),
            (&format!("m2@exempel.example,,550,No such user,{AT}"), "bounce"),
            (&format!("m3@exempel.example,,,,{AT}"), "recorded"),
            ("m4@exempel.example,,,,", "unknown_reason"),
        ],
    );
    elements_become(
        "mailgun",
        &[
            (
                r#"{"address":"m1@exempel.example","tags":["*"],"code":"","error":null,"created_at":"x"}"#,
                "recorded",
            ),
            (r#"{"address":"m2@exempel.example","tags":[],"code":550,"created_at":"x"}"#, "bounce"),
            (r#"{"address":"m3@exempel.example"}"#, "unknown_reason"),
        ],
    );
    rows_become(
        "sendgrid",
        "email,created,reason,status,ip",
        &[
            ("s1@exempel.example,1717136000,,,", "recorded"),
            ("s2@exempel.example,1717136000,550 no,5.1.1,", "bounce"),
            ("s3@exempel.example,1717136000,,,192.0.2.10", "recorded"),
        ],
    );
    elements_become(
        "sendgrid",
        &[(
            r#"{"email":"s1@exempel.example","created":1717136000,"reason":"","status":null}"#,
            "recorded",
        )],
    );
}

#[test]
fn a_list_of_subscribers_never_becomes_a_blocklist() {
    let world = World::on(Backend::Sqlite);
    let admin = administrator(&world);
    let before = world.app_position();
    for (format, file) in [
        ("mailgun", "address,name,subscribed,vars\nglad@exempel.example,G,yes,{}\n"),
        ("mailgun", "address,created_at,vars\nglad@exempel.example,x,{}\n"),
        (
            "sendgrid",
            "EMAIL,FIRST_NAME,LAST_NAME,CREATED_AT,CONTACT_ID\nglad@exempel.example,A,B,x,y\n",
        ),
    ] {
        csv(&admin, format, file).answer.is_problem(422, "unprocessable").at("/1", "subscribers");
    }
    for (format, file) in [
        (
            "mailgun",
            r#"{"items":[{"address":"glad@exempel.example","subscribed":true,"vars":{}},{"address":"g2@exempel.example","subscribed":true,"vars":{}}]}"#,
        ),
        (
            "sendgrid",
            r#"[{"email":"glad@exempel.example","list_ids":["a"]},{"email":"g2@exempel.example"}]"#,
        ),
    ] {
        let path = format!("{OWN}&format={format}");
        let answer = import(&admin, &path, "application/json", file).answer;
        answer.is_problem(422, "unprocessable").at("/1", "subscribers");
        let lines = file.replace(",{", "\n{").replace(['[', ']'], "");
        let lines = if format == "mailgun" { r#"{"address":"x","vars":{}}"# } else { &lines };
        let answer = import(&admin, &path, "application/x-ndjson", lines).answer;
        answer.is_problem(422, "unprocessable").at("/1", "subscribers");
    }
    assert_eq!(world.app_position(), before);
}

#[test]
fn a_word_that_nobody_knows_is_refused_and_not_passed_over() {
    let yes = ["Ja", "-1", "1.0", "TRUE", "Sann", "Spärrad", "✓", "x"];
    let no = ["Nej", "0", "False", ""];
    let what = ["Ja, alla", "oui", "2024-05-31", "Inga utskick"];
    let rows: Vec<String> = yes
        .iter()
        .chain(&no)
        .chain(&what)
        .enumerate()
        .map(|(at, word)| format!("so{at}@exempel.example;{word};"))
        .collect();
    let expected = yes
        .map(|_| "recorded")
        .into_iter()
        .chain(no.map(|_| "no_objection"))
        .chain(what.map(|_| "unknown_reason"));
    let mut cases: Vec<Case<'_>> = rows.iter().map(String::as_str).zip(expected).collect();
    cases.extend([
        ("c1@exempel.example;Nej;Återkallat", "recorded"),
        ("c2@exempel.example;;Givet", "no_objection"),
        ("c3@exempel.example;Nej;Kanske", "unknown_reason"),
        ("c4@exempel.example;Ja;Kanske", "recorded"),
    ]);
    rows_become("superoffice", "E-post;Inga utskick;Samtyckesstatus", &cases);
    const SAME: &str = "{},x,2024-05-31 06:12:44 +0000 UTC,2024-05-31 06:12:44 +0000 UTC";
    let row = |status: &str| format!("{status}@exempel.example,{}", SAME.replacen("x", status, 1));
    let [blocked, enabled, disabled, other] =
        ["blocklisted", "enabled", "disabled", "avslutad"].map(row);
    rows_become(
        "listmonk",
        "email,attributes,status,created_at,updated_at",
        &[
            (&blocked, "recorded"),
            (&enabled, "no_objection"),
            (&disabled, "no_objection"),
            (&other, "unknown_reason"),
        ],
    );
}

#[test]
fn who_unsubscribed_from_a_list_of_listmonks_is_taken_where_the_caller_says_so() {
    let world = World::on(Backend::Sqlite);
    let admin = administrator(&world);
    let list = "email,status,created_at,updated_at\nlu@exempel.example,enabled,2019-05-31 06:12:44 +0000 UTC,2026-05-31 08:12:44 +0200 CEST\n";
    assert_eq!(csv(&admin, "listmonk", list).counts(), [0, 0, 1, 0]);
    let report = csv(&admin, "listmonk&include=enabled", list);
    assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
    let staff = world.staff();
    let id = report.lines[0]["id"].as_str().expect("an id");
    let seen = staff.get(&format!("/v1/objections/{id}"));
    assert_eq!(seen.body["record"]["details"]["word"], "unsubscribe", "{seen}");
    assert_eq!(seen.body["objected_at"], "2026-05-31T06:12:44Z", "{seen}");
    csv(&admin, "csv&include=enabled", list)
        .answer
        .is_problem(422, "unprocessable")
        .at("/include", "not_here");
    // The day on which somebody joined is not that of the no.
    let own = "email,created_at,skapad\nlv@exempel.example,2019-05-31,2019-05-31\n";
    let report = csv(&admin, "csv", own);
    let id = report.lines[0]["id"].as_str().expect("an id");
    let seen = staff.get(&format!("/v1/objections/{id}"));
    assert_eq!(seen.body["record"]["details"]["original_date"], json!(null), "{seen}");
}

#[test]
fn amazons_own_form_is_read_and_a_page_of_several_is_told() {
    elements_become(
        "ses",
        &[
            (r#"{"emailAddress":"c1@exempel.example","reason":"COMPLAINT"}"#, "recorded"),
            (r#"{"emailAddress":"c2@exempel.example","reason":"BOUNCE"}"#, "bounce"),
        ],
    );
    let world = World::on(Backend::Sqlite);
    let admin = administrator(&world);
    let path = format!("{OWN}&format=ses");
    let page = |name: &str, next: &str| {
        format!(
            "{{\"SuppressedDestinationSummaries\": [{{\"EmailAddress\": \"{name}@exempel.example\", \"Reason\": \"COMPLAINT\"}}]{next}}}\n"
        )
    };
    let more = ",\"NextToken\": \"AAAA{[\\\"]}\"";
    let first = import(&admin, &path, "application/json", page("p1", more));
    assert_eq!(first.import["status"], "incomplete", "{}", first.answer);
    assert_eq!(first.import["failure"]["code"], "more_pages", "{}", first.answer);
    assert_eq!(first.import["recorded"], 1, "{}", first.answer);
    // all pages in one file, and the last says that it is
    let all = page("p1", more) + &page("p2", ",\"NextToken\": null");
    let report = import(&admin, &path, "application/json", all);
    assert_eq!(report.import["status"], "completed", "{}", report.answer);
    assert_eq!(report.counts(), [1, 1, 0, 0], "{}", report.answer);
}
