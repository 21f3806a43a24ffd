//! `follow_unsubscribe_link`

use super::super::state::State;
use super::form::{Posted, Unsaid, read};
use super::language::Language;
use super::layout::ROBOTS;
use super::page::{Again, LinkPage};
use super::read::{PAGE, opened};
use super::refused::refused;
use super::words::ONE_CLICK;
use crate::app::unsubscribe_links::{Covers, Said, Unusable, Via, follow_link};
use actix_web::http::header;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a link takes: either of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the form; it is read by `form::read`")]
pub(crate) struct FollowForm {
    /// `One-Click`: what a mail program sends (RFC 8058). It covers the link's channel.
    #[serde(rename = "List-Unsubscribe")]
    #[schema(nullable = false, pattern = "^One-Click$", example = "One-Click")]
    one_click: Option<String>,
    /// What the page sends: `channel`, the link's own, or `all` direct marketing.
    #[schema(nullable = false, pattern = "^(channel|all)$")]
    scope: Option<String>,
}

/// Use an unsubscribe link
///
/// Records an objection to the link's controller, without login or cookies, durably before the answer.
/// A mail program posts `List-Unsubscribe=One-Click` (RFC 8058), as
/// `application/x-www-form-urlencoded` or `multipart/form-data`: that covers the link's channel, and is
/// answered with a short text. The page posts `scope`: `channel` or `all`.
///
/// A link that was used stays valid. Used again it is the same objection, with the same receipt number;
/// only when that objection was withdrawn or annulled since, wholly or in part, it is a new one: the
/// person says no again. Anything else that is posted gets the page once more, and records nothing.
#[utoipa::path(
    tag = "Unsubscribe links",
    params(("token" = String, Path, description = "The end of a link that `POST /v1/unsubscribe-links` made", example = "AQEpSGu1Yk0vYB1W7cQv0mYkq1o9mP3W"),
        ("Accept-Language" = Option<String>, Header, description = "Swedish (`sv`) or English (`en`), by weight; Swedish, if neither is wanted", example = "en-GB,en;q=0.9,sv;q=0.8")),
    request_body(description = "At most 16 KiB.", content(
        (inline(FollowForm) = "application/x-www-form-urlencoded", example = json!({"List-Unsubscribe": "One-Click"})),
        (inline(FollowForm) = "multipart/form-data", example = json!({"List-Unsubscribe": "One-Click"})))),
    responses(
        (status = 200, description = "Recorded, and in effect: a page with the receipt number, or a short text to one click.", content(
            (String = "text/html; charset=utf-8", example = json!(PAGE)),
            (String = "text/plain; charset=utf-8", example = json!(ONE_CLICK)))),
        (status = 400, description = "What was posted cannot be read: the page once more.",
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 404, description = "Not a link of ours, or not the whole of one: what to do instead.",
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 410, description = "The link's time is over: what to do instead.",
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 422, description = "Neither one click nor a choice that there is: the page once more.",
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 429, description = "Too many links from this address that are none.",
            headers(("Retry-After" = u32, description = "Seconds to wait")),
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 503, description = "It cannot be said whether it was recorded: send it again.",
            headers(("Retry-After" = u32, description = "Seconds to wait")),
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
    ),
    extensions(("x-refusals" = json!([]))),
)]
#[post("/u/{token:.*}")]
pub(crate) async fn follow_unsubscribe_link(
    request: HttpRequest,
    token: Path<String>,
    payload: Payload,
    state: Data<State>,
) -> HttpResponse {
    let opened = match opened(&state, &token).await {
        Ok(opened) => opened,
        Err(unusable) => return refused(&request, &state, &unusable),
    };
    let language = Language::of(request.headers());
    let page = LinkPage::new(&opened, language);
    let (covers, via) = match read(&request, payload).await {
        Ok(Posted::OneClick) => (Covers::Channel, Via::OneClick),
        Ok(Posted::Page(covers)) => (covers, Via::Page(language.tag())),
        Err(Unsaid::Unreadable) => return page.choice(Some(Again::Unreadable)),
        Err(Unsaid::NoChoice) => return page.choice(Some(Again::NoChoice)),
    };
    match follow_link(&state.app, &opened, Said { covers, via }).await {
        Err(refusal) => refused(&request, &state, &Unusable::Refused(refusal)),
        Ok(_) if via == Via::OneClick => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header(ROBOTS)
            .body(ONE_CLICK),
        Ok(recorded) => page.confirmation(covers, &recorded),
    }
}
