//! `list_register_versions`

use super::super::super::auth::{Allowed, scopes::ListRegisters};
use super::super::super::params::{Name, Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::body::VersionBody;
use crate::app::registers as app;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of versions.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterVersions)]
pub(crate) struct Versions {
    /// The versions, newest first.
    versions: Vec<VersionBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "48102")]
    next: Option<String>,
}

/// List a register's versions
///
/// Those in the past stay on record by day and digest; what they held is no longer kept.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"]), ("oauth2" = ["lookups:decide"]), ("oauth2" = ["audit:read"])),
    params(("register" = String, Path, description = "The register's slug or id", example = "nix-telefon"), Page),
    responses((status = 200, description = "A page of versions.", body = Versions, example = json!({
        "versions": [{"id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d21", "date": "2026-11-02",
            "loaded_at": "2026-11-03T04:10:58.002117Z", "position": 48102, "rows": 2_981_377, "bytes": 38_757_901,
            "columns_used": [{"read_as": "phone", "number": 1, "heading": "Abonnentnummer"}], "every_row_has": ["phones"],
            "digest": "SG7qYk0ru0+2gPNPfJrZapfKTsiL5z6OpebGUmDpy4o=", "age_days": 18, "good_until": "2026-12-31",
            "stale": false, "in_force": true}],
        "next": null}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/registers/{register}/versions")]
pub(crate) async fn list_register_versions(
    caller: Allowed<ListRegisters>,
    register: Name,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Versions>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) =
        app::list_register_versions(&state.app, &caller, &register.0, after, limit).await?;
    Ok(Json(Versions { versions: views.into_iter().map(VersionBody::from).collect(), next }))
}
