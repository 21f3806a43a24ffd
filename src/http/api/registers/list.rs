//! `list_registers`

use super::super::super::auth::{Allowed, scopes::ListRegisters};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::body::RegisterBody;
use crate::app::registers as app;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of registers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registers {
    /// The registers, by slug.
    registers: Vec<RegisterBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "nix-telefon")]
    next: Option<String>,
}

/// List opt-out registers
///
/// Each with the version in force: its day, a keyed digest of its file, its rows, its age, and
/// whether it is too old to be relied on.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"]), ("oauth2" = ["lookups:decide"]), ("oauth2" = ["audit:read"])),
    params(Page),
    responses((status = 200, description = "A page of registers.", body = Registers, example = json!({
        "registers": [{"id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d20", "slug": "nix-telefon", "name": "NIX-Telefon",
            "preset": "nix-telefon", "holds": ["phones"], "channels": ["phone", "automated_call"], "max_age_days": 59,
            "lifted_by": {"customer": {"days_after_end": 0, "similar_offer": true}, "consent": true, "consent_days": 89},
            "columns": "phone:Abonnentnummer", "region": "SE",
            "version": {"id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d21", "date": "2026-11-02",
                "loaded_at": "2026-11-03T04:10:58.002117Z", "position": 48102, "rows": 2_981_377, "bytes": 38_757_901,
                "columns_used": [{"read_as": "phone", "number": 1, "heading": "Abonnentnummer"}], "every_row_has": ["phones"],
                "digest": "SG7qYk0ru0+2gPNPfJrZapfKTsiL5z6OpebGUmDpy4o=", "age_days": 18, "good_until": "2026-12-31",
                "stale": false, "in_force": true}}],
        "next": null}))),
)]
#[get("/v1/registers")]
pub(crate) async fn list_registers(
    caller: Allowed<ListRegisters>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Registers>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) = app::list_registers(&state.app, &caller, after, limit).await?;
    Ok(Json(Registers { registers: views.into_iter().map(RegisterBody::from).collect(), next }))
}
