//! What a screening is asked for: in the query, and by the headers.

use super::super::super::params::Short;
use super::super::super::problem::{Problem, kinds};
use super::super::parts::words::words;
use crate::app::refusal::{Code, Refusal};
use crate::app::screen::{Keep, Screening};
use crate::domain::channel::Channel;
use crate::domain::fault::Fault;
use crate::tabular::campaign::{Format, Mapping, Options};
use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

pub(in super::super) const CSV: [&str; 4] =
    ["text/csv", "application/csv", "text/tab-separated-values", "application/vnd.ms-excel"];
pub(in super::super) const LINES: [&str; 3] =
    ["application/x-ndjson", "application/ndjson", "application/jsonl"];
/// What spreadsheets are sent as, where they were not saved as text.
pub(in super::super) const BOOKS: [&str; 3] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.oasis.opendocument.spreadsheet",
];

words! {
    OneChannel(Channel) as "OneChannel", "One way in which direct marketing reaches a person.":
        Channel::EVERY.map(|channel| (channel.name(), channel));
    KeepWord(Keep) as "Keep", "Which rows come back.": Keep::EVERY;
}

/// A text of a query that may be longer.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Long(pub(in super::super) String);

impl TryFrom<String> for Long {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() <= 2_000 { Ok(Self(text)) } else { Err("at most 2,000 characters") }
    }
}

impl Long {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the query of a screening can say.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScreeningQuery {
    /// The controller that wants to send, by slug or id. May be left out with `controller_column`;
    /// with it, it is for the rows whose own is blank.
    #[param(value_type = String, required = false, nullable = false, max_length = 200, example = "tandgruppen-goteborg")]
    controller: Option<Short>,
    /// How it wants to send.
    #[param(inline, example = "email")]
    channel: OneChannel,
    /// Which rows come back. The certificate counts all of them.
    #[param(inline, required = false, nullable = false)]
    keep: Option<KeepWord>,
    /// Of those, only the rows whose decision was another at this position of the ledger, as in
    /// `as_of` of an earlier screening or look-up. From 0, all that are not `clear`; so also where the
    /// controller was not yours then: it has joined your group since, or your client was bound to it.
    /// After the database was put back to an older state, ask from 0.
    #[param(value_type = i64, required = false, nullable = false, minimum = 0)]
    changed_since: Option<u64>,
    /// What headings mean that are not known: `name:heading` pairs with commas between. See the list
    /// of names above.
    #[param(value_type = String, required = false, nullable = false, max_length = 2000)]
    columns: Option<Long>,
    /// Opt-out registers that count besides those that bind the controller: slugs with commas
    /// between. A screening can only add registers.
    #[param(value_type = String, required = false, nullable = false, max_length = 2000, example = "nix-telefon")]
    registers: Option<Long>,
    /// The heading of the column that names each row's controller, by slug, id or organisation
    /// number: for a CRM that several controllers share.
    #[param(value_type = String, required = false, nullable = false, max_length = 200)]
    controller_column: Option<Short>,
    /// `true`: answer while the upload comes.
    #[serde(default)]
    #[param(required = false, default = false)]
    pub(crate) stream: bool,
}

impl ScreeningQuery {
    /// What is asked of a file of this form.
    pub(super) fn screening(self, format: Format) -> Result<Screening, Problem> {
        let given = |text: Option<Short>| {
            let text = text.map(|text| text.as_str().trim().to_owned());
            text.filter(|text| !text.is_empty())
        };
        let columns = match self.columns {
            Some(text) if !text.0.trim().is_empty() => Mapping::read(&text.0).map_err(|fault| {
                let fault = Fault::new("/columns", fault.code, fault.detail);
                Problem::from(Refusal::at(Code::Unprocessable, vec![fault]))
            })?,
            _ => Vec::new(),
        };
        let registers = self.registers.map_or(String::new(), |text| text.0);
        let registers = registers.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Screening {
            registers: registers.map(str::to_owned).collect(),
            controller: given(self.controller),
            channel: self.channel.0,
            keep: self.keep.map_or(Keep::All, |keep| keep.0),
            changed_since: self.changed_since.map(|at| i64::try_from(at).unwrap_or(i64::MAX)),
            options: Options { format, columns, controller_column: given(self.controller_column) },
        })
    }
}

/// A row of NDJSON: fields are known by their names as headings are, and all others stay.
#[derive(ToSchema)]
#[schema(as = CampaignRow)]
#[expect(dead_code, reason = "describes what `tabular` reads")]
pub(crate) struct RowShape {
    /// An e-mail address.
    #[schema(required = false, example = "anna.karin@exempel.example")]
    email: Option<String>,
    /// A telephone number.
    #[schema(required = false, example = "070-174 06 05")]
    phone: Option<String>,
}

/// A row of NDJSON as it comes back: as it came, and with two fields more.
#[derive(ToSchema)]
#[schema(as = ScreenedRow)]
#[expect(dead_code, reason = "describes what `tabular` writes")]
pub(crate) struct ScreenedShape {
    /// `clear`, `blocked` or `undecidable`.
    #[schema(example = "blocked")]
    nejtack_decision: String,
    /// Why it is not clear; empty where it is.
    #[schema(example = "email_matched")]
    nejtack_reason: String,
}

/// The form of the file, by its `Content-Type`.
pub(in super::super) fn format(request: &HttpRequest) -> Result<Format, Problem> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    let encoded = encoding.is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    let is =
        |kinds: &[&str]| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(request.content_type()));
    let refused = |detail| Err(Problem::saying(&kinds::UNSUPPORTED_MEDIA_TYPE, detail));
    if is(&BOOKS) {
        return refused(SAVE_AS_CSV);
    }
    match (is(&CSV), is(&LINES)) {
        (true, _) if !encoded => Ok(Format::Csv),
        (_, true) if !encoded => Ok(Format::Ndjson),
        _ => {
            refused("Send Content-Type text/csv or application/x-ndjson, without Content-Encoding.")
        }
    }
}

/// What is told of a workbook.
pub(in super::super) const SAVE_AS_CSV: &str = "This is a workbook, not text. Save the sheet as CSV (in Excel: Save As, CSV UTF-8), and send that with Content-Type text/csv.";

/// Whether the client would rather come back for the result (RFC 7240 §4.1).
pub(super) fn prefers_async(request: &HttpRequest) -> bool {
    let values = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    let mut words = values.flat_map(|value| value.split(',')).map(|word| word.split(';').next());
    words.any(|word| word.is_some_and(|word| word.trim().eq_ignore_ascii_case("respond-async")))
}
