//! Examples: there are some, they fit their own schemas, and they are of nobody.

use super::{content, document, faults, operations};
use nejtack::domain::client::Role;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_body_and_every_answer_has_an_example_that_fits_its_schema() {
    let document = document();
    let mut wrong = Vec::new();
    for one in operations(&document) {
        let mut check = |what: &str, holder: &Value| {
            for (kind, schema, examples) in content(&document, holder) {
                let bytes = kind == "application/octet-stream"; // JSON cannot show them
                if examples.is_empty() && !bytes {
                    wrong.push(format!("{} {what} {kind}: no example", one.id));
                }
                for example in examples {
                    for fault in faults(&document, &schema, &example) {
                        wrong.push(format!("{} {what} {kind}: {fault}", one.id));
                    }
                }
            }
        };
        check("body", &one.described["requestBody"]);
        for (status, response) in one.described["responses"].as_object().expect("responses") {
            check(status, response);
        }
        // 46elks would text it to people
        let silent = one.path.starts_with("/v1/inbound-sms/46elks");
        let has_body = one.described["responses"].as_object().is_some_and(|all| {
            all.iter().any(|(status, response)| {
                status.starts_with('2') && !content(&document, response).is_empty()
            })
        });
        if has_body == silent {
            wrong.push(format!("{}: no answer is described", one.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_schema_s_own_example_fits_it() {
    let document = document();
    let mut wrong = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let several = property["examples"].as_array().into_iter().flatten();
            for example in property.get("example").into_iter().chain(several) {
                for fault in faults(&document, property, example) {
                    wrong.push(format!("{name}.{field}: {fault}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_example_is_a_person_s_or_a_company_s() {
    let document = document();
    let mut texts = BTreeSet::new();
    strings(&document, &mut texts);
    assert!(texts.len() > 300);
    let wrong: Vec<_> = texts.iter().flat_map(|text| unsafe_data(text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_safe_is_found() {
    for text in [
        "skriv till anna@gmail.com",
        "070-123 45 67",
        "+46 70 123 45 67",
        "19850709-9805x 19850709-9800",
        "8507091234",
        "0701234567",
        "https://spärr.se/",
        "556036-0793",
    ] {
        assert!(!unsafe_data(text).is_empty(), "{text}");
    }
    for text in [
        "Anna.Karin@exempel.example",
        "070-174 06 05",
        "+46 70 174 06 05",
        "19701104-2392",
        "559999-0008",
        "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
        "2026-11-20T09:12:03.481516Z",
        "413 01",
        "https://nejtack.example/x",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    ] {
        assert_eq!(unsafe_data(text), Vec::<String>::new());
    }
}

fn strings(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}

/// What of a text could be somebody's: addresses outside `.example`, numbers
/// outside PTS's ranges, personnummer with another serial than those nobody gets.
fn unsafe_data(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let word = |c: char| c.is_whitespace() || "\"'`()<>,;|…".contains(c);
    for token in text.split(word).map(|token| token.trim_end_matches(['.', ':', '/'])) {
        if token.contains('@')
            && token.len() > 3
            && token != "c2sp.org/tlog-proof@v1" // the name of a format

            && !token.ends_with(".example")
            && !token.contains("name@domain")
        {
            wrong.push(format!("an address: {token}"));
        }
        if let Some((_, rest)) = token.split_once("://") {
            let host = rest.split(['/', ':']).next().unwrap_or("");
            let specified = host == "c2sp.org"; // whose formats the log has
            let safe = host.ends_with(".example") || host.starts_with("127.") || specified;
            if !safe && !host.is_empty() {
                wrong.push(format!("a host: {token}"));
            }
        }
        let digits: String = token.chars().filter(char::is_ascii_digit).collect();
        let plain = token.chars().all(|c| c.is_ascii_digit() || "+-".contains(c));
        if plain && [10, 12].contains(&digits.len()) && !is_phone(&digits) {
            let ten = &digits[digits.len() - 10..];
            let of_nobody = (238..=239).any(|serial| ten[6..9] == serial.to_string())
                || ten[6..].starts_with("98")
                || ten.starts_with("559999");
            if !of_nobody || !luhn(ten) {
                wrong.push(format!("a personnummer or organisation number: {token}"));
            }
        }
    }
    let phone: String = text.chars().filter(|c| !" -()".contains(*c)).collect();
    let number = phone.strip_prefix('+').unwrap_or(&phone);
    let all_digits = number.len() >= 8 && number.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits && (text.starts_with('0') || text.starts_with('+')) && !is_safe_phone(&phone) {
        wrong.push(format!("a telephone number: {text}"));
    }
    wrong
}

fn is_phone(digits: &str) -> bool {
    digits.starts_with('0')
}

/// The numbers that PTS keeps for films and books.
fn is_safe_phone(number: &str) -> bool {
    let national = match number.strip_prefix("+46") {
        Some(rest) => format!("0{rest}"),
        None => number.to_owned(),
    };
    let ranges = [
        ("07017406", 5..=99),
        ("08465004", 0..=99),
        ("03139006", 0..=99),
        ("04062804", 0..=99),
        ("09803192", 0..=99),
    ];
    ranges.iter().any(|(prefix, range)| {
        let rest = national.strip_prefix(prefix).filter(|rest| rest.len() == 2);
        rest.and_then(|rest| rest.parse::<u32>().ok()).is_some_and(|rest| range.contains(&rest))
    })
}

fn luhn(ten: &str) -> bool {
    let sum: u32 = ten
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, digit)| {
            let digit = if at % 2 == 0 { digit * 2 } else { digit };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[test]
fn what_the_document_says_of_roles_is_what_they_have() {
    let document = document();
    let told =
        document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
            .as_object()
            .expect("scopes");
    let mut every = BTreeSet::new();
    for (role, _) in Role::EVERY {
        let held = role.usual_scopes().iter().chain(role.grantable_scopes());
        every.extend(held.map(|scope| scope.name().to_owned()));
    }
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), every);
    for (scope, means) in told {
        assert!(means.as_str().is_some_and(|means| means.len() > 8), "{scope}: {means}");
    }
}
