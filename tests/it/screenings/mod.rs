//! Whole campaign files through the blocklist: what comes back, what the
//! certificate says of it, and who may see that.

mod audience;
mod certificates;
mod command;
mod faults;
mod files;
mod fresh;
mod ways;
mod who;

use crate::support::{Party, World, objection, person};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The usual question.
const EMAIL: &str = "/v1/screenings?controller=tandgruppen-goteborg&channel=email";

/// A file of three: blocked, undecidable, clear.
const THREE: &str = "Namn;E-post;Mobil\r\n\
    Anna-Karin Åberg Öst;anna.karin@exempel.example;070-174 06 05\r\n\
    Bo Lind;bo.lind.exempel.example;031-390 06 14\r\n\
    Eva Ek;eva.ek@exempel.example;\r\n";
/// What comes back of it.
const THREE_BACK: &str = "Namn;E-post;Mobil;nejtack_decision;nejtack_reason\r\n\
    Anna-Karin Åberg Öst;anna.karin@exempel.example;070-174 06 05;blocked;email_matched\r\n\
    Bo Lind;bo.lind.exempel.example;031-390 06 14;undecidable;email_unreadable\r\n\
    Eva Ek;eva.ek@exempel.example;;clear;\r\n";

/// What came back of a file.
struct Back {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Back {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("UTF-8")
    }

    fn problem(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    fn id(&self) -> &str {
        self.header("nejtack-screening")
    }

    /// It must be rows, whose certificate says `completed`; the certificate.
    #[track_caller]
    fn completed(&self, party: &Party<'_>) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        let certificate = certificate(party, self.id());
        assert_eq!(certificate["status"], "completed", "{certificate}");
        assert_eq!(certificate["sent"]["bytes"], self.bytes.len(), "{certificate}");
        assert_eq!(certificate["sent"]["sha256"], sha256(&self.bytes), "{certificate}");
        adds_up(&certificate);
        certificate
    }

    /// It must be this problem at this line, and its certificate say `failed`.
    #[track_caller]
    fn broken(&self, party: &Party<'_>, line: u64, code: &str) -> Value {
        let problem = self.problem();
        assert_eq!(self.status, 422, "{problem}");
        assert_eq!(problem["code"], "unprocessable", "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{line}"), "{problem}");
        let told = problem["detail"].as_str().expect("a detail");
        assert!(told.starts_with(&format!("Line {line}: ")), "{told}");
        let certificate = certificate(party, self.id());
        assert_eq!(certificate["status"], "failed", "{certificate}");
        assert_eq!(certificate["failure"], json!({"code": code, "line": line}), "{certificate}");
        assert_eq!(certificate["sent"]["sha256"], Value::Null, "{certificate}");
        adds_up(&certificate);
        certificate
    }
}

/// The counts of a certificate.
#[track_caller]
fn counts(certificate: &Value) -> [i64; 5] {
    ["rows", "clear", "blocked", "undecidable", "kept"]
        .map(|name| certificate[name].as_i64().expect(name))
}

#[track_caller]
fn adds_up(certificate: &Value) {
    let [rows, clear, blocked, undecidable, kept] = counts(certificate);
    assert_eq!(rows, clear + blocked + undecidable, "{certificate}");
    assert!(kept <= rows, "{certificate}");
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn sent(party: &Party<'_>, path: &str, kind: &str, file: impl Into<Vec<u8>>) -> Back {
    let request = party.request("POST", path).header("Content-Type", kind).body(file.into());
    back(request.send().expect("an answer"))
}

fn back(answer: reqwest::blocking::Response) -> Back {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Back { status, headers, bytes: answer.bytes().expect("all of it").to_vec() }
}

fn csv(party: &Party<'_>, path: &str, file: impl Into<Vec<u8>>) -> Back {
    sent(party, path, "text/csv", file)
}

#[track_caller]
fn certificate(party: &Party<'_>, id: &str) -> Value {
    let answer = party.get(&format!("/v1/screenings/{id}"));
    assert_eq!(answer.status, 200, "{answer}");
    answer.body
}

/// A world in which one person has objected, for every controller.
fn one_objected(world: &World) -> Value {
    world.service().makes("/v1/objections", &objection("spt-1", &[], &person()))
}
