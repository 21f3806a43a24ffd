//! `issue_client_token`

use super::super::super::auth::{Allowed, scopes::SpeakForClients};
use super::super::super::oauth::token::Token;
use super::super::super::params::{Name, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::clients as app;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Issue a token in a client's name
///
/// To try things with: only the operator can, on the machine itself (`nejtack token`).
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(("client_id" = String, Path, description = "The client", example = "sparrtjanst")),
    responses((status = 200, description = "A token.", body = Token, example = json!({
        "access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.…", "token_type": "Bearer", "expires_in": 900,
        "scope": "controllers:list objections:read-own objections:withdraw-own objections:write"}))),
    extensions(("x-refusals" = json!(["local-only", "not-found", "event-not-possible"]))),
)]
#[post("/v1/clients/{client_id}/tokens")]
pub(crate) async fn issue_client_token(
    caller: Allowed<SpeakForClients>,
    client_id: Name,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let issued = app::token_for(&state.app, &caller, &client_id.0).await?;
    let answer = Token::from(issued);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(answer))
}
