//! The token endpoint (RFC 6749 §3.2).

use super::super::body::next_part;
use super::super::state::State;
use super::super::throttle;
use super::form::{Fault, Form, basic};
use crate::app::access::{self, Issued, TokenRefusal};
use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

/// A token request is at most this long: an assertion is the largest part of one.
const LIMIT: usize = 32 * 1024;

/// The form that asks for a token.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read by `Form`")]
pub(crate) struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: String,
    /// Scopes, separated by spaces; without it, all that the client has been granted.
    #[schema(nullable = false, example = "objections:write objections:read-own")]
    scope: Option<String>,
    /// The client, unless HTTP Basic or an assertion names it.
    #[schema(nullable = false, example = "sparrtjanst")]
    client_id: Option<String>,
    /// The client's secret (client_secret_post).
    #[schema(nullable = false, example = "njs_…")]
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (private_key_jwt, RFC 7523).
    #[schema(nullable = false)]
    client_assertion_type: Option<String>,
    /// The signed assertion.
    #[schema(nullable = false)]
    client_assertion: Option<String>,
}

/// A token (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// The token: send it as `Authorization: Bearer …`.
    pub(crate) access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub(crate) token_type: &'static str,
    /// Seconds until it expires.
    #[schema(example = 900)]
    pub(crate) expires_in: u32,
    /// What it lets its holder do.
    #[schema(example = "controllers:list objections:read-own objections:write")]
    pub(crate) scope: String,
}

impl From<Issued> for Token {
    fn from(issued: Issued) -> Self {
        let scopes: Vec<_> = issued.scopes.iter().map(|scope| scope.name()).collect();
        Self {
            access_token: issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            scope: scopes.join(" "),
        }
    }
}

/// Why there is no token (RFC 6749 §5.2).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenError {
    /// `invalid_request`, `invalid_client`, `unauthorized_client`, `unsupported_grant_type`,
    /// `invalid_scope` or `temporarily_unavailable`.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// A sentence for people.
    #[schema(example = "The client is unknown or did not prove who it is.")]
    error_description: &'static str,
}

/// Get an access token
///
/// OAuth 2.0 client credentials (RFC 6749 §4.4). Say who you are in exactly one way: HTTP Basic
/// (`client_secret_basic`), `client_id` and `client_secret` in the form (`client_secret_post`),
/// or a signed assertion (`private_key_jwt`, RFC 7523) whose audience is this endpoint's URL or
/// the issuer. A token lives for 15 minutes; get a new one when it has expired, there is no
/// refresh token.
#[utoipa::path(
    tag = "Access",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded",
        description = "At most 32 KiB.",
        example = json!({"grant_type": "client_credentials", "client_id": "sparrtjanst", "client_secret": "njs_…"})),
    responses(
        (status = 200, description = "A token.", body = Token, example = json!({
            "access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.…", "token_type": "Bearer",
            "expires_in": 900, "scope": "controllers:list objections:read-own objections:withdraw-own objections:write"})),
        (status = 400, description = "The request is not a proper one, or asks for a scope the client does not have.",
            body = TokenError, example = json!({"error": "invalid_scope", "error_description": "The client does not have every scope that it asks for."})),
        (status = 401, description = "The client is unknown or did not prove who it is.", body = TokenError,
            headers(("WWW-Authenticate" = String, description = "`Basic`")),
            example = json!({"error": "invalid_client", "error_description": "The client is unknown or did not prove who it is."})),
        (status = 429, description = "Too many failed attempts from this address.", body = TokenError,
            headers(("Retry-After" = u32, description = "Seconds to wait")),
            example = json!({"error": "temporarily_unavailable", "error_description": "Too many failed attempts from this address."})),
        (status = 503, description = "The service cannot answer just now.", body = TokenError,
            headers(("Retry-After" = u32, description = "Seconds to wait")),
            example = json!({"error": "temporarily_unavailable", "error_description": "The service cannot answer just now."})),
    ),
    extensions(("x-refusals" = json!([]))),
)]
#[post("/oauth2/token")]
pub(crate) async fn issue_token(
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> HttpResponse {
    let issued = async {
        let form = read_form(&request, payload).await?;
        let basic = basic(request.headers())?;
        let credentials = form.credentials(basic.as_ref())?;
        if form.get("grant_type") != Some("client_credentials") {
            return Err(Refused::from(match form.get("grant_type") {
                Some(_) => Fault::GrantType,
                None => Fault::Request("grant_type is required."),
            }));
        }
        access::grant(&state.app, credentials, form.get("scope")).await.map_err(Refused::Token)
    };
    match issued.await {
        Ok(issued) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .json(Token::from(issued)),
        Err(refused) => refuse(&request, &state, &refused),
    }
}

enum Refused {
    Form(Fault),
    Token(TokenRefusal),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Form(fault)
    }
}

async fn read_form(request: &HttpRequest, payload: Payload) -> Result<Form, Fault> {
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Err(Fault::Request("Send Content-Type application/x-www-form-urlencoded."));
    }
    let mut payload = payload.into_inner();
    let mut body = Vec::new();
    while let Some(part) =
        next_part(&mut payload).await.map_err(|_| Fault::Request("The body broke off."))?
    {
        if body.len() + part.len() > LIMIT {
            return Err(Fault::Request("The body is too large."));
        }
        body.extend_from_slice(&part);
    }
    Form::parse(&body)
}

fn refuse(request: &HttpRequest, state: &State, refused: &Refused) -> HttpResponse {
    let (status, error, error_description) = match refused {
        Refused::Form(Fault::Request(what)) => (400, "invalid_request", *what),
        Refused::Form(Fault::GrantType) => {
            (400, "unsupported_grant_type", "Only client_credentials is known here.")
        }
        Refused::Form(Fault::Client) | Refused::Token(TokenRefusal::InvalidClient) => {
            (401, "invalid_client", "The client is unknown or did not prove who it is.")
        }
        Refused::Token(TokenRefusal::InvalidScope) => {
            (400, "invalid_scope", "The client does not have every scope that it asks for.")
        }
        Refused::Token(TokenRefusal::Unavailable) => {
            (503, "temporarily_unavailable", "The service cannot answer just now.")
        }
    };
    let source = throttle::source(request, state).filter(|_| status == 401);
    let wait = source.and_then(|address| state.throttle.failed(address));
    let (status, error, error_description) = match wait {
        Some(_) => (429, "temporarily_unavailable", "Too many failed attempts from this address."),
        None => (status, error, error_description),
    };
    let mut answer =
        HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap_or_default());
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    match status {
        401 => drop(answer.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"nejtack\""))),
        429 | 503 => drop(answer.insert_header((header::RETRY_AFTER, wait.unwrap_or(5)))),
        _ => {}
    }
    answer.json(TokenError { error, error_description })
}
