//! `record_objections_batch`

use super::super::super::auth::{Allowed, scopes::RecordObjections};
use super::super::super::body::{OBJECTION, media_type};
use super::super::super::frame::RequestId;
use super::super::super::params::{BatchQuery, Params, Recording, idempotency_key};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::batch::answer::{Form, after_the_end, while_it_comes};
use super::batch::line::{LineShape, Recorder, Turns};
use super::batch::{Batch, Splitter};
use super::record::RecordObjection;
use crate::tabular::{json_array, ndjson};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, post};

const LINES: [&str; 3] = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/// Record many objections
///
/// Any number of them: as lines (NDJSON, a body of `POST /v1/objections` on each) or as one JSON
/// array. Each is recorded on its own and durable on its own; one that is refused has a `problem`
/// in its place and hurts no other. Answers come in order and in the form of the upload.
///
/// By default the upload is read to its end before the answer starts. With `?stream=true` answers
/// come while it is sent; only for a client that reads while it sends. After a broken connection
/// send it again: with a `reference` on each line (or an `Idempotency-Key`) nothing is recorded
/// twice.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:write"])),
    params(BatchQuery),
    request_body(description = "No limit as a whole; at most 8 MiB a line or element.", content(
        (RecordObjection = "application/x-ndjson", example = json!(concat!(
            r#"{"reference": "spt-2026-004713", "right": "object_to_direct_marketing", "person": {"emails": ["bo.lind@exempel.example"]}, "proxy": {"reference": "fm-88123", "holder": {"organisation_number": "559999-0008"}, "grantor": "self", "granted_at": "2026-11-19T18:05:00Z", "rights": ["object_to_direct_marketing"]}}"#, "\n",
            r#"{"reference": "spt-2026-004714", "right": "access", "person": {"phones": ["031-390 06 14"]}, "proxy": {"reference": "fm-88124", "holder": {"organisation_number": "559999-0008"}, "grantor": "self", "granted_at": "2026-11-19T18:06:00Z", "rights": ["access"]}}"#, "\n"))),
        (Vec<RecordObjection> = "application/json", example = json!([{
            "reference": "spt-2026-004712", "controllers": ["tandgruppen"], "right": "object_to_direct_marketing",
            "objected_at": "2026-11-20T09:15:00Z",
            "person": {"emails": ["bo.lind@exempel.example"], "phones": ["031-390 06 14"]},
            "proxy": {"reference": "fm-88122", "holder": {"name": "Spärrtjänst AB", "organisation_number": "559999-0008"},
                "grantor": "self", "granted_at": "2026-11-19T18:05:00Z", "rights": ["object_to_direct_marketing"]}}])),
    )),
    responses((status = 200, description = "An answer for each, in order.", content(
        (LineShape = "application/x-ndjson", example = json!(concat!(
            r#"{"line": 1, "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b43", "reference": "spt-2026-004713", "status": "recorded", "received_at": "2026-11-20T09:15:03.481516Z", "effective_at": "2026-11-20T09:15:03.481516Z", "warnings": []}"#, "\n",
            r#"{"line": 2, "reference": "spt-2026-004714", "problem": {"type": "/problems/right-not-covered", "code": "right-not-covered", "title": "The right is not covered", "status": 422, "instance": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42"}}"#, "\n"))),
        (Vec<LineShape> = "application/json", example = json!([
            {"line": 1, "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b43", "reference": "spt-2026-004712",
                "status": "recorded", "received_at": "2026-11-20T09:15:03.481516Z",
                "effective_at": "2026-11-20T09:15:03.481516Z", "warnings": []},
            {"line": 2, "reference": "spt-2026-004713", "problem": {"type": "/problems/right-not-covered",
                "code": "right-not-covered", "title": "The right is not covered", "status": 422,
                "instance": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
                "errors": [{"pointer": "/proxy/rights", "code": "right_not_covered",
                    "detail": "The proxy does not name the right that this request uses. A proxy gives only the rights it names."}]}}])),
    ))),
)]
#[post("/v1/objections/batch")]
pub(crate) async fn record_objections_batch(
    caller: Allowed<RecordObjections>,
    query: Params<BatchQuery>,
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let recording = Recording { dry_run: query.0.dry_run, key: idempotency_key(&request)? };
    media_type(&request, &["application/x-ndjson", "application/json", LINES[1], LINES[2]])?;
    let is_lines = |line: &&str| line.eq_ignore_ascii_case(request.content_type());
    let (form, splitter) = if LINES.iter().any(is_lines) {
        (Form::Lines, Splitter::Lines(ndjson::Splitter::new(OBJECTION)))
    } else {
        (Form::Array, Splitter::Array(json_array::Splitter::new(OBJECTION)))
    };
    let id = request.extensions().get::<RequestId>().map(|id| id.0).unwrap_or_default();
    let (app, caller, turns) = (state.app.clone(), caller.clone(), Turns::default());
    let recorder = Recorder { app, caller, recording, request: id, turns };
    let batch = Batch::new(payload.into_inner(), splitter, recorder);
    if query.0.stream { Ok(while_it_comes(batch, form)) } else { after_the_end(batch, form).await }
}
