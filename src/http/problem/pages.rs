//! `/problems/…`: what each kind of error means, for people (RFC 9457 §3.1.1).

use super::Problem;
use super::kinds::{self, Kind};
use actix_web::{HttpResponse, get, http::header, web};
use std::fmt::Write as _;

/// The pages load nothing and run nothing; the one style is in the page.
const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                   form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;\
                     padding:0 1rem}code{font-family:ui-monospace,monospace}dt{font-weight:600}\
                     td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}";

/// The list of all kinds.
#[get("/problems/")]
pub(crate) async fn list_problems() -> HttpResponse {
    let mut rows = String::new();
    for kind in kinds::EVERY {
        let Kind { code, status, title, .. } = kind;
        let _ = write!(
            rows,
            "<tr><td>{status}</td><td><a href=\"/problems/{code}\"><code>{code}</code></a></td><td>{title}</td></tr>"
        );
    }
    page(
        "Errors",
        &format!("<table><tr><th>Status</th><th>Code</th><th>Means</th></tr>{rows}</table>"),
    )
}

/// One kind.
#[get("/problems/{code}")]
pub(crate) async fn read_problem(code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let kind = kinds::named(&code).ok_or_else(|| Problem::of(&kinds::NOT_FOUND))?;
    let body = format!(
        "<p><code>{}</code>, status {}</p><dl><dt>What it means</dt><dd>{}</dd>\
         <dt>What to do</dt><dd>{}</dd></dl><p><a href=\"/problems/\">All errors</a></p>",
        kind.code,
        kind.status,
        escape(kind.meaning),
        escape(kind.remedy),
    );
    Ok(page(kind.title, &body))
}

fn page(title: &str, body: &str) -> HttpResponse {
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
fn escape(text: &str) -> String {
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
