//! What comes beside the body: ids in the path, the query, `Idempotency-Key`.

use super::problem::{Problem, kinds};
use crate::app::Envelope;
use crate::app::caller::Caller;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;
use uuid::Uuid;

/// The `{id}` of the path: a UUID with its hyphens.
pub(crate) struct Id(pub(crate) Uuid);

impl FromRequest for Id {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(uuid_in_path(request, "id").map(Self))
    }
}

/// The `{delivery}` of the path.
pub(crate) struct DeliveryId(pub(crate) Uuid);

impl FromRequest for DeliveryId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(uuid_in_path(request, "delivery").map(Self))
    }
}

fn uuid_in_path(request: &HttpRequest, name: &str) -> Result<Uuid, Problem> {
    let text = request.match_info().get(name).unwrap_or_default();
    let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    id.ok_or_else(|| {
        Problem::saying(
            &kinds::MALFORMED,
            "The id in the path must be a UUID, such as 0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42.",
        )
    })
}

/// The `{name}` of the path: a slug or an id.
pub(crate) struct Name(pub(crate) String);

impl FromRequest for Name {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.match_info().iter().next().map(|(_, value)| value.to_owned());
        // Whatever cannot be a name is the name of nothing.
        let name =
            name.filter(|name| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_graphic()));
        ready(name.map(Self).ok_or_else(|| Problem::of(&kinds::NOT_FOUND)))
    }
}

/// The query, with every name known and every value of its form.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned + IntoParams> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(query(request.query_string()).map(Self))
    }
}

fn query<T: DeserializeOwned + IntoParams>(query: &str) -> Result<T, Problem> {
    // A NUL byte is in no value that there is, and PostgreSQL takes none.
    let parsed = Some(query).filter(|query| !query.contains("%00"));
    let parsed = parsed.and_then(|query| web::Query::<T>::from_query(query).ok());
    parsed.map(web::Query::into_inner).ok_or_else(|| {
        let params = T::into_params(|| Some(ParameterIn::Query));
        let names: Vec<_> = params.into_iter().map(|param| param.name).collect();
        let detail = match names.as_slice() {
            [] => "This operation takes no query parameters.".to_owned(),
            names => format!(
                "A query parameter is unknown, given twice, missing or not of its form. This operation takes: {}.",
                names.join(", ")
            ),
        };
        Problem::saying(&kinds::MALFORMED, detail)
    })
}

/// No query at all.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoQuery {}

/// What the query of a recording POST can say.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordingQuery {
    /// `true`: check everything and record nothing; the answer is a 200 with status `checked`.
    #[serde(default)]
    #[param(required = false, default = false)]
    dry_run: bool,
}

/// What the query of a batch can say.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BatchQuery {
    /// `true`: check everything and record nothing; each status is `checked`.
    #[serde(default)]
    #[param(required = false, default = false)]
    pub(crate) dry_run: bool,
    /// `true`: answer while the upload comes.
    #[serde(default)]
    #[param(required = false, default = false)]
    pub(crate) stream: bool,
}

/// How a recording POST is to be carried out.
pub(crate) struct Recording {
    /// Check everything, record nothing.
    pub(crate) dry_run: bool,
    /// The client's key for retries.
    pub(crate) key: Option<String>,
}

impl FromRequest for Recording {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let RecordingQuery { dry_run } = query(request.query_string())?;
            Ok(Self { dry_run, key: idempotency_key(request)? })
        };
        ready(read())
    }
}

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), bare or quoted.
pub(crate) fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut headers = request.headers().get_all("idempotency-key");
    let Some(first) = headers.next() else { return Ok(None) };
    let key = first.to_str().ok().map(str::trim).and_then(|key| match key.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(key).filter(|key| !key.ends_with('"')),
    });
    match key.filter(|key| !key.contains('\t')) {
        Some("") => Ok(None),
        Some(key) if key.len() <= 255 && headers.next().is_none() => Ok(Some(key.to_owned())),
        _ => Err(Problem::saying(
            &kinds::MALFORMED,
            "Send one Idempotency-Key of at most 255 visible ASCII characters, bare or in quotation marks.",
        )),
    }
}

/// How many items a page has at most.
#[derive(Deserialize)]
#[serde(try_from = "u16")]
pub(crate) struct Limit(u16);

impl TryFrom<u16> for Limit {
    type Error = &'static str;

    fn try_from(limit: u16) -> Result<Self, Self::Error> {
        if (1..=1000).contains(&limit) { Ok(Self(limit)) } else { Err("1 to 1000") }
    }
}

/// A text of a query: at most 200 characters, as all of them are documented.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Short(String);

impl TryFrom<String> for Short {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() <= 200 { Ok(Self(text)) } else { Err("at most 200 characters") }
    }
}

impl Short {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The `next` of the page before.
    #[param(value_type = String, required = false, nullable = false, max_length = 200)]
    after: Option<Short>,
    /// How many at most.
    #[param(value_type = u16, required = false, nullable = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

impl Limit {
    /// The limit asked for, or the usual one.
    pub(crate) fn or_usual(asked: Option<&Self>) -> usize {
        asked.map_or(100, |limit| usize::from(limit.0))
    }
}

impl Page {
    /// The cursor; a blank one is none.
    pub(crate) fn after(&self) -> Option<&str> {
        given(self.after.as_ref())
    }

    /// How many at most.
    pub(crate) fn limit(&self) -> usize {
        Limit::or_usual(self.limit.as_ref())
    }
}

/// Whose use, and which page of it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only this client's.
    #[param(value_type = String, required = false, nullable = false, max_length = 200, example = "utskick")]
    client: Option<Short>,
    /// The `next` of the page before.
    #[param(value_type = String, required = false, nullable = false, max_length = 200)]
    after: Option<Short>,
    /// How many at most.
    #[param(value_type = u16, required = false, nullable = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

impl AuditQuery {
    /// Client, cursor and limit; blank ones are none.
    pub(crate) fn parts(&self) -> (Option<&str>, Option<&str>, usize) {
        let limit = Limit::or_usual(self.limit.as_ref());
        (given(self.client.as_ref()), given(self.after.as_ref()), limit)
    }
}

fn given(text: Option<&Short>) -> Option<&str> {
    text.map(Short::as_str).filter(|text| !text.trim().is_empty())
}

impl Recording {
    /// What the use case needs besides the content.
    pub(crate) fn envelope<'a>(&'a self, caller: &'a Caller, canonical: &'a [u8]) -> Envelope<'a> {
        Envelope { caller, canonical, idempotency_key: self.key.as_deref(), dry_run: self.dry_run }
    }

    /// The answer: 201 and where to find what was made, or 200 to a dry run.
    pub(crate) fn answer(&self, location: Option<String>, body: &impl Serialize) -> HttpResponse {
        if self.dry_run {
            return HttpResponse::Ok().json(body);
        }
        let mut answer = HttpResponse::Created();
        if let Some(location) = location {
            answer.insert_header((header::LOCATION, location));
        }
        answer.json(body)
    }

    /// `recorded`, or `checked` for a dry run.
    pub(crate) const fn status(&self) -> &'static str {
        if self.dry_run { "checked" } else { "recorded" }
    }
}
