//! Whether the process lives, and whether it may be asked.

use super::problem::{Problem, kinds};
use super::state::State;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

/// How an instance is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `live` or `ready`.
    #[schema(example = "ready")]
    status: &'static str,
}

/// Whether the process lives
///
/// For whoever restarts it. Says nothing of whether it may be asked.
#[utoipa::path(
    tag = "Service",
    responses((status = 200, description = "It lives.", body = Health, example = json!({"status": "live"}))),
)]
#[get("/health/live")]
pub(crate) async fn check_live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "live" })
}

/// Whether the instance may be asked
///
/// For whoever sends it requests: 503 while it starts, and when it cannot prove that what it
/// knows is new enough.
#[utoipa::path(
    tag = "Service",
    responses((status = 200, description = "It may be asked.", body = Health, example = json!({"status": "ready"}))),
    extensions(("x-refusals" = json!(["not-ready", "unavailable"]))),
)]
#[get("/health/ready")]
pub(crate) async fn check_ready(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let app = state.app.clone();
    let ready = web::block(move || app.ready()).await;
    ready.map_err(|_| Problem::of(&kinds::NOT_READY))??;
    Ok(HttpResponse::Ok().json(Health { status: "ready" }))
}
