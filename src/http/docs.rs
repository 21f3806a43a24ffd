//! `/openapi.json`, and `/docs`: Swagger UI, from files within the program, so
//! that it works without the internet and tells nobody who reads it.

use super::openapi;
use super::problem::{Problem, kinds};
use actix_web::{HttpResponse, get, http::header, web};
use std::sync::{Arc, LazyLock};
use utoipa_swagger_ui::Config;

/// Exactly what Swagger UI needs: its own files, requests to this service (also
/// for Authorize), styles it sets while it runs, and pictures within its sheets.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                   img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                   form-action 'none'; frame-ancestors 'none'";

/// The API's description.
#[get("/openapi.json")]
pub(crate) async fn read_openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(openapi::document())
}

/// The page's files are beside it, so it needs its slash.
#[get("/docs")]
pub(crate) async fn redirect_to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// A file of Swagger UI.
#[get("/docs/{file:.*}")]
pub(crate) async fn read_docs(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
        let config = Config::from("/openapi.json").validator_url("none");
        Arc::new(config.try_it_out_enabled(true).persist_authorization(false))
    });
    match utoipa_swagger_ui::serve(&file, Arc::clone(&CONFIG)) {
        Ok(Some(file)) => Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, file.content_type))
            .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .body(file.bytes.into_owned())),
        Ok(None) => Err(Problem::of(&kinds::NOT_FOUND)),
        Err(_) => Err(Problem::of(&kinds::INTERNAL)),
    }
}
