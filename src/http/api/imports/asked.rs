//! What an import is asked for: in the query, and by the headers.

use super::super::super::params::Short;
use super::super::super::problem::{Problem, kinds};
use super::super::parts::words::words;
use super::super::screenings::asked::{BOOKS, CSV, LINES, Long, SAVE_AS_CSV};
use crate::app::refusal::{Code, Refusal};
use crate::app::transfer::{ImportAsked, Include};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::fault::Fault;
use crate::tabular::campaign::Mapping;
use crate::tabular::import::{Asked, Format, Syntax};
use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest};
use serde::Deserialize;
use utoipa::IntoParams;

words! {
    FormatWord(Format) as "ImportFormat", "Which program wrote the list.": Format::EVERY;
    IncludeWord(Include) as "ImportInclude", "What is taken besides the no of persons.": [("bounces", Include::Bounces), ("enabled", Include::Enabled)];
}

/// What the query of an import can say.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// The controller or group whose list it is, by slug or id. The objections bind it.
    #[param(value_type = String, max_length = 200, example = "tandgruppen-goteborg")]
    controller: Short,
    /// Which program wrote the list.
    #[param(inline, example = "mailchimp")]
    format: FormatWord,
    /// What the objections cover, with commas between: `email`, or `email,sms`, or `all`. Left out, it
    /// is what the program's list is about: see above. Not with `format=nejtack`.
    #[param(value_type = String, required = false, nullable = false, max_length = 200)]
    channels: Option<Short>,
    /// What headings mean that are not known: `name:heading` pairs with commas between. See above.
    #[param(value_type = String, required = false, nullable = false, max_length = 2000)]
    columns: Option<Long>,
    /// `bounces`: take addresses that could not be delivered to as objections too. `enabled`, with
    /// `format=listmonk` alone: this is the export of those who unsubscribed from a list, whom listmonk
    /// keeps as enabled.
    #[param(inline, required = false, nullable = false)]
    include: Option<IncludeWord>,
    /// `true`: say what would happen, and record nothing.
    #[serde(default)]
    #[param(required = false, default = false)]
    dry_run: bool,
    /// `true`: answer while the upload comes.
    #[serde(default)]
    #[param(required = false, default = false)]
    pub(super) stream: bool,
}

impl ImportQuery {
    /// What is asked of a list that comes in this form.
    pub(super) fn asked(self, syntax: Syntax) -> Result<(ImportAsked, Asked), Problem> {
        let format = self.format.0;
        let given = |text: Option<&str>| {
            text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let mut faults = Vec::new();
        let channels = given(self.channels.as_ref().map(Short::as_str)).map(|names| {
            let known = channels(&names);
            if known.is_none() {
                let detail = "Name channels with commas between, such as email,sms, or all.";
                faults.push(Fault::new("/channels", "unknown_word", detail));
            }
            known.unwrap_or(ChannelSet::NONE)
        });
        let columns = match given(self.columns.as_ref().map(Long::as_str)) {
            None => Vec::new(),
            Some(_) if syntax != Syntax::Csv => {
                let detail = "Only the columns of a CSV can be named.";
                faults.push(Fault::new("/columns", "not_here", detail));
                Vec::new()
            }
            Some(text) => Mapping::read_of_import(&text).unwrap_or_else(|fault| {
                faults.push(Fault::new("/columns", fault.code, fault.detail));
                Vec::new()
            }),
        };
        if !faults.is_empty() {
            return Err(Refusal::at(Code::Unprocessable, faults).into());
        }
        let import = ImportAsked {
            controller: self.controller.as_str().to_owned(),
            format,
            channels,
            include: self.include.map(|word| word.0),
            dry_run: self.dry_run,
        };
        Ok((import, Asked { format, syntax, columns }))
    }

    /// The form of the list, by its `Content-Type`.
    pub(super) fn syntax(&self, request: &HttpRequest) -> Result<Syntax, Problem> {
        let encoding = request.headers().get(header::CONTENT_ENCODING);
        let encoded =
            encoding.is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
        let essence = request.content_type();
        let is = |kinds: &[&str]| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(essence));
        let refused = |detail: String| Err(Problem::saying(&kinds::UNSUPPORTED_MEDIA_TYPE, detail));
        if is(&BOOKS) {
            return refused(SAVE_AS_CSV.to_owned());
        }
        let syntax = match (is(&CSV), is(&LINES), is(&["application/json"])) {
            (true, ..) => Some(Syntax::Csv),
            (_, true, _) => Some(Syntax::Lines),
            (.., true) => Some(Syntax::Json),
            _ => None,
        };
        let format = self.format.0;
        match syntax.filter(|syntax| !encoded && format.syntaxes().contains(syntax)) {
            Some(syntax) => Ok(syntax),
            None => {
                let types = format.syntaxes().iter().map(|syntax| match syntax {
                    Syntax::Csv => CSV[0],
                    Syntax::Json => "application/json",
                    Syntax::Lines => LINES[0],
                });
                let types = types.collect::<Vec<_>>().join(" or ");
                let name = format.name();
                refused(format!(
                    "With format={name} send Content-Type {types}, without Content-Encoding."
                ))
            }
        }
    }
}

fn channels(names: &str) -> Option<ChannelSet> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).try_fold(
        ChannelSet::NONE,
        |set, name| match name {
            "all" => Some(ChannelSet::ALL),
            name => Channel::named(name).map(|channel| set.with(channel)),
        },
    )
}
