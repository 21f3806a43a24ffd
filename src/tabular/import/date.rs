//! Dates as programs and people write them. One that can be read in two ways is not
//! read: an objection of a wrong date could come before a withdrawal that it followed.

use super::Since;
use crate::domain::Time;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Where a time without a zone belongs, in a list that people keep.
pub const DEFAULT_ZONE: Tz = chrono_tz::Europe::Stockholm;

const WITH_OFFSET: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M%z",
];
const WITHOUT: [&str; 10] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
];
/// With dots the day comes first wherever it is written so; with slashes it depends.
const DATES: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y"];

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
    let text = with_whole_offset(text);
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
    let day = DATES.iter().find_map(|form| NaiveDate::parse_from_str(&text, form).ok());
    let time = day.and_then(|day| day.and_hms_opt(0, 0, 0)).or_else(|| in_words(&text));
    placed(time?, zone)
}

/// The text with the offset as `%z` knows it. Go writes the zone's name behind it, or the
/// offset once more where the zone has none; `PostgreSQL` writes hours alone.
fn with_whole_offset(text: &str) -> String {
    let is_offset = |word: &str, digits: &[usize]| {
        let number = word.strip_prefix(['+', '-']);
        number.is_some_and(|number| {
            digits.contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    if let Some((rest, zone)) = text.rsplit_once(' ') {
        let before = rest.rsplit(' ').next().unwrap_or_default();
        let named = (2..=5).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase());
        if is_offset(before, &[4]) && (named || is_offset(zone, &[2, 4])) {
            return rest.to_owned();
        }
        if zone == "UTC" {
            return format!("{rest} +0000");
        }
    }
    match text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) {
        Some((time, hours))
            if time.contains(':')
                && time.ends_with(|c: char| c.is_ascii_digit())
                && is_offset(hours, &[2]) =>
        {
            format!("{text}00")
        }
        _ => text.to_owned(),
    }
}

const MONTHS: [&[&str]; 12] = [
    &["januari", "january", "jan"],
    &["februari", "february", "feb"],
    &["mars", "march", "mar"],
    &["april", "apr"],
    &["maj", "may"],
    &["juni", "june", "jun"],
    &["juli", "july", "jul"],
    &["augusti", "august", "aug"],
    &["september", "sept", "sep"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

/// "31 maj 2024", also with "den" before it and "kl. 09:12" behind.
fn in_words(text: &str) -> Option<NaiveDateTime> {
    let text = text.to_ascii_lowercase();
    let word = |word: &'_ str| word.trim_end_matches(['.', ',']).to_owned();
    let mut words =
        text.split_whitespace().map(word).filter(|word| !matches!(&**word, "den" | "kl"));
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().zip(1..).find(|(names, _)| names.contains(&&*month))?.1;
    let year = (year.len() == 4).then_some(year)?.parse().ok()?;
    let day = NaiveDate::from_ymd_opt(year, month, day.parse().ok()?)?;
    let time = match words.next() {
        None => NaiveTime::MIN,
        Some(time) => ["%H:%M:%S", "%H:%M", "%H.%M"]
            .iter()
            .find_map(|form| NaiveTime::parse_from_str(&time, form).ok())?,
    };
    words.next().is_none().then_some(day.and_time(time))
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
