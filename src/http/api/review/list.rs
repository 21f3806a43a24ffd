//! `list_review`

use super::super::super::auth::{Allowed, scopes::Review};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::review::{self as app, ReviewItem};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A value that could not be read.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewItem)]
pub(crate) struct ItemBody {
    /// Its id.
    id: Uuid,
    /// The objection it came with.
    objection: Uuid,
    /// Where it stood in the body.
    #[schema(example = "/person/phones/1")]
    pointer: String,
    /// Why it could not be read.
    #[schema(example = "unreadable")]
    code: String,
    /// When it came.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// The value; null where the originals are gone.
    #[schema(example = "070-174 06 O7")]
    value: Option<String>,
}

impl From<ReviewItem> for ItemBody {
    fn from(item: ReviewItem) -> Self {
        let ReviewItem { id, objection, pointer, code, received_at, value } = item;
        Self { id, objection, pointer, code, received_at, value }
    }
}

/// A page of the review list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewPage {
    /// The open items, oldest first.
    items: Vec<ItemBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    next: Option<String>,
}

/// List what could not be read
///
/// The open items of your controllers, oldest first. Make out what was meant, add it to the
/// objection, and clear the item. That the values were shown is itself recorded.
#[utoipa::path(
    tag = "Review",
    security(("oauth2" = ["review:clear"])),
    params(Page),
    responses((status = 200, description = "A page of open items.", body = ReviewPage, example = json!({
        "items": [{"id": "0193505c-2f6c-7a01-8d1c-7d2b4f1a0c33", "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
            "pointer": "/person/phones/1", "code": "unreadable", "received_at": "2026-11-20T09:12:03.481516Z",
            "value": "070-174 06 O7"}],
        "next": null}))),
)]
#[get("/v1/review")]
pub(crate) async fn list_review(
    caller: Allowed<Review>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<ReviewPage>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (items, next) = app::list_review(&state.app, &caller, after, limit).await?;
    Ok(Json(ReviewPage { items: items.into_iter().map(ItemBody::from).collect(), next }))
}
