//! A JSON object a line.

use super::{answer_in, csv, emails, phones, refusal};
use nejtack::tabular::campaign::{Fault, Format, Mapping, Options, Row};

fn ndjson() -> Options {
    Options { format: Format::Ndjson, ..csv() }
}

fn answer(file: &str) -> super::Answered {
    answer_in(1 << 20, &ndjson(), file.as_bytes()).unwrap()
}

const TAIL: &str = r#""nejtack_decision":"clear","nejtack_reason":"none""#;

#[test]
fn two_members_are_added_and_nothing_else_is_touched() {
    let answered = answer(
        "\u{feff}{\"email\" : \"a@a.example\", \"n\": 1.50 }\r\n\n  {\"emails\":[\"b@a.example\"]}",
    );
    let expected = format!(
        "\u{feff}{{\"email\" : \"a@a.example\", \"n\": 1.50,{TAIL} }}\r\n\n  {{\"emails\":[\"b@a.example\"],{TAIL}}}"
    );
    assert_eq!(answered.text(), expected);
    assert_eq!(emails(&answered), [["a@a.example"], ["b@a.example"]]);
    assert_eq!(answered.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn an_empty_object_is_a_row() {
    let answered = answer("{\"email\":\"a@a.example\"}\n{ }\n{}\n");
    assert_eq!(answered.rows.len(), 3);
    let lines: Vec<&str> = answered.text().lines().skip(1).collect();
    assert_eq!(lines, [format!("{{{TAIL} }}"), format!("{{{TAIL}}}")]);
}

#[test]
fn members_of_an_earlier_run_are_replaced() {
    let plain = ["{}", "{ \"email\":\"a}\\\"@a.example\" , \"x\":[{\"a\":\"]\"}, null] }"];
    for line in plain {
        let once = answer(&format!("{{\"email\":\"x@a.example\"}}\n{line}"));
        assert_eq!(answer(once.text()).text(), once.text());
    }
    let ours = "\"nejtack_decision\":\"blocked\"";
    let reason = "\"Nejtack_Reason\" : {\"a\":[1,\"}\"]}";
    let email = "\"email\":\"a@a.example\"";
    for (line, kept) in [
        (format!("{{{ours}, {email}, {reason}}}"), format!("{{{email},{TAIL}}}")),
        (format!("{{ {ours} , {reason} ,{email} }}"), format!("{{ {email},{TAIL} }}")),
        (
            format!("{{{email}, {ours}, \"b\":-1e3, {reason} , \"c\":true}}"),
            format!("{{{email}, \"b\":-1e3 , \"c\":true,{TAIL}}}"),
        ),
        (format!("{{{ours},{reason}}}"), format!("{{{TAIL}}}")),
        (format!("{{{email},{ours},{ours}}}"), format!("{{{email},{TAIL}}}")),
    ] {
        let answered = answer(&format!("{{{email}}}\n{line}"));
        assert_eq!(answered.text().lines().nth(1), Some(kept.as_str()), "{line}");
    }
}

#[test]
fn a_persons_members_are_those_of_a_look_up() {
    let answered = answer(
        r#"{"person":{"name":{"given":"Anna","family":"Berg"},"personnummer":"19701104-2392","emails":["a@a.example","b@a.example"],"phones":["070-174 06 05"],"addresses":[{"street":"Storgatan 1","postal_code":"413 01","city":"X"}],"customer_ids":[{"issuer":"crm.example","value":"K-1"}],"advertising_ids":["x-1"],"hashes":[{"of":"email","value":"00"}]}}"#,
    );
    let person = &answered.rows[0].person;
    assert_eq!(person.emails, ["a@a.example", "b@a.example"]);
    assert_eq!(person.phones, ["070-174 06 05"]);
    assert_eq!(person.personnummer.as_deref(), Some("19701104-2392"));
    let name = person.name.as_ref().unwrap();
    assert_eq!((name.given.as_deref(), name.family.as_deref()), (Some("Anna"), Some("Berg")));
    assert_eq!(person.addresses[0].postal_code.as_deref(), Some("413 01"));
    assert_eq!(person.customer_ids[0].value, "K-1");
    assert_eq!((person.advertising_ids.len(), person.hashes.len()), (1, 1));
    assert_eq!(answered.rows[0].fault, None);
}

#[test]
fn flat_members_are_read_as_headings_are() {
    let answered = answer(
        "{\"E-post\":\"a@a.example\",\"Mobil\":701740605,\"Telefon 2\":null,\"Namn\":\"Berg, Anna\",\"Gatuadress\":\"Storgatan 1\",\"Postnr\":41301,\"E-post skickad\":\"ja\"}",
    );
    let person = &answered.rows[0].person;
    assert_eq!(
        (emails(&answered), phones(&answered)),
        (vec![vec!["a@a.example".into()]], vec![vec!["701740605".into()]])
    );
    assert_eq!(person.name.as_ref().unwrap().family.as_deref(), Some("Berg"));
    assert_eq!(person.addresses[0].postal_code.as_deref(), Some("41301"));
}

#[test]
fn no_value_is_hidden() {
    let answered = answer(
        r#"{"email":"a@a.example","email":"b@a.example","emails":[{"type":"work","value":"c@a.example"},{"Email":"d@a.example"}],"person":{"email":"e@a.example"},"phone":[[4.67e10]]}"#,
    );
    assert_eq!(emails(&answered)[0].len(), 5);
    assert_eq!(phones(&answered), [["4.67E10"]]);
    for odd in [
        r#"{"email":{"work":"a@a.example"}}"#,
        r#"{"emails":[{"x":1}]}"#,
        r#"{"email":"","customer_ids":["K-1"]}"#,
        r#"{"email":"","hashes":[{"of":"shoe size","value":"00"}]}"#,
    ] {
        let answered = answer(odd);
        assert_eq!(answered.rows[0].fault, Some(Row::UNKNOWN_SHAPE), "{odd}");
        assert!(answered.rows[0].person.is_blank());
    }
    let two = answer(r#"{"personnummer":"19701104-2392","Personnr":"19900101-2384"}"#);
    assert_eq!(two.rows[0].fault, Some(Row::SEVERAL_PERSONNUMMER));
}

#[test]
fn a_line_that_is_no_object_refuses_the_file_by_its_line() {
    let many = "{\"email\":\"a@a.example\"}\n".repeat(20_000);
    for broken in ["[1]", "{\"email\":", "{} {}", "\"x\"", "{\"a\":1,}", "null", "Email"] {
        let fault = refusal(&ndjson(), format!("{{\"email\":1}}\n\n{broken}\n").as_bytes());
        assert_eq!((fault.line, fault.code), (3, Fault::NOT_AN_OBJECT), "{broken}");
        let fault = refusal(&ndjson(), format!("{many}{broken}").as_bytes());
        assert_eq!((fault.line, fault.code), (20_001, Fault::NOT_AN_OBJECT));
    }
    assert_eq!(refusal(&ndjson(), b"\n \n").code, Fault::EMPTY);
    assert_eq!(refusal(&ndjson(), b"{\"a\":1}\n").code, Fault::NO_COLUMN);
    let long = format!("{{\"email\":\"{}\"}}", "x".repeat(3 << 20));
    assert_eq!(refusal(&ndjson(), long.as_bytes()).code, Fault::ROW_TOO_LONG);
}

#[test]
fn keys_that_the_caller_names_may_come_late_but_must_come() {
    let named = |columns: &str| Options { columns: Mapping::read(columns).unwrap(), ..ndjson() };
    let first = "{\"email\":\"a@a.example\"}\n".repeat(20_000);
    for key in ["N\u{e5}s p\u{e5}", "N\\u00e5s p\\u00e5"] {
        let late = format!("{first}{{\"{key}\":\"070\"}}\n");
        let answered = answer_in(9_999, &named("phone:N\u{e5}s p\u{e5}"), late.as_bytes()).unwrap();
        assert_eq!(answered.rows.last().unwrap().person.phones, ["070"]);
    }
    let fault = refusal(&named("phone:Nummer dit"), first.as_bytes());
    assert_eq!(fault.code, Fault::COLUMN_MISSING);
    let options = Options { controller_column: Some("bolag".into()), ..ndjson() };
    assert_eq!(refusal(&options, first.as_bytes()).code, Fault::CONTROLLER_COLUMN_MISSING);
    let file = "{\"email\":\"a@a.example\",\"Bolag\":\" ett \"}\n{}\n";
    let answered = answer_in(9, &options, file.as_bytes()).unwrap();
    let controllers = answered.rows.iter().map(|row| row.controller.as_deref());
    assert_eq!(controllers.collect::<Vec<_>>(), [Some("ett"), None]);
    let file = "{\"Kundnr\":10023}\n";
    let answered = answer_in(9, &named("customer_id@crm.example:Kundnr"), file.as_bytes()).unwrap();
    let id = &answered.rows[0].person.customer_ids[0];
    assert_eq!((id.issuer.as_str(), id.value.as_str()), ("crm.example", "10023"));
}
