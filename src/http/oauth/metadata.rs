//! What the authorization server can do (RFC 8414), and its public keys.

use super::super::state::State;
use crate::app::access;
use crate::domain::client::Scope;
use actix_web::{HttpResponse, get, http::header, web};
use serde::Serialize;
use utoipa::ToSchema;

/// The authorization server's metadata (RFC 8414 §2).
#[derive(Serialize, ToSchema)]
pub(crate) struct AuthorizationServer {
    /// The issuer of tokens: this service's public URL.
    #[schema(example = "https://nejtack.example")]
    issuer: String,
    /// Where tokens are issued.
    #[schema(example = "https://nejtack.example/oauth2/token")]
    token_endpoint: String,
    /// The keys that sign them.
    #[schema(example = "https://nejtack.example/.well-known/jwks.json")]
    jwks_uri: String,
    /// Every scope.
    scopes_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    response_types_supported: Vec<&'static str>,
    /// `client_credentials`.
    grant_types_supported: Vec<&'static str>,
    /// How a client can say who it is.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What a client's assertion can be signed with.
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The description for people.
    #[schema(example = "https://nejtack.example/docs/")]
    service_documentation: String,
}

/// Read the authorization server's metadata
///
/// For OAuth libraries that configure themselves (RFC 8414).
#[utoipa::path(
    tag = "Access",
    responses((status = 200, description = "The metadata.", body = AuthorizationServer, example = json!({
        "issuer": "https://nejtack.example",
        "token_endpoint": "https://nejtack.example/oauth2/token",
        "jwks_uri": "https://nejtack.example/.well-known/jwks.json",
        "scopes_supported": ["objections:write", "lookups:decide"],
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["EdDSA", "ES256", "RS256"],
        "service_documentation": "https://nejtack.example/docs/"}))),
)]
#[get("/.well-known/oauth-authorization-server")]
pub(crate) async fn read_authorization_server(state: web::Data<State>) -> HttpResponse {
    let issuer = &state.app.settings().public_url;
    let metadata = AuthorizationServer {
        issuer: issuer.clone(),
        token_endpoint: format!("{issuer}/oauth2/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        scopes_supported: Scope::EVERY.iter().map(|(_, name)| *name).collect(),
        response_types_supported: Vec::new(),
        grant_types_supported: vec!["client_credentials"],
        token_endpoint_auth_methods_supported: vec![
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        token_endpoint_auth_signing_alg_values_supported: vec!["EdDSA", "ES256", "RS256"],
        service_documentation: format!("{issuer}/docs/"),
    };
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=3600")).json(metadata)
}

/// Public keys (RFC 7517 §5).
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crypto writes")]
pub(crate) struct Jwks {
    /// The keys; every one that a token in use can be signed with.
    keys: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// Read the keys that sign tokens
///
/// For whoever wants to check an access token of this service without asking it.
#[utoipa::path(
    tag = "Access",
    responses((status = 200, description = "The public keys.", body = Jwks, example = json!({
        "keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}))),
)]
#[get("/.well-known/jwks.json")]
pub(crate) async fn read_jwks(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(access::jwks(&state.app))
}
