//! `/problems/…`: what each kind of error means, for people (RFC 9457 §3.1.1).

use super::super::page::{escape, page};
use super::Problem;
use super::kinds::{self, Kind};
use actix_web::{HttpResponse, get, web};
use std::fmt::Write as _;

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
