//! `record_objection`

use super::super::super::auth::{Allowed, scopes::RecordObjections};
use super::super::super::body::{Body, OBJECTION, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::{FaultBody, Problem};
use super::super::super::state::State;
use super::super::parts::direct::DirectForm;
use super::super::parts::moment::Moment;
use super::super::parts::person::PersonForm;
use super::super::parts::proxy::ProxyForm;
use super::super::parts::words::{ChannelWord, together};
use crate::app::Committed;
use crate::app::record_objection::{self as app, NewObjection, Recorded};
use crate::app::refusal::Refusal;
use crate::domain::Time;
use crate::domain::fault::Fault;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An objection to direct marketing (GDPR Art. 21.2).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewObjection)]
pub(crate) struct RecordObjection {
    /// Your own reference; makes a retry safe for ever.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 200, example = "spt-2026-004711")]
    reference: Option<String>,
    /// The controllers or groups it binds, by slug, id or organisation number; every one, if left
    /// out. A group's objection binds every member, also one that joins later.
    #[serde(default, deserialize_with = "absent::set::<_, _, 1000>")]
    #[schema(max_items = 1000, example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// The right that is used: always `object_to_direct_marketing`.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "object_to_direct_marketing")]
    right: String,
    /// When the person objected; now, if left out.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<DateTime<Utc>>, example = "2026-11-20T09:12:00Z")]
    objected_at: Option<Moment>,
    /// What it covers: `all`, if left out. By proxy nothing less can be said; a person who asks staff
    /// may say less.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["all"]))]
    channels: Vec<ChannelWord>,
    /// The person.
    #[serde(deserialize_with = "absent::required")]
    person: PersonForm,
    /// The proxy; required from an objection service.
    #[serde(default, deserialize_with = "absent::option")]
    proxy: Option<ProxyForm>,
    /// How the person's own request came; from staff, in place of a proxy.
    #[serde(default, deserialize_with = "absent::option")]
    direct: Option<DirectForm>,
}

impl Posted for RecordObjection {
    const LIMIT: usize = OBJECTION;
}

impl TryFrom<RecordObjection> for NewObjection {
    type Error = Refusal;

    fn try_from(form: RecordObjection) -> Result<Self, Refusal> {
        Ok(Self {
            reference: form.reference,
            controllers: form.controllers,
            right: form.right,
            objected_at: form.objected_at.map(|at| at.0),
            channels: together(&form.channels),
            person: form.person.into(),
            proxy: form.proxy.map(TryInto::try_into).transpose()?,
            direct: form.direct.map(Into::into),
        })
    }
}

/// A recorded objection. It says nothing of whether the person was known before.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordedObjection)]
pub(crate) struct ObjectionAnswer {
    /// The objection's id; none after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    id: Option<Uuid>,
    /// Your reference.
    #[schema(example = "spt-2026-004711")]
    reference: Option<String>,
    /// `recorded`, or `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// When it was received.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// Since when it is in effect: the same time.
    #[schema(value_type = DateTime<Utc>)]
    effective_at: Time,
    /// What could not be read. It goes to the review list of staff; the objection stands.
    #[schema(value_type = Vec<FaultBody>)]
    warnings: Vec<Fault>,
    /// Proof, for you to keep, that the objection stands in the log: a C2SP tlog-proof that anybody
    /// can check offline with the log's public key (`GET /log/key`). None after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = json!(super::receipt::EXAMPLE))]
    receipt: Option<String>,
}

impl ObjectionAnswer {
    pub(super) fn new(recording: &Recording, committed: Committed<Recorded>) -> Self {
        let receipt = committed.receipt().map(str::to_owned);
        let Committed { value, time, .. } = committed;
        Self {
            id: (!recording.dry_run).then_some(value.id),
            reference: value.reference,
            status: recording.status(),
            received_at: time,
            effective_at: time,
            warnings: value.warnings,
            receipt,
        }
    }

    pub(super) fn location(&self) -> Option<String> {
        self.id.map(|id| format!("/v1/objections/{id}"))
    }
}

/// Record an objection
///
/// One readable identifier is enough: the objection is in effect when the 201 comes, for every
/// channel and without being weighed (GDPR Art. 21.3). What could not be read comes back in
/// `warnings`. The answer never depends on whether the person was known.
///
/// Objection services give the `proxy`. Staff record what a patient tells them on the telephone, in a
/// letter, an e-mail or a visit: they give `direct` instead, and of the person only what the person
/// gave. What a company must keep is the block, not a file about the person.
///
/// Give a `reference` (or an `Idempotency-Key`): then sending it again is always safe.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:write"])),
    params(RecordingQuery),
    request_body(content = RecordObjection, description = "At most 8 MiB: a proxy document of 5 MiB fits.", examples(
        ("by_proxy" = (summary = "An objection service, by proxy", value = json!({
        "reference": "spt-2026-004711",
        "controllers": ["tandgruppen"],
        "right": "object_to_direct_marketing",
        "objected_at": "2026-11-20T09:12:00Z",
        "channels": ["all"],
        "person": {
            "name": {"given": "Anna-Karin", "family": "Åberg Öst"},
            "personnummer": "19701104-2392",
            "emails": ["Anna.Karin@exempel.example"],
            "phones": ["070-174 06 05"],
            "addresses": [{"street": "Storgatan 1 B lgh 1102", "postal_code": "413 01", "city": "Göteborg"}],
            "customer_ids": [{"issuer": "crm.tandgruppen.example", "value": "K-10023"}]
        },
        "proxy": {
            "reference": "fm-88121",
            "holder": {"name": "Spärrtjänst AB", "organisation_number": "559999-0008"},
            "grantor": "self",
            "granted_at": "2026-11-19T18:00:00Z",
            "valid_until": null,
            "rights": ["object_to_direct_marketing"],
            "identification": {"method": "bankid", "at": "2026-11-19T17:59:31Z", "transaction": "0f6dfb6e-5a5f-4a3e-8d0b-4c1c2b6f7a90"},
            "document": {"media_type": "application/pdf", "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}
        }}))),
        ("on_the_telephone" = (summary = "Staff, on the patient's own request", value = json!({
            "reference": "tel-2026-0117",
            "controllers": ["tandgruppen-goteborg"],
            "right": "object_to_direct_marketing",
            "objected_at": "2026-11-20T13:40:00Z",
            "channels": ["sms", "phone"],
            "person": {"phones": ["070-174 06 11"]},
            "direct": {"medium": "telephone", "taken_by": "elin.berg", "identity_checked": false}
        }))))),
    responses((status = 201, description = "Recorded, and in effect.", body = ObjectionAnswer,
        headers(("Location" = String, description = "Where to read it")), example = json!({
            "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "reference": "spt-2026-004711", "status": "recorded",
            "received_at": "2026-11-20T09:12:03.481516Z", "effective_at": "2026-11-20T09:12:03.481516Z",
            "warnings": [], "receipt": super::receipt::EXAMPLE}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "reference-reused", "idempotency-key-reused",
        "unprocessable", "right-not-covered", "nothing-readable"]))),
)]
#[post("/v1/objections")]
pub(crate) async fn record_objection(
    caller: Allowed<RecordObjections>,
    recording: Recording,
    body: Body<RecordObjection>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let new = body.value.try_into()?;
    let recorded = app::record_objection(&state.app, envelope, new).await?;
    let answer = ObjectionAnswer::new(&recording, recorded);
    Ok(recording.answer(answer.location(), &answer))
}
