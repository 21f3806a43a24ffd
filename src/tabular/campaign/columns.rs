//! What the columns of a CSV file hold, and which are missing.

use super::column::place;
use super::layout::{self, Source};
use super::{Column, DECISION, Fault, Known, Mapping, Options, headings, looks};

/// What the columns of a CSV file hold.
pub(super) struct Columns {
    /// The first row is a heading.
    pub(super) headed: bool,
    pub(super) sources: Vec<Source>,
    pub(super) controller: Option<usize>,
    pub(super) controller_heading: Option<String>,
    pub(super) ours: Vec<usize>,
    pub(super) decided: Option<usize>,
}

/// What the columns hold, from the heading, from what the caller says, or from
/// what the values look like.
pub(super) fn columns(
    rows: &[Vec<String>],
    options: &Options,
    known: Known,
) -> Result<Columns, Fault> {
    let first = rows.first().map_or(&[][..], Vec::as_slice);
    let by_name = options.columns.iter().any(|mapping| mapping.place().is_none());
    let named = |heading: &String| {
        headings::meaning(heading).is_some()
            || layout::ours(heading).is_some()
            || known.meaning(heading).is_some()
            || options.columns.iter().any(|mapping| mapping.names(heading))
    };
    // A row that holds an address or a number is a person, whatever else it says.
    let is_data = first.iter().any(|value| looks::like(value).is_some());
    let headed = !is_data && first.iter().any(named);
    if !headed && by_name {
        return Err(missing(options.columns.iter().find(|it| it.place().is_none())));
    }
    if !headed && options.controller_column.as_ref().is_some_and(|name| place(name).is_none()) {
        return Err(no_controller());
    }
    let width = first.len();
    let (ours, decided) = if headed { ours_by_heading(first) } else { ours_by_values(rows) };
    let mut held: Vec<Option<(Column, Option<String>)>> = if headed {
        first.iter().map(|heading| known.meaning(heading).map(|it| (it, None))).collect()
    } else {
        let own = |row: &Vec<String>| row[..row.len() - ours.len()].to_vec();
        let rows: Vec<Vec<String>> = rows.iter().map(own).collect();
        (0..width).map(|at| by_values(&rows, at).map(|it| (it, None))).collect()
    };
    if headed && known.0.is_none() {
        settle_postal_address(first, &mut held);
        settle_sms(rows, &mut held);
    }
    for mapping in &options.columns {
        let mut found = false;
        for (at, heading) in first.iter().enumerate() {
            if mapping.place() == Some(at) || (headed && mapping.names(heading)) {
                held[at] = Some((mapping.column, mapping.issuer.clone()));
                found = true;
            }
        }
        if !found {
            return Err(missing(Some(mapping)));
        }
    }
    let mut controller = None;
    if let Some(name) = &options.controller_column {
        let exact = first.iter().position(|heading| heading == name.trim());
        let alike = || first.iter().position(|heading| headings::same(heading, name));
        let found = if headed { exact.or_else(alike) } else { None };
        controller =
            Some(found.or_else(|| place(name).filter(|at| *at < width)).ok_or_else(no_controller)?);
    }
    let mut sources = Vec::new();
    for (at, column) in held.into_iter().enumerate() {
        let Some((column, issuer)) = column else { continue };
        if ours.contains(&at) || !column.is_of_person() {
            continue;
        }
        if column == Column::Controller {
            controller = controller.or(Some(at));
            continue;
        }
        let heading = headed.then(|| first[at].clone());
        sources.push(Source { column, at, slot: 0, issuer, heading });
    }
    if !sources.iter().any(|source| source.column.identifies()) {
        let found = if headed { "No heading says who a person is" } else { "No column is known" };
        return Err(no_column(found));
    }
    let controller_heading = controller.filter(|_| headed).map(|at| first[at].clone());
    Ok(Columns { headed, sources, controller, controller_heading, ours, decided })
}

/// "Postadress" is the town where the street has a column of its own.
fn settle_postal_address(headings: &[String], held: &mut [Option<(Column, Option<String>)>]) {
    let is_postal = |heading: &str| {
        headings::same(heading, "postadress") || headings::same(heading, "postadresse")
    };
    let streets = headings.iter().zip(held.iter()).filter(|(heading, held)| {
        held.as_ref().is_some_and(|(column, _)| *column == Column::Street) && !is_postal(heading)
    });
    if streets.count() > 0 {
        for (heading, held) in headings.iter().zip(held) {
            if is_postal(heading) {
                *held = Some((Column::City, None));
            }
        }
    }
}

/// "SMS" is a number in Brevo and a consent elsewhere: the values tell.
fn settle_sms(rows: &[Vec<String>], held: &mut [Option<(Column, Option<String>)>]) {
    let Some((first, rows)) = rows.split_first() else { return };
    for (at, heading) in first.iter().enumerate() {
        if headings::same(heading, "sms") && by_values(rows, at) == Some(Column::Phone) {
            held[at] = Some((Column::Phone, None));
        }
    }
}

/// What a column holds by most of its values.
fn by_values(rows: &[Vec<String>], at: usize) -> Option<Column> {
    let values = rows.iter().filter_map(|row| row.get(at)).filter(|value| !value.is_empty());
    let looks: Vec<Option<Column>> = values.map(|value| looks::like(value)).collect();
    [Column::Email, Column::Phone, Column::Personnummer].into_iter().find(|column| {
        looks.iter().filter(|look| **look == Some(*column)).count() * 2 > looks.len()
    })
}

fn ours_by_heading(first: &[String]) -> (Vec<usize>, Option<usize>) {
    let found: Vec<(usize, &str)> = first
        .iter()
        .enumerate()
        .filter_map(|(at, heading)| layout::ours(heading).map(|ours| (at, ours)))
        .collect();
    let decided = found.iter().find(|(_, ours)| *ours == DECISION).map(|(at, _)| *at);
    (found.into_iter().map(|(at, _)| at).collect(), decided)
}

/// Our columns are the last two, if each row has a decision there.
fn ours_by_values(rows: &[Vec<String>]) -> (Vec<usize>, Option<usize>) {
    let width = rows.first().map_or(0, Vec::len);
    if width > 2 && rows.iter().all(|row| layout::is_decided(row)) {
        (vec![width - 2, width - 1], Some(width - 2))
    } else {
        (Vec::new(), None)
    }
}

/// The caller's own words may be repeated: they are no value of the file.
pub(super) fn missing(mapping: Option<&Mapping>) -> Fault {
    let column = mapping.map_or("a column", |mapping| mapping.column.name());
    let detail = format!(
        "The heading that `columns` names for {column} is not in the file. Write it as the file does, \
         or give the column's number as #1.",
    );
    Fault::at(1, Fault::COLUMN_MISSING, detail)
}

pub(super) fn no_controller() -> Fault {
    Fault::at(
        1,
        Fault::CONTROLLER_COLUMN_MISSING,
        "The heading that `controller_column` names is not in the file. Write it as the file does, \
         or give the column's number as #1.",
    )
}

pub(super) fn no_column(found: &str) -> Fault {
    let some = headings::SOME;
    let detail = format!(
        "{found}. Known headings are {some} and their likes. Say with `columns` what yours hold: \
         columns=email:Heading,phone:#3 (customer ids: customer_id@crm.example.com:Heading).",
    );
    Fault::at(1, Fault::NO_COLUMN, detail)
}
