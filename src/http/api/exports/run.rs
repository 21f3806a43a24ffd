//! `run_export`

use super::super::super::auth::{Allowed, scopes::RunExports};
use super::super::super::params::Params;
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::screenings::sent::{AS_OF, whole};
use super::asked::ExportQuery;
use super::line::LineShape;
use crate::app::transfer::export::export;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// The id of the export, with which its certificate is found.
const EXPORT: HeaderName = HeaderName::from_static("nejtack-export");

/// A line as documents show it.
const LINE: &str = "{\"nejtack\":\"objection/1\",\"id\":\"0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b41\",\"source\":\"direct\",\"right\":\"object_to_direct_marketing\",\"objected_at\":\"2026-11-20T09:12:00.000000Z\",\"received_at\":\"2026-11-20T09:15:03.481516Z\",\"channels\":[\"all\"],\"controllers\":[\"tandgruppen\"],\"purpose\":\"direct_marketing_blocklist\",\"legal_basis\":\"gdpr_6_1_c_21_3\",\"client\":\"reception\",\"actor\":\"elin.berg\",\"details\":{\"medium\":\"telephone\"},\"warnings\":[],\"originals\":[{\"field\":\"person\",\"proof\":false,\"value\":{\"emails\":[\"anna.karin@exempel.example\"]}}],\"read_as\":{\"phones\":[],\"postal_codes\":[]},\"events\":[],\"tags\":[{\"kind\":\"email\",\"grade\":\"exact\",\"normaliser\":1,\"tag\":\"FQIlvHhLW6OI8CrvA3uEyU0GmqhZQG9vqKyW3b5r0Ek=\"}],\"tag_key\":{\"generation\":1,\"check\":\"9mkq0gwZC7mB4X3dO9l2i1yKzGZp6mQ7m7f2bPp8q0c=\"}}\n";

/// Export all that a controller holds
///
/// Everything that is held of objections to one controller, a line each (NDJSON): those to it alone, to
/// a group of its, and to every controller; their times, sources, channels and reasons; the proxies;
/// what was taken back, annulled or added later, as far as it concerns this controller; and what was
/// posted, as long as it is still sealed, and the country that its numbers were read in (`read_as`). It comes back by `POST /v1/imports` with `format=nejtack`,
/// here (where it changes nothing) or in another instance.
///
/// **What was posted is opened for this**, which is an entry of the ledger (`originals.read`) before a
/// byte is sent. Keep the file as you would keep the list of everybody who said no.
///
/// Each line also has the keyed `tags` of the person's identifiers. They tell nobody anything without
/// the instance's tag key; an instance that has it (the one that wrote the export, or one restored
/// from it) takes them back, also where what was posted is shredded. Another instance takes what can be
/// read, and says by line what it cannot. A personnummer that is tagged and not sealed (the usual
/// case) is in the tags alone.
///
/// All of it is of one state of the ledger (`Nejtack-As-Of`), and is ready before the answer begins.
/// The certificate of each export is an entry of the ledger: `GET /v1/exports/{id}`, with the id from
/// the header `Nejtack-Export`.
#[utoipa::path(
    tag = "Imports and exports",
    security(("oauth2" = ["exports:run"])),
    params(ExportQuery),
    responses((status = 200, description = "The objections.",
        headers(("Nejtack-Export" = Uuid, description = "The export's id"),
            ("Nejtack-As-Of" = i64, description = "The position of the ledger that all of it is true at"),
            ("Link" = String, description = "The certificate (`rel=\"describedby\"`)")),
        content((LineShape = "application/x-ndjson", example = json!(LINE))))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable"]))),
)]
#[post("/v1/exports")]
pub(crate) async fn run_export(
    caller: Allowed<RunExports>,
    query: Params<ExportQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let (certificate, spooled) = export(&state.app, &caller, query.0.controller.as_str()).await?;
    let id = certificate.id;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, "application/x-ndjson"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"export-{id}.ndjson\""),
        ))
        .insert_header((EXPORT, id.to_string()))
        .insert_header((AS_OF, certificate.as_of.position.to_string()))
        .insert_header((header::LINK, format!("</v1/exports/{id}>; rel=\"describedby\"")));
    Ok(whole(answer, spooled))
}
