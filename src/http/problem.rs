//! Errors as `application/problem+json` (RFC 9457). Nothing here repeats what
//! was sent: titles and details are this service's own words.

pub mod kinds;
pub(crate) mod pages;

use crate::app::refusal::Refusal;
use crate::domain::fault::Fault;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use kinds::Kind;
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;
use uuid::Uuid;

/// An error on its way to the client.
#[derive(Debug)]
pub struct Problem(Box<Told>);

/// What is told of an error.
#[derive(Debug)]
struct Told {
    kind: &'static Kind,
    detail: Option<Cow<'static, str>>,
    errors: Vec<Fault>,
    retry_after: Option<u32>,
    header: Option<(HeaderName, HeaderValue)>,
}

/// An error as it is written (RFC 9457 §3).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// A relative URI: a page of this service that says what the error means.
    #[serde(rename = "type")]
    #[schema(example = "/problems/malformed", format = "uri-reference")]
    pub kind: String,
    /// The error's name, for programs. New ones may come.
    #[schema(example = "malformed")]
    pub code: &'static str,
    /// What it is, in a few words.
    #[schema(example = "Not of the documented form")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What it is here, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub detail: Option<&'a str>,
    /// The request's id, as in X-Request-Id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42")]
    pub instance: Option<Uuid>,
    /// The places in the body, all at once.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false, value_type = Vec<FaultBody>)]
    pub errors: &'a [Fault],
}

/// One thing that is wrong or could not be read, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultBody {
    /// JSON Pointer (RFC 6901) into the body that was sent.
    #[schema(example = "/person/phones/1")]
    pub pointer: String,
    /// A stable word for programs. New ones may come.
    #[schema(example = "unreadable")]
    pub code: String,
    /// A sentence for people; never repeats the value.
    #[schema(example = "Write the number with its country code or with a leading zero.")]
    pub detail: String,
}

impl Problem {
    /// An error that its kind explains.
    #[must_use]
    pub fn of(kind: &'static Kind) -> Self {
        let (detail, errors) = (None, Vec::new());
        Self(Box::new(Told { kind, detail, errors, retry_after: None, header: None }))
    }

    /// An error with a sentence of its own.
    pub fn saying(kind: &'static Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut problem = Self::of(kind);
        problem.0.detail = Some(detail.into());
        problem
    }

    /// The same, worth another try after this many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// 405 with the methods that there are (RFC 9110 §15.5.6).
    #[must_use]
    pub fn method_not_allowed(allow: &str) -> Self {
        let mut problem = Self::of(&kinds::METHOD_NOT_ALLOWED);
        let allow = HeaderValue::from_str(allow).ok();
        problem.0.header = allow.map(|allow| (header::ALLOW, allow));
        problem
    }

    /// 401 to a request that carried a token (RFC 6750 §3.1) or none.
    #[must_use]
    pub fn unauthorized(token_sent: bool) -> Self {
        let value = if token_sent {
            "Bearer realm=\"nejtack\", error=\"invalid_token\""
        } else {
            "Bearer realm=\"nejtack\""
        };
        let mut problem = Self::of(&kinds::UNAUTHORIZED);
        problem.0.header = Some((header::WWW_AUTHENTICATE, HeaderValue::from_static(value)));
        problem
    }

    /// 401 to a webhook that shows who it is by HTTP Basic (RFC 7617).
    #[must_use]
    pub fn unauthorized_basic() -> Self {
        let mut problem = Self::of(&kinds::UNAUTHORIZED);
        let value = HeaderValue::from_static("Basic realm=\"nejtack\"");
        problem.0.header = Some((header::WWW_AUTHENTICATE, value));
        problem
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.0.kind
    }

    /// The error as it is written.
    #[must_use]
    pub fn body(&self, instance: Option<Uuid>) -> ProblemBody<'_> {
        ProblemBody {
            kind: format!("/problems/{}", self.0.kind.code),
            code: self.0.kind.code,
            title: self.0.kind.title,
            status: self.0.kind.status,
            detail: Some(self.0.detail.as_deref().unwrap_or(self.0.kind.remedy)),
            instance,
            errors: &self.0.errors,
        }
    }

    /// The answer that carries it.
    #[must_use]
    pub fn respond(&self, instance: Option<Uuid>) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if let Some((name, value)) = &self.0.header {
            answer.insert_header((name.clone(), value.clone()));
        } else if let Some(value) = challenge(self.0.kind) {
            answer.insert_header((header::WWW_AUTHENTICATE, value));
        }
        let patience = match self.0.kind.status {
            429 | 503 => Some(self.0.retry_after.unwrap_or(5)),
            _ => self.0.retry_after,
        };
        if let Some(seconds) = patience {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        let body = serde_json::to_vec(&self.body(instance)).unwrap_or_default();
        answer.body(body)
    }
}

/// The challenge that every 401 and a 403 for a scope carry (RFC 6750 §3).
fn challenge(kind: &Kind) -> Option<&'static str> {
    match kind.code {
        "unauthorized" => Some("Bearer realm=\"nejtack\""),
        "insufficient-scope" => Some("Bearer realm=\"nejtack\", error=\"insufficient_scope\""),
        _ => None,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, detail, errors, retry_after } = refusal;
        let kind = kinds::of_code(code);
        Self(Box::new(Told { kind, detail, errors, retry_after, header: None }))
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.kind.code)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Without the request's id; the frame around every request adds it.
    fn error_response(&self) -> HttpResponse {
        self.respond(None)
    }
}
