//! `add_register`

use super::super::super::auth::{Allowed, scopes::WriteRegisters};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::super::parts::words::{ChannelWord, HoldingWord, PresetWord, together};
use super::body::{LiftedByBody, RegisterBody};
use crate::app::registers as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A register to be added. What is left out is as the preset has it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRegister)]
pub(crate) struct AddRegister {
    /// Its name in requests, for ever.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = "^[a-z][a-z0-9-]{0,62}[a-z0-9]$", example = "nix-telefon")]
    slug: String,
    /// Its name for people.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", max_length = 200, example = "NIX-Telefon")]
    name: String,
    /// Whose rules it has.
    #[serde(default, deserialize_with = "absent::option")]
    preset: Option<PresetWord>,
    /// What it holds; required without a preset.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["phones"]))]
    holds: Vec<HoldingWord>,
    /// The channels that it closes, unless a binding says otherwise; required without a preset.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["phone", "automated_call"]))]
    channels: Vec<ChannelWord>,
    /// For how many days after its date a version can be relied on; required without a preset.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(minimum = 1, maximum = 3660, example = 59)]
    max_age_days: Option<u16>,
    /// What lifts its block; without a preset, nothing unless said.
    #[serde(default, deserialize_with = "absent::option")]
    lifted_by: Option<LiftedByBody>,
    /// What headings of its files mean that are not known, as in a screening's `columns`:
    /// `phone:Nummer`, `phone:#1`; ids go with their issuer, as there.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 2000, example = "phone:Abonnentnummer")]
    columns: Option<String>,
    /// The country of numbers and postcodes that name none (ISO 3166); SE unless said.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(pattern = "^[A-Z]{2}$", example = "SE")]
    region: Option<String>,
}

impl Posted for AddRegister {}

/// Add an opt-out register
///
/// A national register, or any list of persons who want no marketing from anyone. It counts for
/// nobody until it is bound (`POST /v1/registers/{register}/bindings`), and then makes decisions
/// `undecidable` until a version is loaded (`POST /v1/registers/{register}/versions`).
///
/// | preset | holds | closes | age | lifted by | its file |
/// | --- | --- | --- | --- | --- | --- |
/// | `nix-telefon` (Sweden) | `phones` | `phone` `automated_call` | 59 days: two months | a customer, with a similar offer; a consent given in the last 89 days: three months | not public: mapped by column |
/// | `nix-adresserat` (Sweden) | `addresses` | `post` | 89 days: three months | a customer, up to a year after, with a similar offer; consent | not public: mapped by column |
/// | `dk-robinson` (Denmark) | `addresses` | `phone` `automated_call` `post` | 92 days: the longest quarter | consent | built in: fixed places, ISO 8859-1 |
/// | `no-reservasjon` (Norway) | `phones` `addresses` | `phone` `automated_call` `post` | 28 days: a month | a customer, with a similar offer; consent | by agreement: mapped by column |
///
/// Months are counted as the fewest days that they can have. The formats of the NIX registers' files
/// are not public: whoever receives them says by `columns` what their headings mean. Anything of a
/// preset can be said otherwise.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"])),
    params(RecordingQuery),
    request_body(content = AddRegister, description = "At most 64 KiB.",
        example = json!({"slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon", "columns": "phone:Abonnentnummer"})),
    responses((status = 201, description = "Added.", body = RegisterBody, example = json!({
        "id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d20", "slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon",
        "holds": ["phones"], "channels": ["phone", "automated_call"], "max_age_days": 59,
        "lifted_by": {"customer": {"days_after_end": 0, "similar_offer": true}, "consent": true, "consent_days": 89},
        "columns": "phone:Abonnentnummer", "region": "SE", "version": null, "receipt": RECEIPT}))),
    extensions(("x-refusals" = json!(["name-taken", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/registers")]
pub(crate) async fn add_register(
    caller: Allowed<WriteRegisters>,
    recording: Recording,
    body: Body<AddRegister>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let AddRegister { slug, name, preset, holds, channels, max_age_days, .. } = body.value;
    let AddRegister { lifted_by, columns, region, .. } = body.value;
    let new = app::NewRegister {
        slug,
        name,
        preset: preset.map(|word| word.0),
        holds: holds.iter().map(|word| word.0).collect(),
        channels: together(&channels),
        max_age_days,
        lifted_by: lifted_by.map(Into::into),
        columns,
        region,
    };
    let envelope = recording.envelope(&caller, &canonical);
    let added = app::add_register(&state.app, envelope, new).await?;
    let answer = RegisterBody::from(added.value.clone()).proved(added.receipt());
    Ok(recording.answer(None, &answer))
}
