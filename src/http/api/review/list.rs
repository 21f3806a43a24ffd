//! `list_review`

use super::super::super::auth::{Allowed, scopes::Review};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::review::{self as app, ReviewItem, ReviewOf};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A value that could not be read, or a message that was not understood.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewItem)]
pub(crate) struct ItemBody {
    /// Its id.
    id: Uuid,
    /// `value` or `message`. New kinds may come.
    #[schema(example = "value")]
    kind: &'static str,
    /// Of a value: the objection it came with.
    objection: Option<Uuid>,
    /// Of a value: where it stood in the body.
    #[schema(example = "/person/phones/1")]
    pointer: Option<String>,
    /// Why it could not be read or understood. Of a message: `not_understood`, `negated` (a "not" in
    /// it), `question`, `start_word` (START, JA: no consent), `no_text`, or `sender_unreadable` where
    /// it says stop and came from a short code or a name. New ones may come.
    #[schema(example = "unreadable")]
    code: String,
    /// When it came.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// The value, or the message's text; null where the originals are gone.
    #[schema(example = "070-174 06 O7")]
    value: Option<String>,
    /// Of a message: by whom, and to which number.
    message: Option<MessageBody>,
}

/// By whom a message was sent, and to which number.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewMessage)]
pub(crate) struct MessageBody {
    /// The client that handed it over.
    #[schema(example = "elks")]
    gateway: String,
    /// Who sent it, as the gateway says; null where the originals are gone.
    #[schema(example = "+46701740605")]
    from: Option<String>,
    /// The number that it was sent to.
    #[schema(example = "+46701740699")]
    to: Option<String>,
}

impl From<ReviewItem> for ItemBody {
    fn from(item: ReviewItem) -> Self {
        let ReviewItem { id, of, code, received_at, value } = item;
        let (kind, objection, pointer, message) = match of {
            ReviewOf::Value { objection, pointer } => {
                ("value", Some(objection), Some(pointer), None)
            }
            ReviewOf::Message { gateway, from, to } => {
                ("message", None, None, Some(MessageBody { gateway, from, to }))
            }
        };
        Self { id, kind, objection, pointer, code, received_at, value, message }
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

/// List what could not be read or understood
///
/// The open items of your controllers, oldest first. Of a value: make out what was meant, add it to
/// the objection, and clear the item. Of a message that somebody sent to a number of yours: read what
/// it says, and clear it as an objection or as none. That values and messages were shown is itself
/// recorded.
#[utoipa::path(
    tag = "Review",
    security(("oauth2" = ["review:clear"])),
    params(Page),
    responses((status = 200, description = "A page of open items.", body = ReviewPage, example = json!({
        "items": [{"id": "0193505c-2f6c-7a01-8d1c-7d2b4f1a0c33", "kind": "value", "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
            "pointer": "/person/phones/1", "code": "unreadable", "received_at": "2026-11-20T09:12:03.481516Z",
            "value": "070-174 06 O7", "message": null},
            {"id": "0193505c-8a11-7b02-9f4e-2c61d70b5e18", "kind": "message", "objection": null, "pointer": null,
            "code": "negated", "received_at": "2026-11-20T09:15:40.120034Z", "value": "Sluta inte skicka!",
            "message": {"gateway": "elks", "from": "+46701740605", "to": "+46701740699"}}],
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
