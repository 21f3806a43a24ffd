//! `list_register_bindings`

use super::super::super::auth::{Allowed, scopes::ListRegisterBindings};
use super::super::super::params::{Name, Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::body::BindingBody;
use crate::app::registers as app;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of bindings.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterBindings)]
pub(crate) struct Bindings {
    /// The bindings, oldest first.
    bindings: Vec<BindingBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d30")]
    next: Option<String>,
}

/// List whom a register binds
///
/// Bindings that were ended too: they counted for what was asked before.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"]), ("oauth2" = ["audit:read"])),
    params(("register" = String, Path, description = "The register's slug or id", example = "nix-telefon"), Page),
    responses((status = 200, description = "A page of bindings.", body = Bindings, example = json!({
        "bindings": [{"id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d30", "register": "nix-telefon",
            "controllers": ["tandgruppen"], "channels": ["phone", "automated_call"], "ended": false}],
        "next": null}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/registers/{register}/bindings")]
pub(crate) async fn list_register_bindings(
    caller: Allowed<ListRegisterBindings>,
    register: Name,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Bindings>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) =
        app::list_register_bindings(&state.app, &caller, &register.0, after, limit).await?;
    Ok(Json(Bindings { bindings: views.into_iter().map(BindingBody::from).collect(), next }))
}
