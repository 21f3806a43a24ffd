//! `bind_register`

use super::super::super::auth::{Allowed, scopes::WriteRegisters};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::super::parts::words::{ChannelWord, together};
use super::body::BindingBody;
use crate::app::registers as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Whom a register is to bind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRegisterBinding)]
pub(crate) struct BindRegister {
    /// Controllers and groups, by slug, id or organisation number; left out: every controller, now
    /// and later, or, by a client that is bound to controllers, all of its own.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// The channels that are closed to them; left out: those of the register's rules.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["phone"]))]
    channels: Vec<ChannelWord>,
}

impl Posted for BindRegister {}

/// Bind controllers to a register
///
/// From now on it counts in every look-up and every screening for them, so that no caller can forget
/// it: who is on it is `blocked` on these channels, and without a version that is young enough they
/// are `undecidable`. Of a group, every controller that belongs to it at the time of the question. A
/// client that is bound to controllers binds its own and no others; without `controllers`, all of them.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"])),
    params(("register" = String, Path, description = "The register's slug or id", example = "nix-telefon"), RecordingQuery),
    request_body(content = BindRegister, description = "At most 64 KiB.", example = json!({"controllers": ["tandgruppen"]})),
    responses((status = 201, description = "Bound.", body = BindingBody, example = json!({
        "id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d30", "register": "nix-telefon", "controllers": ["tandgruppen"],
        "channels": ["phone", "automated_call"], "ended": false, "receipt": RECEIPT}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/registers/{register}/bindings")]
pub(crate) async fn bind_register(
    caller: Allowed<WriteRegisters>,
    register: Name,
    recording: Recording,
    body: Body<BindRegister>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let BindRegister { controllers, channels } = body.value;
    let new = app::NewBinding { controllers, channels: together(&channels) };
    let envelope = recording.envelope(&caller, &canonical);
    let bound = app::bind_register(&state.app, envelope, &register.0, new).await?;
    let mut answer = BindingBody::from(bound.value.clone()).proved(bound.receipt());
    answer.id = answer.id.filter(|_| !recording.dry_run);
    Ok(recording.answer(None, &answer))
}
