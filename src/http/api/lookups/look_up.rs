//! `look_up`

use super::super::super::auth::{Allowed, scopes::LookUp as MayLookUp};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::AsOfBody;
use super::super::parts::person::PersonForm;
use super::super::parts::words::ChannelWord;
use super::parts::{AtForm, FoundBody, asked, at_schema, count, metered};
use crate::app::look_up as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question about one person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLookUp)]
pub(crate) struct LookUp {
    /// The controller that wants to send, by slug, id or organisation number.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "tandgruppen-goteborg")]
    controller: String,
    /// How it wants to send; every channel, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["email"]))]
    channels: Vec<ChannelWord>,
    /// The person: at least one identifier.
    #[serde(deserialize_with = "absent::required")]
    person: PersonForm,
    /// As of when.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(schema_with = at_schema)]
    at: Option<AtForm>,
}

impl Posted for LookUp {}

/// The decisions.
#[derive(Serialize, ToSchema)]
#[schema(as = LookedUp)]
pub(crate) struct LookedUp {
    #[serde(flatten)]
    found: FoundBody,
    /// The state of the ledger that the answer is true at.
    as_of: AsOfBody,
}

/// Ask before sending to one person
///
/// Send only where the decision is `clear`. `blocked`: the person objected. `undecidable`: do not
/// send; the contact point of that channel could not be read, or the person may be one who
/// objected. **`clear` is no consent** (marknadsföringslagen 19 §): it means that nobody objected.
///
/// The answer is never older than the question: an objection that got its 201 before the question
/// came counts.
#[utoipa::path(
    tag = "Look-ups",
    security(("oauth2" = ["lookups:decide"]), ("static_key" = [])),
    request_body(content = LookUp, description = "At most 64 KiB.", example = json!({
        "controller": "tandgruppen-goteborg", "channels": ["email"],
        "person": {"emails": ["anna.karin+kampanj@exempel.example"]}})),
    responses((status = 200, description = "The decisions.", body = LookedUp,
        headers(("RateLimit-Policy" = String, description = "The quota; only for a client that has one"),
                ("RateLimit" = String, description = "What is left of it")),
        example = json!({"decisions": {"email": "blocked"},
            "reasons": [{"objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "source": "proxy",
                "since": "2026-11-20T09:12:03.481516Z", "channels": ["all"], "matched": "email",
                "grade": "equivalent", "shared": false}],
            "warnings": [], "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"}}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable", "quota-exceeded"]))),
)]
#[post("/v1/lookups")]
pub(crate) async fn look_up(
    caller: Allowed<MayLookUp>,
    _query: Params<NoQuery>,
    body: Body<LookUp>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let LookUp { controller, channels, person, at } = body.value;
    let question = app::LookUp { controller, channels: asked(&channels), at: at.map(|at| at.0) };
    let (found, as_of) = app::look_up(&state.app, &caller, question, person.into()).await?;
    count(&state, std::iter::once(&found));
    let answer = LookedUp { found: found.into(), as_of: as_of.into() };
    Ok(metered(&state, &caller).json(answer))
}
