//! `end_register_binding`

use super::super::super::auth::{Allowed, scopes::WriteRegisters};
use super::super::super::params::{Id, Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::body::BindingBody;
use crate::app::registers as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// End a register's binding
///
/// From now on the register counts no more for those whom nothing else binds to it. The binding stays
/// on record, and counts for what is asked about the time before. A client that is bound to
/// controllers ends only what binds no others.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"])),
    params(("register" = String, Path, description = "The register's slug or id", example = "nix-telefon"),
        ("id" = Uuid, Path, description = "The binding's id"), RecordingQuery),
    responses((status = 201, description = "Ended.", body = BindingBody, example = json!({
        "id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d30", "register": "nix-telefon", "controllers": ["tandgruppen"],
        "channels": ["phone", "automated_call"], "ended": true, "receipt": RECEIPT}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible", "idempotency-key-reused"]))),
)]
#[post("/v1/registers/{register}/bindings/{id}/endings")]
pub(crate) async fn end_register_binding(
    caller: Allowed<WriteRegisters>,
    register: Name,
    id: Id,
    recording: Recording,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let envelope = recording.envelope(&caller, b"{}");
    let ended = app::unbind_register(&state.app, envelope, &register.0, id.0).await?;
    let answer = BindingBody::from(ended.value.clone()).proved(ended.receipt());
    Ok(recording.answer(None, &answer))
}
