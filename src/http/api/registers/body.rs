//! What several answers about registers have in common.

use super::super::super::body::absent;
use super::super::screenings::read::ColumnBody;
use crate::app::registers::{BindingView, RegisterView, VersionView};
use crate::domain::Time;
use crate::domain::register::{CustomerRule, LiftedBy, Preset};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What lifts a register's block, and never an objection's.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LiftedBy)]
pub(crate) struct LiftedByBody {
    /// Being a customer; left out or null, that lifts nothing.
    #[serde(default, deserialize_with = "absent::option")]
    pub(super) customer: Option<CustomerRuleBody>,
    /// A consent that can be shown.
    #[serde(default, deserialize_with = "absent::or_default")]
    #[schema(example = true)]
    pub(super) consent: bool,
    /// Only for so many days after it was given (`given_at`); left out or null, for as long as nobody
    /// says that it has ended.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(minimum = 0, maximum = 65535, example = 89)]
    consent_days: Option<u16>,
}

/// Which customers may be contacted all the same.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomerRule)]
pub(crate) struct CustomerRuleBody {
    /// For so many days after the last one as a customer.
    #[serde(default, deserialize_with = "absent::or_default")]
    #[schema(minimum = 0, maximum = 65535, example = 365)]
    days_after_end: u16,
    /// Only with an offer of the same kind as what was bought.
    #[serde(default, deserialize_with = "absent::or_default")]
    #[schema(example = true)]
    similar_offer: bool,
}

impl From<LiftedByBody> for LiftedBy {
    fn from(body: LiftedByBody) -> Self {
        let customer = body.customer.map(|rule| CustomerRule {
            days_after_end: rule.days_after_end,
            similar_offer: rule.similar_offer,
        });
        Self { customer, consent: body.consent, consent_days: body.consent_days }
    }
}

impl From<LiftedBy> for LiftedByBody {
    fn from(lifted_by: LiftedBy) -> Self {
        let customer = lifted_by.customer.map(|rule| CustomerRuleBody {
            days_after_end: rule.days_after_end,
            similar_offer: rule.similar_offer,
        });
        Self { customer, consent: lifted_by.consent, consent_days: lifted_by.consent_days }
    }
}

/// An opt-out register.
#[derive(Serialize, ToSchema)]
#[schema(as = Register)]
pub(crate) struct RegisterBody {
    /// Its id.
    id: Uuid,
    /// Its name in requests; never given to another.
    #[schema(example = "nix-telefon")]
    slug: String,
    /// Its name for people.
    #[schema(example = "NIX-Telefon")]
    name: String,
    /// The preset that its rules began as.
    #[schema(example = "nix-telefon")]
    preset: Option<&'static str>,
    /// What it holds.
    #[schema(example = json!(["phones"]))]
    holds: Vec<String>,
    /// The channels that it closes, unless a binding says otherwise.
    #[schema(example = json!(["phone", "automated_call"]))]
    channels: Vec<String>,
    /// For how many days after its date a version can be relied on.
    #[schema(example = 59)]
    max_age_days: u16,
    /// What lifts its block.
    lifted_by: LiftedByBody,
    /// What headings of its files mean that are not known.
    columns: Option<String>,
    /// The country of numbers and postcodes that name none.
    #[schema(example = "SE")]
    region: String,
    /// The version in force; null: it has none, and makes decisions `undecidable`.
    version: Option<VersionBody>,
    /// Proof that this stands in the log (a C2SP tlog-proof); only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

impl From<RegisterView> for RegisterBody {
    fn from(view: RegisterView) -> Self {
        Self {
            id: view.id,
            slug: view.slug,
            name: view.name,
            preset: view.preset.map(Preset::name),
            holds: view.holds,
            channels: view.channels,
            max_age_days: view.max_age_days,
            lifted_by: view.lifted_by.into(),
            columns: view.columns,
            region: view.region,
            version: view.version.map(VersionBody::from),
            receipt: None,
        }
    }
}

impl RegisterBody {
    /// The same, with its receipt.
    pub(super) fn proved(self, receipt: Option<&str>) -> Self {
        Self { receipt: receipt.map(str::to_owned), ..self }
    }
}

/// A version of a register.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterVersion)]
pub(crate) struct VersionBody {
    /// Its id.
    id: Uuid,
    /// The day that its file is of.
    #[schema(format = Date, example = "2026-11-02")]
    date: String,
    /// When it was put in force.
    #[schema(value_type = DateTime<Utc>)]
    loaded_at: Time,
    /// The entry of the ledger that did; 0 after a dry run.
    #[schema(example = 48211)]
    position: i64,
    /// Rows of its file.
    #[schema(example = 2_981_377)]
    rows: i64,
    /// Which columns of its file were read as what; none of a file with a layout of its own.
    columns_used: Vec<ColumnBody>,
    /// What every row has, ids by their issuer: by nothing else can it be told that somebody is not on
    /// the register. Where none of it reaches a channel, only who is on it is decided there.
    #[schema(example = json!(["phones"]))]
    every_row_has: Vec<String>,
    /// How long its file was.
    #[schema(example = 38_757_901)]
    bytes: i64,
    /// A keyed digest of its file, in base64: the same file has the same one here, and nobody can
    /// tell the file by it.
    #[schema(example = "SG7qYk0ru0+2gPNPfJrZapfKTsiL5z6OpebGUmDpy4o=")]
    digest: String,
    /// Days since its date.
    #[schema(example = 18)]
    age_days: i64,
    /// The last day on which it can be relied on.
    #[schema(format = Date, example = "2026-12-31")]
    good_until: String,
    /// Whether that day is over: decisions are then `undecidable`.
    stale: bool,
    /// Whether it is in force: the newest. Of the others only this is kept.
    in_force: bool,
}

impl From<VersionView> for VersionBody {
    fn from(view: VersionView) -> Self {
        Self {
            id: view.id,
            date: view.date.to_string(),
            loaded_at: view.loaded_at,
            position: view.position,
            rows: view.rows,
            columns_used: view.columns_used.into_iter().map(ColumnBody::from).collect(),
            every_row_has: view.every_row_has,
            bytes: view.bytes,
            digest: STANDARD.encode(view.digest),
            age_days: view.age_days,
            good_until: view.good_until.to_string(),
            stale: view.stale,
            in_force: view.in_force,
        }
    }
}

/// Whom a register binds.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterBinding)]
pub(crate) struct BindingBody {
    /// The binding's id; none after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub(super) id: Option<Uuid>,
    /// The register's slug.
    #[schema(example = "nix-telefon")]
    register: String,
    /// Controllers and groups by slug; none: every controller, now and later.
    #[schema(example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// The channels that are closed to them.
    #[schema(example = json!(["phone", "automated_call"]))]
    channels: Vec<String>,
    /// Whether it was ended.
    ended: bool,
    /// Proof that this stands in the log (a C2SP tlog-proof); only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

impl From<BindingView> for BindingBody {
    fn from(view: BindingView) -> Self {
        Self {
            id: Some(view.id),
            register: view.register,
            controllers: view.controllers,
            channels: view.channels,
            ended: view.ended,
            receipt: None,
        }
    }
}

impl BindingBody {
    /// The same, with its receipt.
    pub(super) fn proved(self, receipt: Option<&str>) -> Self {
        Self { receipt: receipt.map(str::to_owned), ..self }
    }
}
