//! `read_changes`

use super::super::super::auth::{Allowed, scopes::ReadChanges};
use super::super::super::params::Params;
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::AsOfBody;
use super::asked::ChangesQuery;
use crate::app::changes::{self as app, Asked, ChangeView, Page};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use utoipa::ToSchema;
use uuid::Uuid;

/// A change. Without personal data, but for `originals`.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeBody {
    /// Its place in the ledger.
    #[schema(example = 48211)]
    position: i64,
    /// When it was recorded, and took effect.
    #[schema(value_type = DateTime<Utc>)]
    time: Time,
    /// What kind it is. New ones may come.
    #[schema(example = "objection.recorded")]
    kind: &'static str,
    /// The objection it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    objection: Option<Uuid>,
    /// How that came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "proxy")]
    source: Option<String>,
    /// What it covers; of a withdrawal, the channels that it frees.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Vec<String>, example = json!(["all"]))]
    channels: Option<Vec<&'static str>>,
    /// Your controllers that it concerns, by slug; of `membership.ended` also one that was yours by
    /// that group until then.
    #[schema(example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
    /// The group that a controller joined or left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "tandgruppen")]
    group: Option<String>,
    /// What was said of the person; only where it was asked for, the objection names one of your
    /// controllers itself, and originals are still kept. This reading is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Object)]
    originals: Option<serde_json::Value>,
}

impl From<ChangeView> for ChangeBody {
    fn from(view: ChangeView) -> Self {
        Self {
            position: view.position,
            time: view.time,
            kind: view.kind,
            objection: view.objection,
            source: view.source,
            channels: view.channels.map(ChannelSet::names),
            controllers: view.controllers,
            group: view.group,
            originals: view.originals,
        }
    }
}

/// A page of the change feed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Changes {
    /// The changes, ascending.
    changes: Vec<ChangeBody>,
    /// Where to go on: send it as `after`. Everything up to here has been looked through, also
    /// where nothing concerned you. Below `as_of.position`, there may be more right away.
    #[schema(example = 48211)]
    next: i64,
    /// How far the ledger had come.
    as_of: AsOfBody,
}

/// Follow changes
///
/// Every change that can make a decision for your controllers another one, in the order of the ledger
/// and without a gap: `objection.recorded`, `objection.withdrawn`, `objection.annulled`,
/// `identifiers.added`, `membership.began`, `membership.ended`, `register.loaded`, `register.bound`,
/// `register.unbound`, `log.rolled_back`. Keep `next` and send it as `after`; with `wait`, an answer
/// comes as soon as there is a change. Memberships count as they were at each change, so what is told
/// of it is the same whenever you ask.
///
/// At `membership.began` a controller may have come to yours, with all that bound it before, of which
/// you were told nothing: ask about everybody for that controller, with a `changed_since` before this
/// change, and all who are not `clear` come back. The same where your client is bound to more.
///
/// A change has no personal data in it. To see whom it is about, ask about your own customers with
/// `changed_since` (look-ups in batches, screenings); or, with `identifiers:read`, take `originals`.
/// What has been applied is to be acknowledged, so that your controllers can show when.
///
/// 422 `beyond_the_ledger`: the database was put back to an older state; begin again from 0. Where its
/// operator says that it was (`log.rolled_back`), begin again from the position that they name, also
/// without this error: positions after it are used again.
#[utoipa::path(
    tag = "Changes",
    security(("oauth2" = ["changes:read"])),
    params(ChangesQuery),
    responses((status = 200, description = "The changes; none where none came in time.", body = Changes, example = json!({
        "changes": [{"position": 48211, "time": "2026-11-20T09:12:03.481516Z", "kind": "objection.recorded",
            "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "source": "proxy", "channels": ["all"],
            "controllers": ["tandgruppen-goteborg"]}],
        "next": 48213, "as_of": {"position": 48213, "time": "2026-11-20T09:12:04.002117Z"}}))),
    extensions(("x-refusals" = json!(["unprocessable"]))),
)]
#[get("/v1/changes")]
pub(crate) async fn read_changes(
    caller: Allowed<ReadChanges>,
    query: Params<ChangesQuery>,
    state: Data<State>,
) -> Result<Json<Changes>, Problem> {
    let asked = Asked::from(query.0);
    let Page { changes, next, as_of } =
        app::read_changes(&state.app, &caller, asked, closing()).await?;
    let changes = changes.into_iter().map(ChangeBody::from).collect();
    Ok(Json(Changes { changes, next, as_of: as_of.into() }))
}

/// Until this process is told to stop: a poll must not hold that up.
async fn closing() {
    match signal(SignalKind::terminate()) {
        Ok(mut told) => drop(told.recv().await),
        Err(_) => std::future::pending().await,
    }
}
