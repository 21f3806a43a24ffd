//! Plain pages for people: nothing is loaded from elsewhere, and nothing runs.

use actix_web::HttpResponse;
use actix_web::http::header;

/// The one style is in the page.
const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                   form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;\
                     padding:0 1rem}code{font-family:ui-monospace,monospace}dt{font-weight:600}\
                     td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
                     pre{background:#f4f4f2;padding:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}";

/// A page with this title (plain text) and body (HTML).
pub(crate) fn page(title: &str, body: &str) -> HttpResponse {
    let title = escape(title);
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title} – Nejtack</title><style>{STYLE}</style><h1>{title}</h1>{body}</html>"
        ))
}

/// HTML-escapes our own words and shows `code` in backquotes as such.
pub(crate) fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            out.push_str(if index % 2 == 1 { "<code>" } else { "</code>" });
        }
        out.push_str(part);
    }
    out
}
