//! What is around every request: its id, the headers that protect the answer,
//! errors in one form, a line in the log, and the metrics.

use super::auth::Asked;
use super::problem::{Problem, kinds};
use super::state::State;
use crate::crypto::random;
use crate::domain::Time;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use futures_util::FutureExt as _;
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use uuid::{Builder, Uuid};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The id of a request: always a fresh one of ours. One that a client sends is
/// neither used nor repeated, since anything could be in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) Uuid);

/// The frame (a middleware).
pub(crate) async fn frame<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Err(Problem::of(&kinds::INTERNAL).into());
    };
    let id = request_id(state.app.now());
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    if method == Method::HEAD {
        // Served as GET; the connection remembers to send no body (RFC 9110 §9.3.2).
        request.head_mut().method = Method::GET;
    }
    let private = is_private(request.path());
    let silent = is_silent(request.path());

    // A panic is a bug of ours, never the connection's end: it becomes a 500.
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let Ok(outcome) = outcome else {
        state.metrics.answered("panic", 500, begun.elapsed());
        log::error!(target: "nejtack::access", "a handler panicked request={id}");
        return Err(broken(id, private, silent));
    };
    let mut answer = as_problem(outcome?.map_into_boxed_body(), id);
    protect(answer.headers_mut(), id, private);
    if silent {
        answer = without_body(answer);
    }

    let (request, status) = (answer.request(), answer.status().as_u16());
    let pattern = state.table.pattern(request);
    let took = begun.elapsed();
    state.metrics.answered(state.table.operation(request.method(), &pattern), status, took);
    let extensions = request.extensions();
    let client = extensions.get::<Asked>().map_or("-", |asked| asked.0.id.as_str());
    // The pattern, never the path or the query: those may hold personal data.
    log::info!(
        target: "nejtack::access",
        "{method} {pattern} {status} {}ms request={id} client={client}",
        took.as_millis()
    );
    drop(extensions);
    Ok(answer)
}

thread_local! {
    /// Where this thread's ids have come to.
    static LAST: Cell<u128> = Cell::new(u128::from_be_bytes(random::bytes()));
}

/// A UUIDv7 that counts up from a random number (RFC 9562 §6.2, method 2): ids of
/// requests are no secrets, and the system's randomness would cost each a system call.
fn request_id(now: Time) -> Uuid {
    let milliseconds = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let next = LAST.get().wrapping_add(1);
    LAST.set(next);
    let [rest @ .., _, _, _, _, _, _] = next.rotate_left(48).to_be_bytes();
    Builder::from_unix_timestamp_millis(milliseconds, &rest).into_uuid()
}

/// Writes every error as a problem with the request's id, also those that the
/// framework made. Answers that bring a body of their own form (OAuth, a page) stay.
fn as_problem(answer: ServiceResponse, id: Uuid) -> ServiceResponse {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    let response = answer.response();
    let rendered = match response.error().and_then(|error| error.as_error::<Problem>()) {
        Some(problem) => problem.respond(Some(id)),
        None if is_own(response.headers()) => return answer,
        None => Problem::of(kinds::of_status(status.as_u16())).respond(Some(id)),
    };
    answer.into_response(rendered)
}

fn is_own(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/") || kind.starts_with("text/html"))
}

/// Answers that must not be kept by anything in between.
fn is_private(path: &str) -> bool {
    path.starts_with("/v1") || path.starts_with("/oauth2") || path.starts_with("/health")
}

/// Where whatever an answer says is texted to a person: 46elks sends it back to who
/// wrote (<https://46elks.se/docs/receive-sms>), and nobody must get a problem document
/// for a STOP.
fn is_silent(path: &str) -> bool {
    path == SILENT || path.strip_prefix(SILENT).is_some_and(|rest| rest.starts_with('/'))
}

const SILENT: &str = "/v1/inbound-sms/46elks";

/// The answer with its status and headers alone.
fn without_body(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let mut answer = answer.map_body(|_, _| BoxBody::new(()));
    answer.headers_mut().remove(header::CONTENT_TYPE);
    answer
}

/// Headers that hold unless an answer says otherwise.
fn protect(headers: &mut HeaderMap, id: Uuid, private: bool) {
    let mut unless_set = |name: HeaderName, value: HeaderValue| {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    };
    unless_set(header::CONTENT_SECURITY_POLICY, CSP);
    unless_set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    unless_set(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if private {
        unless_set(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
}

/// The answer in the place of one that a panic took away.
fn broken(id: Uuid, private: bool, silent: bool) -> Error {
    let problem = Problem::of(&kinds::INTERNAL);
    let mut response = problem.respond(Some(id));
    if silent {
        response = response.map_body(|_, _| BoxBody::new(()));
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    protect(response.headers_mut(), id, private);
    InternalError::from_response(problem, response).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::App;
    use crate::http::metrics::Metrics;
    use crate::http::server::ServerOptions;
    use actix_web::middleware::from_fn;
    use actix_web::{HttpResponse, test};
    use std::sync::Arc;

    async fn broken_handler() -> HttpResponse {
        panic!("Qplanterat7731")
    }

    #[actix_web::test]
    async fn a_panic_in_a_handler_is_a_500_that_tells_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let metrics = Arc::new(Metrics::new());
        let state = State::new(App::within(folder.path()), &ServerOptions::default(), metrics);
        let app = actix_web::App::new()
            .app_data(web::Data::new(state))
            .wrap(from_fn(frame))
            .route("/v1/broken", web::get().to(broken_handler));
        let app = test::init_service(app).await;
        for _ in 0..2 {
            let request = test::TestRequest::get().uri("/v1/broken").to_request();
            let answer = match test::try_call_service(&app, request).await {
                Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            assert_eq!(answer.status(), 500);
            let header = |name: HeaderName| answer.headers().get(name).cloned();
            assert_eq!(header(header::CONTENT_TYPE).expect("a type"), "application/problem+json");
            assert_eq!(header(header::CACHE_CONTROL).expect("a header"), "no-store");
            let id = header(REQUEST_ID).expect("an id");
            let body = actix_web::body::to_bytes(answer.into_body()).await.expect("a body");
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains("\"internal\"") && !body.contains("Qplanterat"), "{body}");
            assert!(body.contains(id.to_str().expect("ASCII")), "{body}");
        }
    }
}
