//! `look_up_batch`

use super::super::super::auth::{Allowed, scopes::LookUp as MayLookUp};
use super::super::super::body::{Body, LOOKUP_BATCH, Posted, absent};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::AsOfBody;
use super::super::parts::person::RowForm;
use super::super::parts::words::ChannelWord;
use super::parts::{AtForm, FoundBody, asked, at_schema, count, metered};
use crate::app::look_up as app;
use crate::domain::register::Relationship;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question about many persons.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLookUpBatch)]
pub(crate) struct LookUpBatch {
    /// The controller that wants to send, by slug, id or organisation number.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "tandgruppen-goteborg")]
    controller: String,
    /// How it wants to send; every channel, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["email"]))]
    channels: Vec<ChannelWord>,
    /// The persons.
    #[serde(deserialize_with = "absent::required_set::<_, _, 10000>")]
    #[schema(min_items = 1, max_items = 10000)]
    persons: Vec<RowForm>,
    /// Opt-out registers that count besides those that bind the controller, by slug or id.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["nix-telefon"]))]
    registers: Vec<String>,
    /// As of when.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(schema_with = at_schema)]
    at: Option<AtForm>,
    /// A position, such as that of the last answer's `as_of`: only those persons come back whose
    /// decision was another then. Every person needs a `key`. From 0, all who are not `clear`; so also
    /// where the controller was not yours then: it has joined your group since, or your client was
    /// bound to it. After the database was put back to an older state, ask from 0.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(minimum = 0, example = 48102)]
    changed_since: Option<i64>,
}

impl Posted for LookUpBatch {
    const LIMIT: usize = LOOKUP_BATCH;
}

/// What was found of a person of a batch.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundOfBatch)]
pub(crate) struct FoundRow {
    /// Your own name for the row.
    #[schema(example = "row-17")]
    key: Option<String>,
    #[serde(flatten)]
    found: FoundBody,
}

/// The decisions, in the order of the persons.
#[derive(Serialize, ToSchema)]
#[schema(as = LookedUpBatch)]
pub(crate) struct LookedUpBatch {
    /// One for each person.
    results: Vec<FoundRow>,
    /// The state of the ledger that all of them are true at.
    as_of: AsOfBody,
}

/// Ask before sending to many persons
///
/// Up to 10,000 persons, answered in order and all at one state of the ledger. Decisions are the
/// same as one by one; pointers in `warnings` count from the body (`/persons/3/emails/0`).
///
/// `changed_since` keeps a CRM in step without anyone's data leaving it: ask about everyone, and get
/// back those whose decision has changed since the position of the last answer. Where an opt-out
/// register makes that impossible to tell (a newer version has come, or one has grown too old), a
/// person comes back too.
#[utoipa::path(
    tag = "Look-ups",
    security(("oauth2" = ["lookups:decide"]), ("static_key" = [])),
    request_body(content = LookUpBatch, description = "At most 16 MiB.", example = json!({
        "controller": "tandgruppen-goteborg", "channels": ["email", "sms"], "persons": [
            {"key": "row-17", "emails": ["anna.karin+kampanj@exempel.example"]},
            {"key": "row-18", "phones": ["070-174 06 99"]}]})),
    responses((status = 200, description = "The decisions.", body = LookedUpBatch,
        headers(("RateLimit-Policy" = String, description = "The quota; only for a client that has one"),
                ("RateLimit" = String, description = "What is left of it")),
        example = json!({"results": [
            {"key": "row-17", "decisions": {"email": "blocked", "sms": "blocked"}, "warnings": []},
            {"key": "row-18", "decisions": {"email": "clear", "sms": "clear"}, "warnings": []}],
            "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"}}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable", "quota-exceeded"]))),
)]
#[post("/v1/lookups/batch")]
pub(crate) async fn look_up_batch(
    caller: Allowed<MayLookUp>,
    _query: Params<NoQuery>,
    body: Body<LookUpBatch>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let LookUpBatch { controller, channels, persons, registers, at, changed_since } = body.value;
    let (channels, at) = (asked(&channels), at.map(|at| at.0));
    let question = app::LookUp { controller, channels, at, registers };
    let persons = persons.into_iter().map(|mut row| {
        let relationship = row.relationship.take().map(Relationship::from);
        (row.key.take(), app::Whom { relationship, person: row.into() })
    });
    let (found, as_of) =
        app::look_up_batch(&state.app, &caller, question, changed_since, persons).await?;
    count(&state, found.iter().map(|(_, found)| found));
    let results = found.into_iter().map(|(key, found)| FoundRow { key, found: found.into() });
    let answer = LookedUpBatch { results: results.collect(), as_of: as_of.into() };
    Ok(metered(&state, &caller).json(answer))
}
