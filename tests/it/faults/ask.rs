//! Asking a server that may die, refuse or break off at any moment.

use crate::support::{Answer, objection};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::io::Read as _;
use std::time::Duration;

/// Nothing here takes this long, unless the service is stuck.
const STUCK: Duration = Duration::from_secs(120);

/// A client of one server, with its token.
pub(super) struct Caller {
    http: Client,
    url: String,
    token: String,
}

/// An objection that was answered with 201, by itself or as a line of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acknowledged {
    pub(super) reference: String,
    pub(super) id: String,
}

/// What came back for some objections that were posted.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) acknowledged: Vec<Acknowledged>,
    /// How many were told to come back later, as documented.
    pub(super) refused: usize,
    /// Whether the connection broke.
    pub(super) broke: bool,
    /// What must not be answered at all.
    pub(super) wrong: Option<String>,
}

/// The person that is spoken of under a reference: nobody else has the address.
pub(super) fn person(reference: &str) -> Value {
    json!({"emails": [format!("{reference}@exempel.example")]})
}

impl Caller {
    /// Takes a token.
    pub(super) fn new(url: &str, id: &str, secret: &str) -> Self {
        let http = crate::support::http().timeout(STUCK).build().expect("a client");
        let form = [("grant_type", "client_credentials")];
        let request = http.post(format!("{url}/oauth2/token")).form(&form);
        let answer = Answer::of(request.basic_auth(id, Some(secret)));
        assert_eq!(answer.status, 200, "{answer}");
        let token = answer.body["access_token"].as_str().expect("a token").to_owned();
        Self { http, url: url.to_owned(), token }
    }

    /// The same client over connections of its own.
    pub(super) fn another(&self) -> Self {
        let http = crate::support::http().timeout(STUCK).build().expect("a client");
        Self { http, url: self.url.clone(), token: self.token.clone() }
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        Answer::of(self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token))
    }

    /// Asks what the clinic may send these persons by e-mail.
    pub(super) fn decisions(&self, persons: &[Value]) -> Vec<String> {
        let mut decisions = Vec::new();
        for some in persons.chunks(5_000) {
            let body = json!({"controller": super::instance::CLINIC, "channels": ["email"], "persons": some});
            let answer = Answer::of(self.post("/v1/lookups/batch").json(&body));
            assert_eq!(answer.status, 200, "{answer}");
            let results = answer.body["results"].as_array().expect("results");
            let told = results.iter().map(|one| one["decisions"]["email"].as_str());
            decisions.extend(told.map(|one| one.expect("a decision").to_owned()));
        }
        assert_eq!(decisions.len(), persons.len(), "a person has no decision");
        decisions
    }

    /// Posts one objection.
    pub(super) fn object(&self, reference: &str) -> Heard {
        self.object_with(reference, 0)
    }

    /// Posts one whose proxy comes with a document of so many bytes.
    pub(super) fn object_with(&self, reference: &str, document: usize) -> Heard {
        let mut body = objection(reference, &[], &person(reference));
        if document > 0 {
            let content = STANDARD.encode(vec![b'%'; document]);
            let document = json!({"media_type": "application/pdf", "content": content});
            body["proxy"]["document"] = document;
        }
        let mut heard = Heard::default();
        let sent = self.post("/v1/objections").json(&body).send();
        let Some((status, headers, text)) = sent.ok().and_then(|response| {
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Some((status, headers, response.text().ok()?))
        }) else {
            heard.broke = true;
            return heard;
        };
        let body = serde_json::from_str(&text).unwrap_or_default();
        let answer = Answer { status, headers, body, text };
        if status == 201 {
            heard.acknowledge(&answer.body, reference);
        } else if is_come_back(&answer) {
            heard.refused = 1;
        } else {
            heard.wrong = Some(answer.to_string());
        }
        heard
    }

    /// Posts a batch of objections as lines; `query` may ask for a stream.
    pub(super) fn object_all(&self, query: &str, references: &[String]) -> Heard {
        let lines = references.iter().map(|r| format!("{}\n", objection(r, &[], &person(r))));
        let request = self.post(&format!("/v1/objections/batch{query}"));
        let request = request.header("Content-Type", "application/x-ndjson");
        let mut heard = Heard::default();
        let Ok(mut response) = request.body(lines.collect::<String>()).send() else {
            heard.broke = true;
            return heard;
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut came = Vec::new();
        // What came before it broke off was said, and counts.
        heard.broke = response.read_to_end(&mut came).is_err();
        let text = String::from_utf8_lossy(&came).into_owned();
        if status != 200 {
            let body = serde_json::from_str(&text).unwrap_or_default();
            let answer = Answer { status, headers, body, text };
            if is_come_back(&answer) {
                heard.refused = references.len();
            } else if !heard.broke {
                heard.wrong = Some(answer.to_string());
            }
            return heard;
        }
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let mut lines = 0;
        for (line, reference) in whole.zip(references) {
            let answer: Value = serde_json::from_str(line).unwrap_or_default();
            if answer["status"] == "recorded" {
                heard.acknowledge(&answer, reference);
            } else if answer["problem"]["status"] == 503 {
                heard.refused += 1;
            } else {
                heard.wrong = Some(line.to_owned());
            }
            lines += 1;
        }
        if lines < references.len() && !heard.broke {
            heard.wrong = Some(format!("{lines} lines for {}", references.len()));
        }
        heard
    }
}

impl Heard {
    fn acknowledge(&mut self, answer: &Value, reference: &str) {
        match answer["id"].as_str() {
            Some(id) if answer["reference"] == reference => {
                self.acknowledged
                    .push(Acknowledged { reference: reference.to_owned(), id: id.to_owned() });
            }
            _ => self.wrong = Some(answer.to_string()),
        }
    }
}

/// A 503 that says what it is and when to come back.
fn is_come_back(answer: &Answer) -> bool {
    answer.status == 503
        && answer.header("content-type") == "application/problem+json"
        && answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0)
        && answer.body["code"] == "unavailable"
}
