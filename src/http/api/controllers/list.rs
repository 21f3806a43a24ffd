//! `list_controllers`

use super::super::super::auth::{Allowed, scopes::ListControllers};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::controllers::{self as app, ControllerView};
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A controller.
#[derive(Serialize, ToSchema)]
#[schema(as = Controller)]
pub(crate) struct ControllerBody {
    /// Its id.
    id: Uuid,
    /// Its name in requests; never given to another.
    #[schema(example = "tandgruppen-goteborg")]
    slug: String,
    /// Its name for people.
    #[schema(example = "Tandgruppen Göteborg")]
    name: String,
    /// Its organisation number; several controllers may share one.
    #[schema(example = "5599990016")]
    organisation_number: Option<String>,
    /// Where telephone numbers without a country code belong (ISO 3166).
    #[schema(example = "SE")]
    region: String,
    /// The groups it belongs to, by slug.
    #[schema(example = json!(["tandgruppen"]))]
    groups: Vec<String>,
}

impl From<ControllerView> for ControllerBody {
    fn from(view: ControllerView) -> Self {
        let ControllerView { id, slug, name, organisation_number, region, groups } = view;
        Self { id, slug, name, organisation_number, region, groups }
    }
}

/// A page of controllers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Controllers {
    /// The controllers, by slug.
    controllers: Vec<ControllerBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "tandgruppen-goteborg")]
    next: Option<String>,
}

/// List controllers
///
/// With their organisation numbers, since that is what persons and objection services know. Staff
/// and marketing tools see their own.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:list"]), ("oauth2" = ["controllers:admin"]),
        ("oauth2" = ["objections:read"]), ("oauth2" = ["lookups:decide"])),
    params(Page),
    responses((status = 200, description = "A page of controllers.", body = Controllers, example = json!({
        "controllers": [{"id": "01934f00-1d3a-7b52-8a51-0f4d7f0f3c21", "slug": "tandgruppen-goteborg",
            "name": "Tandgruppen Göteborg", "organisation_number": "5599990016", "region": "SE",
            "groups": ["tandgruppen"]}],
        "next": null}))),
)]
#[get("/v1/controllers")]
pub(crate) async fn list_controllers(
    caller: Allowed<ListControllers>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Controllers>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) = app::list_controllers(&state.app, &caller, after, limit).await?;
    Ok(Json(Controllers {
        controllers: views.into_iter().map(ControllerBody::from).collect(),
        next,
    }))
}
