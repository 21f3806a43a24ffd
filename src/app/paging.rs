//! Pages of lists: every list ends a page with a cursor, and begins the next after it.

use super::refusal::{Code, Refusal};
use std::str::FromStr;

/// The place that a cursor names; without one, none.
///
/// # Errors
/// [`Code::Malformed`] for a cursor that is none of the list's.
pub(super) fn place<T: FromStr>(after: Option<&str>) -> Result<Option<T>, Refusal> {
    after.map(str::parse).transpose().map_err(|_| not_a_cursor())
}

/// The answer to a cursor that is none of the list's.
pub(super) fn not_a_cursor() -> Refusal {
    Refusal::saying(Code::Malformed, "Use `next` of a page as `after`.")
}

/// How many rows to read for a page: one more than it holds tells whether another follows.
pub(super) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// The page of a list sorted by its cursors that begins after one, and the next cursor.
pub(super) fn page<T>(
    mut items: Vec<T>,
    after: Option<&str>,
    limit: usize,
    cursor: impl Fn(&T) -> &String,
) -> (Vec<T>, Option<String>) {
    if let Some(after) = after {
        items.retain(|item| cursor(item).as_str() > after);
    }
    cut(items, limit, |item| cursor(item).clone())
}

/// What a page holds of the items that follow a cursor, and the next cursor.
pub(super) fn cut<T, C: ToString>(
    mut items: Vec<T>,
    limit: usize,
    cursor: impl Fn(&T) -> C,
) -> (Vec<T>, Option<String>) {
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| cursor(last).to_string());
    (items, next)
}
