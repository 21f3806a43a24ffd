//! `read_unsubscribe_page`

use super::super::state::State;
use super::language::Language;
use super::page::LinkPage;
use super::refused::refused;
use crate::app::unsubscribe_links::{Opened, Unusable, open_link};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

/// What a page is, for the document.
pub(super) const PAGE: &str = "<!doctype html><html lang=\"sv\"><head><meta charset=\"utf-8\">\
    <title>Slipp reklam från Tandgruppen Göteborg</title></head><body><main>…</main></body></html>";

/// The token that a link ends in, without what some mail programs take for a part of
/// it: the punctuation after a link in a text.
pub(super) async fn opened(state: &State, token: &str) -> Result<Opened, Unusable> {
    let of_a_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    open_link(&state.app, token.trim_end_matches(|c| !of_a_token(c))).await
}

/// Open an unsubscribe link
///
/// A small page, in Swedish or English by `Accept-Language`, where whoever received a mailing chooses
/// between its channel and all direct marketing of its controller, and confirms with a button. It tells
/// what is kept and why, never shows the address in full, works without JavaScript and sets no cookie.
/// Opening it changes nothing, however often. For anybody who has the link; a query is ignored, since
/// mail tools add their own.
///
/// A link that was cut, altered or made up gets a 404 that tells what to do instead, in both
/// languages; many of them from one address get 429, which never stops a genuine link.
#[utoipa::path(
    tag = "Unsubscribe links",
    params(("token" = String, Path, description = "The end of a link that `POST /v1/unsubscribe-links` made", example = "AQEpSGu1Yk0vYB1W7cQv0mYkq1o9mP3W"),
        ("Accept-Language" = Option<String>, Header, description = "Swedish (`sv`) or English (`en`), by weight; Swedish, if neither is wanted", example = "en-GB,en;q=0.9,sv;q=0.8")),
    responses(
        (status = 200, description = "The page.", content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 404, description = "Not a link of ours, or not the whole of one: what to do instead.",
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 410, description = "The link's time is over: what to do instead.",
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 429, description = "Too many links from this address that are none.",
            headers(("Retry-After" = u32, description = "Seconds to wait")),
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
        (status = 503, description = "The service cannot answer just now.",
            headers(("Retry-After" = u32, description = "Seconds to wait")),
            content((String = "text/html; charset=utf-8", example = json!(PAGE)))),
    ),
    extensions(("x-refusals" = json!([]))),
)]
#[get("/u/{token:.*}")]
pub(crate) async fn read_unsubscribe_page(
    request: HttpRequest,
    token: Path<String>,
    state: Data<State>,
) -> HttpResponse {
    match opened(&state, &token).await {
        Ok(opened) => LinkPage::new(&opened, Language::of(request.headers())).choice(None),
        Err(unusable) => refused(&request, &state, &unusable),
    }
}
