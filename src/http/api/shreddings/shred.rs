//! `shred_originals`

use super::super::super::auth::{Allowed, scopes::OperateMachine};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::{Problem, kinds};
use super::super::super::state::State;
use crate::app::shred as app;
use actix_web::post;
use actix_web::web::{Data, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to be shredded: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewShredding)]
pub(crate) struct ShredOriginals {
    /// All that was posted more than so many days ago.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(minimum = 0, maximum = 36_500, example = 1_095)]
    older_than_days: Option<Days>,
    /// What was posted with this objection, and with what happened to it later.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<Uuid>)]
    objection: Option<Uuid>,
    /// Whether the proxies go as well: the proof that the person asked for it.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(default = false)]
    proof: Option<bool>,
}

impl Posted for ShredOriginals {}

/// A hundred years at most.
#[derive(Deserialize, ToSchema)]
#[serde(try_from = "u32")]
#[schema(value_type = u32)]
pub(crate) struct Days(u32);

impl TryFrom<u32> for Days {
    type Error = &'static str;

    fn try_from(days: u32) -> Result<Self, Self::Error> {
        if days <= 36_500 { Ok(Self(days)) } else { Err("0 to 36500") }
    }
}

/// What was shredded.
#[derive(Serialize, ToSchema)]
#[schema(as = Shredding)]
pub(crate) struct Shredding {
    /// How many objections and events lost their originals; a proxy counts by itself.
    #[schema(example = 1204)]
    records: i64,
    /// How many entries of the ledger say so.
    #[schema(example = 1)]
    entries: usize,
    /// How many messages keep them for now: staff must still read them in the review list.
    #[schema(example = 0)]
    waiting: usize,
    /// Whether there is more: send the same again.
    #[schema(example = false)]
    more: bool,
}

/// Shred originals
///
/// Destroys the keys of what was posted about persons: nobody can read it again. The objections and
/// their receipts stay, and go on blocking. What is older than `originals_days` goes by itself; this
/// is for less, and for one objection. A message that waits in the review list keeps what it says
/// until staff have settled it. Sending it again does nothing. Only the operator can, on the
/// machine itself (`nejtack originals shred`).
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["clients:admin"])),
    request_body(content = ShredOriginals, description = "At most 64 KiB.", example = json!({"older_than_days": 1_095})),
    responses((status = 200, description = "Shredded, and committed to in the ledger.", body = Shredding,
        example = json!({"records": 1204, "entries": 1, "waiting": 0, "more": false}))),
    extensions(("x-refusals" = json!(["local-only", "not-found"]))),
)]
#[post("/v1/shreddings")]
pub(crate) async fn shred_originals(
    caller: Allowed<OperateMachine>,
    _query: Params<NoQuery>,
    body: Body<ShredOriginals>,
    state: Data<State>,
) -> Result<Json<Shredding>, Problem> {
    let ShredOriginals { older_than_days, objection, proof } = body.value;
    let what = match (older_than_days, objection) {
        (Some(days), None) => app::Shred::OlderThan(days.0),
        (None, Some(id)) => app::Shred::Objection(id),
        _ => {
            let detail = "Send either older_than_days or objection.";
            return Err(Problem::saying(&kinds::MALFORMED, detail));
        }
    };
    let done = app::shred(&state.app, &caller, what, proof.unwrap_or(false)).await?;
    let app::Shredded { records, entries, waiting, more } = done;
    Ok(Json(Shredding { records, entries, waiting, more }))
}
