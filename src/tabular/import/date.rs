//! Dates as programs and people write them. One that can be read in two ways is not
//! read: an objection of a wrong date could come before a withdrawal that it followed.

use super::Since;
use crate::domain::Time;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Where a time without a zone belongs, in a list that people keep.
pub const DEFAULT_ZONE: Tz = chrono_tz::Europe::Stockholm;

const WITH_OFFSET: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M%z",
];
const WITHOUT: [&str; 8] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
];
/// With dots the day comes first wherever it is written so; with slashes it depends.
const DATES: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y"];

/// Before Sweden's Personal Data Act of 1998 there was no such right to use; programs
/// also write the year 1 or 1970 for "never".
const EARLIEST: i64 = 909_187_200;

/// Reads a date. `zone` is where one without a zone of its own belongs; a day is its
/// beginning there.
#[must_use]
pub fn read(text: &str, zone: Tz) -> Since {
    let text = text.trim();
    if text.is_empty() {
        return Since::Unsaid;
    }
    match time(text, zone) {
        Some(time) if time.timestamp() >= EARLIEST => Since::At(time),
        _ => Since::Unreadable,
    }
}

fn time(text: &str, zone: Tz) -> Option<Time> {
    if text.len() > 64 || !text.is_ascii() {
        return None;
    }
    if let Some(time) = epoch(text) {
        return Some(time);
    }
    // Go writes the offset, and then the zone's name.
    let text = text.strip_suffix(" UTC").map_or_else(
        || text.to_owned(),
        |rest| {
            if rest.ends_with("+0000") { rest.to_owned() } else { format!("{rest} +0000") }
        },
    );
    if let Ok(time) = DateTime::parse_from_rfc3339(&text) {
        return Some(time.with_timezone(&Utc));
    }
    if let Ok(time) = DateTime::parse_from_rfc2822(&text) {
        return Some(time.with_timezone(&Utc));
    }
    for form in WITH_OFFSET {
        if let Ok(time) = DateTime::parse_from_str(&text, form) {
            return Some(time.with_timezone(&Utc));
        }
    }
    for form in WITHOUT {
        if let Ok(time) = NaiveDateTime::parse_from_str(&text, form) {
            return placed(time, zone);
        }
    }
    DATES.iter().find_map(|form| {
        let day = NaiveDate::parse_from_str(&text, form).ok()?;
        placed(day.and_hms_opt(0, 0, 0)?, zone)
    })
}

/// Of an hour that comes twice, the earlier; of one that is left out, the next.
fn placed(time: NaiveDateTime, zone: Tz) -> Option<Time> {
    let hour = chrono::TimeDelta::hours(1);
    let found = zone.from_local_datetime(&time).earliest();
    found
        .or_else(|| zone.from_local_datetime(&(time + hour)).earliest())
        .map(|time| time.with_timezone(&Utc))
}

/// Seconds or milliseconds since 1970, also with a fraction.
fn epoch(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=10 => {
            let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
            Time::from_timestamp_micros(
                number.checked_mul(1_000_000)? + micros.parse::<i64>().ok()?,
            )
        }
        12..=13 => Time::from_timestamp_millis(number),
        _ => None,
    }
}
