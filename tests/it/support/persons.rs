//! Any number of persons, none of whom exists, all alike but for who they are:
//! each value is as long as everybody's. The benchmarks have them too.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// Serials that nobody gets.
const SERIALS: [u32; 12] = [238, 239, 980, 981, 982, 983, 984, 985, 986, 987, 988, 989];
/// Days of birth that are used.
const DAYS: usize = 25_000;

/// There are so many.
pub(crate) const PERSONS: usize = DAYS * SERIALS.len();

/// The person of this number.
pub(crate) fn person(number: usize) -> Value {
    assert!(number < PERSONS, "there are {PERSONS} persons");
    json!({
        "name": {"given": "Prova", "family": format!("Ek{}", letters(number))},
        "personnummer": personnummer(number),
        "emails": [format!("person{number:06}@exempel.example")],
        "addresses": [{
            "street": format!("Exempelgatan {}", 100 + number % 900),
            "postal_code": "413 01",
            "city": "Göteborg"
        }],
        "customer_ids": [{"issuer": "crm.tandgruppen.example", "value": format!("K-{number:06}")}]
    })
}

fn personnummer(number: usize) -> String {
    let first = NaiveDate::from_ymd_opt(1930, 1, 1).expect("a day");
    let day = (first + Days::new((number % DAYS) as u64)).format("%Y%m%d");
    let nine = format!("{day}{}", SERIALS[number / DAYS]);
    let sum: u32 = nine[2..]
        .bytes()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 })
        .map(|product| product / 10 + product % 10)
        .sum();
    format!("{day}-{}{}", SERIALS[number / DAYS], (10 - sum % 10) % 10)
}

fn letters(mut number: usize) -> String {
    (0..6)
        .map(|_| {
            let letter = char::from(b"bdfgklmnrt"[number % 10]);
            number /= 10;
            letter
        })
        .collect()
}
