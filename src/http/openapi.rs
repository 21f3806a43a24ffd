//! The OpenAPI document: collected from the handlers, completed by rule, so that
//! no operation can forget what all of them share.

mod complete;
mod introduction;

use serde::Serialize;
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa_actix_web::AppExt as _;

/// The document in the order in which people read one.
#[derive(Serialize)]
struct Document {
    openapi: &'static str,
    info: Value,
    servers: Value,
    tags: Value,
    security: Value,
    paths: Value,
    components: Value,
}

static DOCUMENT: LazyLock<(Document, String)> = LazyLock::new(|| {
    let document = assemble();
    let text = serde_json::to_string_pretty(&document).unwrap_or_default() + "\n";
    (document, text)
});

/// The document as it is served at `/openapi.json` and checked in at
/// `openapi/openapi.json`: JSON, with a line break at its end.
#[must_use]
pub fn document() -> &'static str {
    &DOCUMENT.1
}

/// Every path with its operations.
pub(crate) fn paths() -> impl Iterator<Item = (&'static String, &'static Value)> {
    DOCUMENT.0.paths.as_object().into_iter().flatten()
}

/// The schemas of all bodies, by name.
pub(crate) fn schemas() -> &'static Value {
    &DOCUMENT.0.components["schemas"]
}

fn assemble() -> Document {
    let app = actix_web::App::new().into_utoipa_app().configure(super::routes::documented);
    let (_, collected) = app.split_for_parts();
    let mut collected = serde_json::to_value(collected).unwrap_or_default();
    let mut paths = collected["paths"].take();
    let mut schemas = collected["components"]["schemas"].take();
    let components = complete::complete(&mut paths, &mut schemas);
    Document {
        openapi: "3.1.0",
        info: introduction::info(),
        servers: json!([{"url": "/", "description": "This instance"}]),
        tags: introduction::tags(),
        security: json!([]),
        paths,
        components,
    }
}
