//! `list_groups`

use super::super::super::auth::{Allowed, scopes::ListControllers};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::groups::{self as app, GroupView};
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A group of controllers.
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
pub(crate) struct GroupBody {
    /// Its id.
    id: Uuid,
    /// Its name in requests; never given to another.
    #[schema(example = "tandgruppen")]
    slug: String,
    /// Its name for people.
    #[schema(example = "Tandgruppen")]
    name: String,
    /// Its members today, by slug.
    #[schema(example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
}

impl From<GroupView> for GroupBody {
    fn from(view: GroupView) -> Self {
        let GroupView { id, slug, name, controllers } = view;
        Self { id, slug, name, controllers }
    }
}

/// A page of groups.
#[derive(Serialize, ToSchema)]
pub(crate) struct Groups {
    /// The groups, by slug.
    groups: Vec<GroupBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "tandgruppen")]
    next: Option<String>,
}

/// List groups
///
/// An objection can name a group: then it binds every controller that is a member when it comes or
/// later.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:list"]), ("oauth2" = ["controllers:admin"]),
        ("oauth2" = ["objections:read"]), ("oauth2" = ["lookups:decide"])),
    params(Page),
    responses((status = 200, description = "A page of groups.", body = Groups, example = json!({
        "groups": [{"id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d10", "slug": "tandgruppen", "name": "Tandgruppen",
            "controllers": ["tandgruppen-goteborg"]}],
        "next": null}))),
)]
#[get("/v1/groups")]
pub(crate) async fn list_groups(
    caller: Allowed<ListControllers>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Groups>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) = app::list_groups(&state.app, &caller, after, limit).await?;
    Ok(Json(Groups { groups: views.into_iter().map(GroupBody::from).collect(), next }))
}
