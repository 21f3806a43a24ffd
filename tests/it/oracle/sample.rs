//! Persons of whom half were recorded before, in an order that nobody can guess,
//! and what a service answers when all of them are posted one after the other.

use super::shape;
use super::welch::Timed;
use crate::hostile::raw::Raw;
use crate::support::persons::person;
use crate::support::random::Random;
use crate::support::{Answer, Party, World, objection};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Lines of one batch, and persons of one look-up.
const AT_ONCE: usize = 5_000;
/// A token is used for so many requests.
const A_TOKEN: usize = 5_000;

/// Whom the test posts, in this order, and who of them is known.
pub(super) struct Sample {
    order: Vec<(usize, bool)>,
    /// How many are posted first and not looked at.
    warm_up: usize,
}

/// How often each form of answer came: for the known, and for the others.
pub(super) type Shapes = BTreeMap<String, (usize, usize)>;

/// What came back.
pub(super) struct Measured {
    /// In the order of the requests, without the warm-up.
    pub(super) times: Vec<Timed>,
    pub(super) shapes: Shapes,
}

/// The objection service that is measured, and another one.
pub(super) struct Services<'a> {
    pub(super) world: &'a World,
    own: Party<'a>,
    other: Party<'a>,
    crm: Party<'a>,
}

impl<'a> Services<'a> {
    pub(super) fn of(world: &'a World) -> Self {
        let other = json!({"client_id": "nejtjanst", "role": "objection-service", "organisation_number": "559999-0016"});
        let (own, other) = (world.service(), world.client(&other));
        Self { world, own, other, crm: world.crm() }
    }

    /// A token of the service that is measured; each lasts fifteen minutes.
    fn token(&self) -> String {
        let path = "/v1/clients/sparrtjanst/tokens";
        let answer = self.world.operator().post(path, &json!({}));
        answer.body["access_token"].as_str().expect("a token").to_owned()
    }
}

impl Sample {
    /// Of these persons, nobody of whom was ever posted. A half, chosen at random,
    /// is recorded now: every other one of them by another objection service.
    pub(super) fn drawn(services: &Services<'_>, persons: Range<usize>) -> Self {
        let mut random = Random::new(getrandom::u64().expect("the system's randomness"));
        let count = persons.len();
        let mut order: Vec<(usize, bool)> =
            persons.enumerate().map(|(at, number)| (number, at < count / 2)).collect();
        // Twice: who is known has nothing to do with the number, and when somebody
        // is posted has nothing to do with who is known.
        let mut known: Vec<bool> = order.iter().map(|(_, known)| *known).collect();
        random.shuffle(&mut known);
        order.iter_mut().zip(known).for_each(|(one, known)| one.1 = known);
        let before: Vec<usize> = order.iter().filter(|one| one.1).map(|one| one.0).collect();
        let by_another: Vec<usize> = before.iter().copied().step_by(2).collect();
        let by_itself: Vec<usize> = before.iter().copied().skip(1).step_by(2).collect();
        record(&services.own, &by_itself, "559999-0008");
        record(&services.other, &by_another, "559999-0016");
        random.shuffle(&mut order);
        let sample = Self { order, warm_up: (count / 20).max(50) };
        sample.is_true(&services.crm);
        sample
    }

    /// Who is called known is blocked, and nobody else is.
    fn is_true(&self, crm: &Party<'_>) {
        for some in self.order.chunks(AT_ONCE) {
            let persons: Vec<Value> = some.iter().map(|(number, _)| person(*number)).collect();
            let body = json!({"controller": "tandgruppen-malmo", "channels": ["email"], "persons": persons});
            let answer = crm.post("/v1/lookups/batch", &body);
            let results = answer.body["results"].as_array().expect("results");
            for ((number, known), found) in some.iter().zip(results) {
                let decision = if *known { "blocked" } else { "clear" };
                assert_eq!(found["decisions"]["email"], decision, "person {number}");
            }
        }
    }

    /// What comes back when they are posted in every other way, and how often for
    /// the known and for the others.
    pub(super) fn posted_otherwise(&self, services: &Services<'_>) -> Vec<Shapes> {
        let first = objection("den-forsta", &[], &json!({"emails": ["forsta@exempel.example"]}));
        let first = services.own.makes("/v1/objections", &first);
        let adding = format!("/v1/objections/{}/identifiers", first["id"].as_str().expect("an id"));
        let mut all = vec![Shapes::new(); 3];
        for (number, known) in &self.order {
            let reference = format!("nu-{number:06}");
            let body = objection(&reference, &["tandgruppen"], &person(*number));
            let added =
                json!({"person": {"emails": [format!("person{number:06}@exempel.example")]}});
            let ways = [
                ("/v1/objections?dry_run=true", &body),
                ("/v1/objections/batch", &json!([body])),
                (&*adding, &added),
            ];
            for ((path, body), shapes) in ways.into_iter().zip(&mut all) {
                let answer = services.own.post(path, body);
                assert!(answer.status < 300, "{path}: {answer}");
                count(shapes, shape::of_answer(&answer, &reference), *known);
            }
        }
        all
    }

    /// Posts all, one at a time on one connection.
    pub(super) fn posted(&self, services: &Services<'_>, url: &str) -> Measured {
        let mut raw = Raw::to(url);
        let mut token = String::new();
        let mut measured = Measured { times: Vec::new(), shapes: Shapes::new() };
        for (at, (number, known)) in self.order.iter().enumerate() {
            if at % A_TOKEN == 0 {
                token = services.token();
            }
            let reference = format!("nu-{number:06}");
            let body = objection(&reference, &["tandgruppen"], &person(*number)).to_string();
            let length = body.len();
            let request = format!(
                "POST /v1/objections HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            let begun = Instant::now();
            assert!(raw.send(&request), "the connection broke");
            let heard = raw.answer();
            let took = begun.elapsed();
            count(&mut measured.shapes, shape::of(&heard, &reference), *known);
            if at >= self.warm_up {
                let took = took.as_secs_f64() * 1e6;
                measured.times.push(Timed { known: *known, took });
            }
        }
        measured
    }
}

impl Measured {
    /// The same times, told apart by whether the person BEFORE was known: what a
    /// service puts off until it has answered is paid by whoever comes next.
    pub(super) fn by_the_one_before(&self) -> Vec<Timed> {
        let pairs = self.times.windows(2);
        pairs.map(|pair| Timed { known: pair[0].known, took: pair[1].took }).collect()
    }
}

fn count(shapes: &mut Shapes, shape: String, known: bool) {
    let seen = shapes.entry(shape).or_default();
    *(if known { &mut seen.0 } else { &mut seen.1 }) += 1;
}

/// Records these persons' first objections.
fn record(by: &Party<'_>, persons: &[usize], holder: &str) {
    for some in persons.chunks(AT_ONCE) {
        let lines: String = some
            .iter()
            .map(|number| {
                let reference = format!("da-{number:06}");
                let mut body = objection(&reference, &["tandgruppen"], &person(*number));
                body["proxy"]["holder"]["organisation_number"] = json!(holder);
                format!("{body}\n")
            })
            .collect();
        let request = by.request("POST", "/v1/objections/batch");
        let request = request.header("Content-Type", "application/x-ndjson").body(lines);
        let answer = Answer::of(request.timeout(Duration::from_secs(300)));
        assert_eq!(answer.text.matches("\"recorded\"").count(), some.len(), "{answer}");
    }
}

#[cfg(test)]
mod tests {
    use crate::support::persons::{PERSONS, person};
    use nejtack::domain::identifier::personnummer::Personnummer;
    use std::collections::HashSet;

    /// Or the others would not be unknown, nor the bodies as long.
    #[test]
    fn nobody_is_somebody_else_and_all_are_as_long() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        let mut seen = HashSet::new();
        for number in (0..PERSONS).step_by(97) {
            let person = person(number);
            for at in ["/personnummer", "/name/family", "/emails/0", "/customer_ids/0/value"] {
                let text = person.pointer(at).and_then(|value| value.as_str()).expect("a text");
                assert!(seen.insert(text.to_owned()), "{text}");
            }
            let number = person["personnummer"].as_str().expect("a text");
            assert!(Personnummer::parse(number, today).is_ok(), "{number}");
            assert_eq!(person.to_string().len(), super::person(0).to_string().len());
        }
    }
}
