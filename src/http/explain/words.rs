//! The words for each way in which a body can miss its schema. The validator's
//! own messages are never used: they repeat values.

use crate::domain::fault::Fault;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;
use std::borrow::Cow;

/// Writes down what an error says.
pub(super) fn tell(error: &ValidationError<'_>, names: &[String], faults: &mut Vec<Fault>) {
    let pointer = pointer(error);
    let (code, detail): (&'static str, Cow<'static, str>) = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            return unexpected.iter().for_each(|name| faults.push(unknown(&pointer, name, names)));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            return nearest(error, context, names, faults);
        }
        Kind::Required { property: Value::String(name) } => {
            faults.push(Fault::new(
                format!("{pointer}/{name}"),
                "required",
                "This field is required.",
            ));
            return;
        }
        Kind::Type { kind } => ("type", expected(kind).into()),
        Kind::Enum { options } => ("unknown_value", one_of(options).into()),
        Kind::Constant { expected_value } => {
            ("unknown_value", format!("This must be {expected_value}.").into())
        }
        Kind::Format { format } => ("format", format_of(format).into()),
        Kind::Pattern { pattern } if pattern == r"\S" => {
            ("blank", "This must not be blank.".into())
        }
        Kind::Pattern { .. } => ("format", "This is not of the documented form.".into()),
        Kind::MinLength { limit } => ("too_short", format!("At least {limit} characters.").into()),
        Kind::MaxLength { limit } => ("too_long", format!("At most {limit} characters.").into()),
        Kind::MinItems { limit } => ("too_few", format!("At least {limit}.").into()),
        Kind::MaxItems { limit } => ("too_many", format!("At most {limit}.").into()),
        Kind::Minimum { limit } => ("too_small", format!("At least {limit}.").into()),
        Kind::Maximum { limit } => ("too_large", format!("At most {limit}.").into()),
        Kind::MinProperties { .. } => ("empty", "At least one field is required.".into()),
        Kind::UniqueItems => ("twice", "The same value is given twice.".into()),
        _ => ("invalid", "This is not of the documented form.".into()),
    };
    faults.push(Fault::new(pointer, code, detail));
}

/// The pointer, cut where a name in it is not one of a field: what is in the
/// place of a name may be anything.
fn pointer(error: &ValidationError<'_>) -> String {
    let full = error.instance_path().as_str();
    let mut told = String::with_capacity(full.len());
    for part in full.split('/').skip(1) {
        if !looks_like_a_name(part) && !part.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        told.push('/');
        told.push_str(part);
    }
    told
}

/// Of several shapes, the one that was meant: the one whose faults lie deepest.
/// "It is not null" is never worth saying.
fn nearest(
    error: &ValidationError<'_>,
    branches: &[Vec<ValidationError<'static>>],
    names: &[String],
    faults: &mut Vec<Fault>,
) {
    let depth = |inner: &ValidationError<'static>| inner.instance_path().as_str().len();
    let here = error.instance_path().as_str().len();
    let is_other_kind = |inner: &ValidationError<'static>| {
        depth(inner) == here && matches!(inner.kind(), Kind::Type { .. })
    };
    let is_null = |branch: &[ValidationError<'static>]| match branch {
        [only] => matches!(only.kind(), Kind::Type { kind: TypeKind::Single(JsonType::Null) }),
        _ => false,
    };
    let meant = branches
        .iter()
        .filter(|branch| !branch.is_empty() && !is_null(branch))
        .max_by_key(|branch| (!branch.iter().any(is_other_kind), branch.iter().map(depth).max()));
    match meant {
        Some(branch) => branch.iter().for_each(|inner| tell(inner, names, faults)),
        None => {
            faults.push(Fault::new(
                pointer(error),
                "invalid",
                "This is not of the documented form.",
            ));
        }
    }
}

fn unknown(parent: &str, name: &str, names: &[String]) -> Fault {
    if !looks_like_a_name(name) {
        return Fault::new(
            parent,
            "unknown_field",
            "There is a field here that this operation does not know. Unknown fields are refused, so that a misspelt one is never lost.",
        );
    }
    let pointer = format!("{parent}/{name}");
    let detail = match near(name, names) {
        Some(meant) => format!("There is no field {name} here. Did you mean {meant}?"),
        None => format!("There is no field {name} here."),
    };
    Fault::new(pointer, "unknown_field", detail)
}

/// The known name that differs by the fewest letters, if by few.
fn near<'a>(name: &str, names: &'a [String]) -> Option<&'a String> {
    let simple = |name: &str| name.to_ascii_lowercase().replace(['_', '-'], "");
    let written = simple(name);
    let distances = names
        .iter()
        .filter(|known| *known != name)
        .map(|known| (distance(&written, &simple(known)), known));
    let (distance, known) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + written.len() / 5).then_some(known)
}

/// Levenshtein's distance; names are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<u8> = b.bytes().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Whether it is a name rather than somebody's data in the place of one.
fn looks_like_a_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 41
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn expected(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(kind) => vec![kind.to_string()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
    };
    let words: Vec<&str> = names.iter().filter_map(|name| word(name)).collect();
    format!("This must be {}.", words.join(" or "))
}

fn word(json_type: &str) -> Option<&'static str> {
    match json_type {
        "string" => Some("a text in quotation marks"),
        "array" => Some("a list"),
        "object" => Some("an object"),
        "boolean" => Some("true or false"),
        "integer" => Some("a whole number"),
        "number" => Some("a number"),
        _ => None,
    }
}

fn one_of(options: &Value) -> String {
    let options = options.as_array().into_iter().flatten().filter_map(Value::as_str);
    format!("This must be one of: {}.", options.collect::<Vec<_>>().join(", "))
}

fn format_of(format: &str) -> &'static str {
    match format {
        "date-time" => "Write the time as 2026-11-20T09:12:00Z (RFC 3339).",
        "uuid" => "Write the id as a UUID, such as 0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42.",
        _ => "This is not of the documented form.",
    }
}
