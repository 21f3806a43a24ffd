//! What most rows share: an instance with so many persons, and questions about
//! persons at random, half of whom have objected.

use crate::support::fill::{self, Filled, email, has_email};
use crate::support::load::Objections;
use crate::support::process::{Place, Serving};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Numbers below a bound, at random, the same in every run.
pub(crate) struct Numbers {
    state: u64,
    below: u64,
}

impl Numbers {
    pub(crate) fn new(below: u64) -> Self {
        Self { state: 0x9E37_79B9_7F4A_7C15, below }
    }

    pub(crate) fn next(&mut self) -> u64 {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % self.below
    }

    /// Leaves some out.
    pub(crate) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }
}

/// An instance that serves, and what is in it.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) serving: Serving,
    pub(crate) filled: Filled,
}

impl World {
    /// A new one with so many persons.
    pub(crate) fn of(folder: &Path, name: &str, persons: u64) -> Self {
        let (place, filled) = Self::prepared(folder, name, persons);
        let serving = place.serve();
        Self { place, serving, filled }
    }

    /// The same, not serving yet.
    pub(crate) fn prepared(folder: &Path, name: &str, persons: u64) -> (Place, Filled) {
        let place = Place::embedded(folder, name);
        place.register();
        let mut serving = place.serve();
        let token = place.token("sparrtjanst");
        serving.post("/v1/objections", &token, Objections::body(0));
        serving.stop();
        let begun = std::time::Instant::now();
        let filled = fill::fill(&place.folder, persons);
        let took = begun.elapsed().as_secs_f64();
        crate::say(&format!("{persons} persons with {} keys, in {took:.0} s", filled.keys));
        (place, filled)
    }

    /// As if it had just been started.
    pub(crate) fn restart(&mut self) {
        self.serving.stop();
        self.serving = self.place.serve();
    }

    /// Asks about one who is known and one who is not, and fails unless that is
    /// what is answered; gives the bytes of the answer.
    pub(crate) fn check(&self, token: &str) -> usize {
        let mut numbers = Numbers::new(self.filled.persons);
        let mut bytes = 0;
        for _ in 0..100 {
            let number = known(&mut numbers);
            for (number, expected) in [(number, "blocked"), (unknown(number), "clear")] {
                let answer = self.serving.post("/v1/lookups", token, question(number).to_string());
                assert_eq!(answer["decisions"]["email"], expected, "{answer}");
                bytes = bytes.max(answer.to_string().len());
            }
        }
        bytes
    }
}

/// The next person who is known by an address.
pub(crate) fn known(numbers: &mut Numbers) -> u64 {
    loop {
        let number = numbers.next();
        if has_email(number) {
            return number;
        }
    }
}

/// Somebody who never objected.
pub(crate) fn unknown(number: u64) -> u64 {
    50_000_000 + number
}

fn question(number: u64) -> Value {
    json!({"controller": "tandgruppen", "channels": ["email"], "person": {"emails": [email(number)]}})
}

/// A file of so many look-ups, a line each: known and unknown persons in turn.
pub(crate) fn questions(folder: &Path, persons: u64, count: u64) -> PathBuf {
    let path = folder.join(format!("questions-{persons}"));
    let file = std::fs::File::create(&path).expect("a file");
    let mut file = std::io::BufWriter::new(file);
    let mut numbers = Numbers::new(persons);
    for at in 0..count {
        let number = known(&mut numbers);
        let number = if at % 2 == 0 { number } else { unknown(number) };
        writeln!(file, "{}", question(number)).expect("it is written");
    }
    file.flush().expect("it is written");
    path
}

/// A look-up of so many persons at once, known and unknown in turn.
pub(crate) fn batch(numbers: &mut Numbers, count: usize) -> String {
    let person = |at: usize| {
        let number = known(numbers);
        let number = if at.is_multiple_of(2) { number } else { unknown(number) };
        json!({"emails": [email(number)]})
    };
    let persons: Vec<Value> = (0..count).map(person).collect();
    json!({"controller": "tandgruppen", "channels": ["email"], "persons": persons}).to_string()
}

/// The median, and the others for the report.
pub(crate) fn median(seen: &[f64]) -> f64 {
    let mut seen = seen.to_vec();
    seen.sort_by(f64::total_cmp);
    seen.get(seen.len() / 2).copied().unwrap_or(f64::NAN)
}
