//! Lists as CSV.

use super::fields::{Cells, Headings};
use super::{
    Content, DEFAULT_ZONE, Entry, Format, Listed, Told, date, listmonk, mailchimp, mailgun, own,
    sendgrid, ses, superoffice,
};
use crate::domain::person::Person;
use crate::tabular::campaign::{
    Block, Column, Cutter, Fault, Known, Layout, Mapping, Options, Row,
};
use chrono_tz::{Tz, UTC};
use std::collections::VecDeque;

/// Reads a CSV file row by row.
pub(super) struct Csv {
    format: Format,
    columns: Vec<Mapping>,
    cutter: Option<Cutter>,
    plan: Option<Plan>,
    row: u64,
}

/// Where things stand in this file.
struct Plan {
    headings: Headings,
    since: Option<usize>,
    reason: Option<usize>,
}

impl Csv {
    pub(super) fn new(format: Format, columns: Vec<Mapping>) -> Self {
        let known = match format {
            Format::Mailchimp => Some(mailchimp::KNOWN),
            Format::Ses => Some(ses::KNOWN),
            Format::Mailgun => Some(mailgun::KNOWN),
            Format::Sendgrid => Some(sendgrid::KNOWN),
            Format::Listmonk => Some(listmonk::KNOWN),
            Format::Csv | Format::Superoffice | Format::Nejtack => None,
        };
        let options = Options {
            format: crate::tabular::campaign::Format::Csv,
            columns: columns.clone(),
            controller_column: None,
        };
        let cutter = Some(Cutter::knowing(options, Known(known)));
        Self { format, columns, cutter, plan: None, row: 0 }
    }

    pub(super) fn push(&mut self, part: &[u8], out: &mut VecDeque<Entry>) {
        let Some(cutter) = &mut self.cutter else { return };
        let mut blocks = Vec::new();
        let cut = cutter.push(part, &mut blocks);
        if cut.is_err() {
            cutter.before_the_fault(&mut blocks);
        }
        self.take(&blocks, cut, out);
    }

    /// The upload broke off: the rows that are whole, and the line that the rest is in.
    pub(super) fn cut_off(&mut self, out: &mut VecDeque<Entry>) -> Option<u64> {
        let mut cutter = self.cutter.take()?;
        let mut blocks = Vec::new();
        cutter.before_the_fault(&mut blocks);
        self.take(&blocks, Ok(()), out);
        Some(cutter.reached())
    }

    /// Whether the file is one to its end.
    pub(super) fn finish(&mut self, out: &mut VecDeque<Entry>) -> bool {
        let Some(mut cutter) = self.cutter.take() else { return false };
        let mut blocks = Vec::new();
        let ended = cutter.end(&mut blocks);
        if ended.is_err() {
            cutter.before_the_fault(&mut blocks);
        }
        let layout = ended.as_ref().ok().cloned();
        let before = out.len();
        self.take(&blocks, ended.map(|_| ()), out);
        // A heading alone is a file too, and may lack what it needs.
        if let (None, Some(layout)) = (&self.plan, layout)
            && let Err(fault) = self.plan(&layout)
        {
            self.broken(fault, out);
        }
        !out.iter().skip(before).any(|entry| matches!(entry.content, Content::Broken(_)))
    }

    fn take(&mut self, blocks: &[Block], cut: Result<(), Fault>, out: &mut VecDeque<Entry>) {
        for block in blocks {
            if self.plan.is_none()
                && let Err(fault) = self.plan(block.layout())
            {
                return self.broken(fault, out);
            }
            let Some(plan) = &self.plan else { return };
            let (format, row_count) = (self.format, &mut self.row);
            let read = block.rewrite(&mut Vec::new(), |row| {
                *row_count += 1;
                let content = read(format, plan, row);
                out.push_back(Entry { line: row.line, row: *row_count, size: row.size(), content });
                None
            });
            if let Err(fault) = read {
                return self.broken(fault, out);
            }
        }
        if let Err(fault) = cut {
            self.broken(fault, out);
        }
    }

    fn broken(&mut self, fault: Fault, out: &mut VecDeque<Entry>) {
        self.cutter = None;
        let (line, row) = (fault.line, self.row + 1);
        out.push_back(Entry { line, row, size: 0, content: Content::Broken(fault) });
    }

    /// Finds the columns; a file that lacks what tells a no from all else is refused.
    fn plan(&mut self, layout: &Layout) -> Result<(), Fault> {
        let headings = Headings::of(layout.headings());
        let place = |column: Column| {
            let mapping = self.columns.iter().find(|mapping| mapping.column == column)?;
            let named = layout.headings().iter().position(|heading| mapping.names(heading));
            named.or_else(|| mapping.place())
        };
        let (since, reason) = (place(Column::ObjectedAt), place(Column::Reason));
        let needed: &[&[&str]] = match self.format {
            Format::Mailchimp => mailchimp::NEEDED,
            Format::Ses => ses::NEEDED,
            Format::Mailgun => mailgun::NEEDED,
            Format::Sendgrid => sendgrid::NEEDED,
            Format::Listmonk => listmonk::NEEDED,
            Format::Superoffice if reason.is_none() => superoffice::NEEDED,
            Format::Superoffice | Format::Csv | Format::Nejtack => &[],
        };
        if let Some(lacking) = needed.iter().find(|names| !headings.any(names)) {
            let some = lacking.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            let detail = format!(
                "This is no {} list of those who said no: it has no column {some}. Export that \
                 list, or import it with format=csv if everybody in it said no.",
                self.format.name()
            );
            return Err(Fault::at(1, Fault::COLUMN_MISSING, detail));
        }
        if headings.any(subscribers(self.format)) {
            return Err(of_subscribers(1));
        }
        self.plan = Some(Plan { headings, since, reason });
        Ok(())
    }
}

fn read(format: Format, plan: &Plan, row: &Row<'_>) -> Content {
    if let Some(code) = row.fault {
        return Content::Unfit(code, unfit(code));
    }
    let cells = Cells { headings: &plan.headings, cell: |at| row.cell(at) };
    let named =
        |place: Option<usize>| place.and_then(|at| row.cell(at)).filter(|value| !value.is_empty());
    let (since, reason) = (named(plan.since), named(plan.reason));
    let said = match format {
        Format::Mailchimp => Ok(mailchimp::read(&cells)),
        Format::Ses => ses::read(&cells),
        Format::Mailgun => mailgun::read(&cells),
        Format::Sendgrid => Ok(sendgrid::read(&cells)),
        Format::Listmonk => listmonk::read(&cells),
        Format::Superoffice => superoffice::read(&cells, reason.as_deref()),
        Format::Csv | Format::Nejtack => Ok(own::read(&cells, since.clone(), reason.clone())),
    };
    let mut told = match said {
        Ok(told) => told,
        Err(detail) => return Content::Unfit(UNKNOWN_REASON, detail),
    };
    told.date = since.or(told.date);
    let mut person = Person::default();
    row.fill(&mut person);
    if zone(format) == UTC && person.emails.iter().all(|email| email.trim().is_empty()) {
        person.emails = told.email.take().into_iter().collect();
    }
    listed(person, told, zone(format))
}

/// Programs write UTC, people their own time.
pub(super) const fn zone(format: Format) -> Tz {
    match format {
        Format::Csv | Format::Superoffice => DEFAULT_ZONE,
        _ => UTC,
    }
}

/// A row of a list, with its date read.
pub(super) fn listed(person: Person, told: Told, zone: Tz) -> Content {
    let since = date::read(told.date.as_deref().unwrap_or_default(), zone);
    let Told { word, date, text, .. } = told;
    Content::Listed(Box::new(Listed { person, word, since, date, text }))
}

/// A row that says what it is in no word that is known.
pub(super) const UNKNOWN_REASON: &str = "unknown_reason";

/// What a list of subscribers has and no list of those who said no.
pub(super) const fn subscribers(format: Format) -> &'static [&'static str] {
    match format {
        Format::Mailgun => mailgun::SUBSCRIBERS,
        Format::Sendgrid => sendgrid::SUBSCRIBERS,
        _ => &[],
    }
}

/// Why a list of subscribers is refused.
pub(super) fn of_subscribers(line: u64) -> Fault {
    Fault::at(
        line,
        "subscribers",
        "This is a list of subscribers or contacts: it would block those who want to hear from you. Export the suppressions.",
    )
}

fn unfit(code: &str) -> &'static str {
    match code {
        Row::TOO_FEW_FIELDS => {
            "The row has fewer fields than the heading: nobody can tell which is which."
        }
        Row::TOO_MANY_FIELDS => {
            "The row has more fields than the heading: nobody can tell which is which."
        }
        Row::STRAY_QUOTE => "Something stands behind a closing quote: perhaps two rows in one.",
        Row::SEVERAL_PERSONNUMMER => "Two personnummer that differ: perhaps two persons.",
        _ => "The row cannot be read.",
    }
}
