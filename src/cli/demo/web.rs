//! HTTP as any other program speaks it: over TCP, with tokens.

use crate::cli::failure::{Failure, Outcome};
use reqwest::blocking::Client;
use serde_json::Value;
use std::time::Duration;

/// A client of the demo's instance.
pub(super) struct Web {
    http: Client,
    /// Where the instance answers; no slash at the end.
    pub base: String,
}

/// A `client_id` and its secret.
pub(super) struct Credentials {
    /// The client.
    pub client_id: &'static str,
    /// Its secret.
    pub secret: String,
}

/// What came back.
pub(super) struct Answer {
    /// The status.
    pub status: u16,
    /// The body, as it came.
    pub text: String,
    /// The body.
    pub body: Value,
}

impl Web {
    /// A client of the instance at this URL.
    pub(super) fn at(base: String) -> Outcome<Self> {
        let http = Client::builder()
            .no_proxy()
            // Nothing here is TLS: the machine's certificates need not be read.
            .tls_certs_only([])
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| Failure::refused(format!("no HTTP client: {error}")))?;
        Ok(Self { http, base })
    }

    /// A token of this client (RFC 6749 §4.4).
    pub(super) fn token(&self, client: &Credentials) -> Outcome<String> {
        let request = self
            .http
            .post(format!("{}/oauth2/token", self.base))
            .basic_auth(client.client_id, Some(&client.secret))
            .form(&[("grant_type", "client_credentials")]);
        let answer = answer(request)?;
        match answer.body["access_token"].as_str() {
            Some(token) => Ok(token.to_owned()),
            None => Err(Failure::refused(format!(
                "{} got no token: {} {}",
                client.client_id, answer.status, answer.body
            ))),
        }
    }

    /// Posts a form as a gateway does, which shows its secret by HTTP Basic.
    pub(super) fn form(
        &self,
        path: &str,
        gateway: &Credentials,
        fields: &[(&str, &str)],
    ) -> Outcome<Answer> {
        let request = self.http.post(format!("{}{path}", self.base)).form(fields);
        answer(request.basic_auth(gateway.client_id, Some(&gateway.secret)))
    }

    /// What anybody gets at this path.
    pub(super) fn get(&self, path: &str) -> Outcome<Answer> {
        answer(self.http.get(format!("{}{path}", self.base)))
    }

    /// Posts a body with this token; staff say who they are.
    pub(super) fn post(
        &self,
        path: &str,
        token: &str,
        actor: Option<&str>,
        body: &str,
    ) -> Outcome<Answer> {
        let mut request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token);
        if let Some(actor) = actor {
            request = request.header("X-Actor", actor);
        }
        answer(request.header("Content-Type", "application/json").body(body.to_owned()))
    }

    /// Posts a form to an address of this instance, as anybody can.
    pub(super) fn press(&self, url: &str, form: &'static str) -> Outcome<Answer> {
        let request = self.http.post(url);
        answer(request.header("Content-Type", "application/x-www-form-urlencoded").body(form))
    }

    /// Posts a CSV file with this token.
    pub(super) fn post_file(&self, path: &str, token: &str, file: &str) -> Outcome<Answer> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token);
        answer(request.header("Content-Type", "text/csv").body(file.to_owned()))
    }
}

fn answer(request: reqwest::blocking::RequestBuilder) -> Outcome<Answer> {
    let failed =
        |error| Failure::refused(format!("the demo's own instance did not answer: {error}"));
    let answer = request.send().map_err(failed)?;
    let status = answer.status().as_u16();
    let text = answer.text().map_err(failed)?;
    let body = serde_json::from_str(&text).unwrap_or_default();
    Ok(Answer { status, text, body })
}
