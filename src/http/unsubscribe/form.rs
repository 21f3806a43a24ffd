//! What is posted to a link: the one click of a mail program, or the page's form.

use super::super::body::{WHOLE, in_time, next_part};
use crate::app::unsubscribe_links::Covers;
use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, Payload, Query};
use futures_util::stream;
use multer::{Multipart, parse_boundary};
use std::convert::Infallible;

/// Both forms are some dozens of bytes.
const LIMIT: usize = 16 * 1024;

/// What a form says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Posted {
    /// `List-Unsubscribe=One-Click` (RFC 8058 §3.2).
    OneClick,
    /// The page's form.
    Page(Covers),
}

/// Why a form says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsaid {
    /// It is none, or none of a known kind, too large, or broke off.
    Unreadable,
    /// Nothing was chosen, or something that there is not.
    NoChoice,
}

/// Reads what was posted. The page's form is read as it was sent. A mail program has told
/// its user already that it is done: there the two words count, whatever the body says
/// that it is, and so does a body with nothing in it, which the page never sends.
pub(super) async fn read(request: &HttpRequest, payload: Payload) -> Result<Posted, Unsaid> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str());
    let kind = kind.and_then(Result::ok).unwrap_or_default();
    let body = in_time(WHOLE, whole(payload)).await.map_err(|_| Unsaid::Unreadable)??;
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let is_form = essence.eq_ignore_ascii_case(URLENCODED);
    let fields = if is_form || essence.is_empty() {
        urlencoded(&body)
    } else if essence.eq_ignore_ascii_case("multipart/form-data") {
        multipart(kind, body.clone()).await
    } else {
        None
    };
    match fields.ok_or(Unsaid::Unreadable).and_then(|fields| said(&fields)) {
        Err(_) if holds_one_click(&body) || (body.trim_ascii().is_empty() && !is_form) => {
            Ok(Posted::OneClick)
        }
        said => said,
    }
}

/// Whether the words of RFC 8058 §3.2 are in the body, in their order, and no choice of
/// the page's.
fn holds_one_click(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let value = text.split_once("list-unsubscribe").map(|(_, value)| value);
    value.is_some_and(|value| value.contains("one-click")) && !text.contains("scope")
}

const URLENCODED: &str = "application/x-www-form-urlencoded";

type Fields = Vec<(String, String)>;

async fn whole(payload: Payload) -> Result<Bytes, Unsaid> {
    let mut payload = payload.into_inner();
    let mut body = Vec::new();
    while let Some(part) = next_part(&mut payload).await.map_err(|_| Unsaid::Unreadable)? {
        if body.len() + part.len() > LIMIT {
            return Err(Unsaid::Unreadable);
        }
        body.extend_from_slice(&part);
    }
    Ok(body.into())
}

fn urlencoded(body: &[u8]) -> Option<Fields> {
    // A line break at the end is a shell's, or a mail program's.
    let text = std::str::from_utf8(body.trim_ascii()).ok()?;
    Query::<Fields>::from_query(text).ok().map(Query::into_inner)
}

/// RFC 7578.
async fn multipart(kind: &str, body: Bytes) -> Option<Fields> {
    let boundary = parse_boundary(kind).ok()?;
    let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name().unwrap_or_default().to_owned();
        fields.push((name, part.text().await.ok()?));
    }
    Some(fields)
}

fn said(fields: &[(String, String)]) -> Result<Posted, Unsaid> {
    let one_click = |(name, value): &(String, String)| {
        name.trim().eq_ignore_ascii_case("List-Unsubscribe")
            && value.trim().eq_ignore_ascii_case("One-Click")
    };
    let mut chosen = fields.iter().filter(|(name, _)| name == "scope");
    match (chosen.next().and_then(|(_, scope)| Covers::named(scope)), chosen.next()) {
        // Whoever chooses is a person, whatever else the form holds.
        (Some(covers), None) => Ok(Posted::Page(covers)),
        _ if fields.iter().any(one_click) => Ok(Posted::OneClick),
        _ => Err(Unsaid::NoChoice),
    }
}
