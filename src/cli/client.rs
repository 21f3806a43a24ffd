//! The command line's client of the API: the same requests as everybody's, over
//! the instance's own socket.

use super::failure::{Failure, Outcome};
use super::socket::Socket;
use reqwest::Url;
use reqwest::blocking::{Body, Client, RequestBuilder, Response};
use serde_json::Value;
use std::time::Duration;

/// Rows asked for at a time.
const PAGE: &str = "500";
/// How long a file may take.
const FILE: Duration = Duration::from_secs(7 * 24 * 3600);

/// An instance that can be spoken to.
pub(super) struct Api {
    http: Client,
    actor: Option<String>,
    /// The socket's folder must stay open as long as the client.
    _socket: Socket,
}

impl Api {
    /// A client over this socket, on behalf of this account.
    pub(super) fn over(socket: Socket, actor: Option<String>) -> Outcome<Self> {
        let http = Client::builder()
            .unix_socket(socket.path())
            // A proxy of the environment's has no business here.
            .no_proxy()
            // Nothing here is TLS: the machine's certificates need not be read.
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| Failure::refused(format!("no HTTP client: {error}")))?;
        Ok(Self { http, actor, _socket: socket })
    }

    /// What is at this path.
    pub(super) fn get(&self, path: &[&str]) -> Outcome<Value> {
        self.send(self.http.get(url(path)?))
    }

    /// What is at this path, where it is no JSON.
    pub(super) fn text(&self, path: &[&str]) -> Outcome<String> {
        let answer = self.http.get(url(path)?).send().map_err(|error| unanswered(&error))?;
        let status = answer.status();
        let text = answer.text().map_err(|error| unanswered(&error))?;
        if status.is_success() {
            return Ok(text);
        }
        let body = serde_json::from_str(&text).unwrap_or_default();
        Err(Failure::Refused(problem(status.as_u16(), &body)))
    }

    /// Every row of a list, page after page.
    pub(super) fn list(&self, noun: &str) -> Outcome<Vec<Value>> {
        self.list_at(&["v1", noun], noun)
    }

    /// The same at this path.
    pub(super) fn list_at(&self, path: &[&str], noun: &str) -> Outcome<Vec<Value>> {
        let mut rows = Vec::new();
        let mut query = vec![("limit", PAGE.to_owned())];
        loop {
            let mut page = self.send(self.http.get(with_query(url(path)?, &query)))?;
            match page[noun].take() {
                Value::Array(more) => rows.extend(more),
                _ => return Err(strange()),
            }
            match page["next"].as_str() {
                Some(next) => query = vec![("limit", PAGE.to_owned()), ("after", next.to_owned())],
                None => return Ok(rows),
            }
        }
    }

    /// Posts a body to this path.
    pub(super) fn post(&self, path: &[&str], body: &Value) -> Outcome<Value> {
        self.send(self.http.post(url(path)?).json(body))
    }

    /// Posts to this path, with nothing to say.
    pub(super) fn post_nothing(&self, path: &[&str]) -> Outcome<Value> {
        self.send(self.http.post(url(path)?))
    }

    /// Posts a file of any size, and gives what comes back of it as it comes.
    pub(super) fn post_file(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        (kind, body): (&str, Body),
    ) -> Outcome<Response> {
        let request = self.http.post(with_query(url(path)?, query));
        let request = request.header("Content-Type", kind).timeout(FILE).body(body);
        let answer = self.named(request).send().map_err(|error| unanswered(&error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body = answer.bytes().map_err(|error| unanswered(&error))?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        Err(Failure::Refused(problem(status.as_u16(), &body)))
    }

    fn named(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.actor {
            Some(actor) => request.header("X-Actor", actor),
            None => request,
        }
    }

    fn send(&self, request: RequestBuilder) -> Outcome<Value> {
        let request = self.named(request);
        let answer = request.send().map_err(|error| unanswered(&error))?;
        let status = answer.status();
        let body = answer.bytes().map_err(|error| unanswered(&error))?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        match status.is_success() {
            true if body.is_object() => Ok(body),
            true => Err(strange()),
            false => Err(Failure::Refused(problem(status.as_u16(), &body))),
        }
    }
}

/// A URL whose path has these parts. The host is a mere word: a socket has none.
fn url(path: &[&str]) -> Outcome<Url> {
    let mut url = Url::parse("http://localhost").map_err(|_| strange())?;
    // `.` and `..` would lead elsewhere, and nothing that exists is named so.
    if path.iter().any(|part| matches!(*part, "" | "." | "..")) {
        return Err(Failure::refused("there is nothing of that name"));
    }
    match url.path_segments_mut() {
        Ok(mut segments) => drop(segments.extend(path)),
        Err(()) => return Err(strange()),
    }
    Ok(url)
}

fn with_query(mut url: Url, query: &[(&str, String)]) -> Url {
    url.query_pairs_mut().extend_pairs(query);
    url
}

/// An `application/problem+json` (RFC 9457) in words: what, why and where.
fn problem(status: u16, body: &Value) -> String {
    let title = body["title"].as_str().map_or_else(|| format!("refused ({status})"), str::to_owned);
    let mut text = match body["detail"].as_str() {
        Some(detail) => format!("{}: {detail}", title.trim_end_matches('.')),
        None => title,
    };
    for fault in body["errors"].as_array().into_iter().flatten() {
        let told = fault["detail"].as_str().or_else(|| fault["code"].as_str()).unwrap_or_default();
        let pointer = fault["pointer"].as_str().unwrap_or_default();
        text.push_str(&format!("\n  {pointer}: {told}"));
    }
    text
}

fn unanswered(error: &reqwest::Error) -> Failure {
    let why = if error.is_timeout() {
        "did not answer within a minute"
    } else {
        "went away before it answered"
    };
    Failure::refused(format!(
        "the instance {why}: look at its log, and whether the change is there"
    ))
}

fn strange() -> Failure {
    Failure::refused("the instance answered something else than this version of nejtack expects")
}

#[cfg(test)]
mod tests {
    use super::{problem, url};
    use serde_json::json;

    #[test]
    fn a_name_is_one_part_of_the_path_whatever_it_holds() {
        let url = url(&["v1", "groups", "a/b?c#å", "members"]).expect("a URL");
        assert_eq!(url.path(), "/v1/groups/a%2Fb%3Fc%23%C3%A5/members");
        assert!(super::url(&["v1", "groups", "..", "members"]).is_err());
    }

    #[test]
    fn a_problem_is_told_with_every_place() {
        let body = json!({"title": "Refused.", "detail": "Two things are wrong.", "errors": [
            {"pointer": "/slug", "code": "slug", "detail": "Use a-z, 0-9 and -."},
            {"pointer": "/name", "code": "missing"},
        ]});
        assert_eq!(
            problem(422, &body),
            "Refused: Two things are wrong.\n  /slug: Use a-z, 0-9 and -.\n  /name: missing"
        );
        assert_eq!(problem(502, &json!(null)), "refused (502)");
    }
}
