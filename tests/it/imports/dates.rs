//! Dates as programs and people write them.

use chrono_tz::UTC;
use nejtack::tabular::import::{DEFAULT_ZONE, Since, read_date};

fn at(text: &str, zone: chrono_tz::Tz) -> String {
    match read_date(text, zone) {
        Since::At(time) => time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Since::Unsaid => "unsaid".to_owned(),
        Since::Unreadable => "unreadable".to_owned(),
    }
}

#[test]
fn what_programs_write_is_read() {
    for (text, expected) in [
        ("2024-05-31 06:12:44", "2024-05-31T06:12:44Z"),
        ("2024-05-31T06:12:44.128000+00:00", "2024-05-31T06:12:44.128Z"),
        ("2024-05-31T08:12:44+02:00", "2024-05-31T06:12:44Z"),
        ("Fri, 31 May 2024 06:12:44 UTC", "2024-05-31T06:12:44Z"),
        ("Fri, 31 May 2024 06:12:44 GMT", "2024-05-31T06:12:44Z"),
        ("2024-05-31 06:12:44.5 +0000 UTC", "2024-05-31T06:12:44.500Z"),
        ("1717136564", "2024-05-31T06:22:44Z"),
        ("1717136564.128", "2024-05-31T06:22:44.128Z"),
        ("1717136564128", "2024-05-31T06:22:44.128Z"),
        // Go, which names a zone or writes its offset once more; and PostgreSQL
        ("2024-05-31 08:12:44.128 +0200 CEST", "2024-05-31T06:12:44.128Z"),
        ("2024-05-31 08:12:44.128 +0200 +0200", "2024-05-31T06:12:44.128Z"),
        ("2024-05-31 06:12:44 +0000 +0000", "2024-05-31T06:12:44Z"),
        ("2024-05-31 03:12:44 -0300 -03", "2024-05-31T06:12:44Z"),
        ("2024-05-31 06:12:44.128+00", "2024-05-31T06:12:44.128Z"),
        ("2024-05-31 08:12:44+02", "2024-05-31T06:12:44Z"),
        ("2024-05-31 11:42:44+05:30", "2024-05-31T06:12:44Z"),
        ("2024.05.31", "2024-05-31T00:00:00Z"),
        ("2024.05.31 06:12", "2024-05-31T06:12:00Z"),
        ("31 maj 2024", "2024-05-31T00:00:00Z"),
        ("den 31 Maj 2024 kl. 06.12", "2024-05-31T06:12:00Z"),
        ("1 okt. 2024 06:12:44", "2024-10-01T06:12:44Z"),
        ("31 May 2024", "2024-05-31T00:00:00Z"),
        ("20240531", "2024-05-31T00:00:00Z"),
        ("31.05.2024", "2024-05-31T00:00:00Z"),
        ("", "unsaid"),
        // which is the day? and what programs write for "never"
        ("03/04/2019", "unreadable"),
        ("Mon, 01 Jan 0001 00:00:00 UTC", "unreadable"),
        ("1970-01-01", "unreadable"),
        ("i våras", "unreadable"),
        ("31/05/2024", "unreadable"),
        ("31 maj", "unreadable"),
        ("32 maj 2024", "unreadable"),
        ("31 maj 24", "unreadable"),
        ("31 maj 2024 ungefär", "unreadable"),
        ("05.06.07", "unreadable"),
        ("9999999999999999999999", "unreadable"),
    ] {
        assert_eq!(at(text, UTC), expected, "{text}");
    }
}

#[test]
fn a_day_is_its_beginning_where_the_list_was_kept() {
    assert_eq!(at("2024-05-31", DEFAULT_ZONE), "2024-05-30T22:00:00Z");
    assert_eq!(at("2024-01-31 09:12", DEFAULT_ZONE), "2024-01-31T08:12:00Z");
    // an hour that was left out, and one that came twice
    assert_eq!(at("2024-03-31 02:30", DEFAULT_ZONE), "2024-03-31T01:30:00Z");
    assert_eq!(at("2024-10-27 02:30", DEFAULT_ZONE), "2024-10-27T00:30:00Z");
}
