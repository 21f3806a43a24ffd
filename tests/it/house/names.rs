//! What files are called, how long they are, and what must not be written in any.

use super::hold;
use super::source::without_literals;
use super::tracked::{self, Text};

/// Lines that a file of `src/` may have.
const LONGEST: usize = 400;
/// Domains of e-mail addresses that belong to nobody (RFC 2606, RFC 6761).
const NOBODYS: [&str; 7] =
    ["example", "invalid", "test", "localhost", "example.com", "example.net", "example.org"];
/// Addresses under other domains: where, under which, and why.
const ADDRESSES: [(&str, &[&str], &str); 4] = [
    (
        "tests/it/identifiers/",
        &["gmail.com", "googlemail.com"],
        "Gmail's own rules cannot be tested under another domain",
    ),
    ("benches/micro.rs", &["gmail.com"], "Gmail's own rules are measured"),
    ("tests/it/house/names.rs", &["firma.se"], "planted for the checker"),
    ("tests/it/docs/examples.rs", &["gmail.com"], "planted for its own checker"),
];

#[test]
fn files_of_src_can_be_read_in_one_sitting() {
    let too_long: Vec<_> = tracked::rust("src/")
        .iter()
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect();
    hold(
        "A file of src/ has 400 lines at most: make a folder of its noun and split it.",
        &too_long,
    );
}

#[test]
fn nothing_is_called_utils() {
    let vague = ["util", "utils", "helper", "helpers", "common", "misc"];
    let offences: Vec<_> = tracked::rust("src/")
        .iter()
        .filter(|file| {
            let path = file.path.trim_end_matches(".rs");
            path.split('/').any(|part| vague.contains(&part))
                || paths_declared(&file.text).any(|name| vague.contains(&name))
        })
        .map(|file| file.path.clone())
        .collect();
    hold("Name a module by what it holds; `utils` holds anything.", &offences);
}

fn paths_declared(text: &str) -> impl Iterator<Item = &str> {
    text.split("mod ").skip(1).filter_map(|rest| rest.split([';', ' ', '{']).next())
}

#[test]
fn lints_are_expected_and_never_silenced() {
    let offences = code_with(&["src/", "tests/"], &["#[allow(", "#![allow("]);
    hold(
        "Write #[expect(lint, reason = \"…\")], which tells when it is no longer needed.",
        &offences,
    );
}

#[test]
fn nothing_is_left_unwritten() {
    let offences = code_with(&["src/"], &["todo!(", "unimplemented!("]);
    hold("Write it, or leave out what would call it.", &offences);
}

/// The lines of Rust code, comments and literals aside, that hold one of these.
fn code_with(folders: &[&str], refused: &[&str]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in folders.iter().flat_map(|folder| tracked::rust(folder)) {
        for (number, line) in without_literals(&file.text).lines().enumerate() {
            if refused.iter().any(|refused| line.contains(refused)) {
                offences.push(format!("{}:{}", file.path, number + 1));
            }
        }
    }
    offences
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // Written in two halves, so that this file does not name them.
    let refused: Vec<String> = [
        ("/ho", "me/"),
        ("/ro", "ot/"),
        ("/wo", "rk/"),
        ("/Us", "ers/"),
        ("C:", "\\Users"),
        ("../sh", "ared"),
        ("registry.", "npmjs.org"),
        ("registry.", "yarnpkg.com"),
        ("files.", "pythonhosted.org"),
        ("pypi.", "org"),
        ("static.", "crates.io"),
        ("index.", "crates.io"),
        ("deb.", "debian.org"),
        ("security.", "debian.org"),
        ("proxy.", "golang.org"),
    ]
    .map(|(one, two)| format!("{one}{two}"))
    .into();
    let offences: Vec<_> = lines()
        .filter_map(|(at, line)| {
            let found = refused.iter().find(|refused| names(&line, refused))?;
            Some(format!("{at}: {found}"))
        })
        .collect();
    hold(
        "Files of the project work on any machine: use a path from the crate's folder or a \
         temporary one, and leave hosts of packages to the package managers.",
        &offences,
    );
}

/// Whether the line holds this; a path only where it begins, so that a URL's path
/// or a folder's within another is not meant.
fn names(line: &str, what: &str) -> bool {
    line.match_indices(what).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !what.starts_with('/')
            || before.is_none_or(|c| {
                !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | '>' | '*')
            })
    })
}

#[test]
fn e_mail_addresses_belong_to_nobody() {
    let offences: Vec<_> = lines()
        .flat_map(|(at, line)| {
            let offending: Vec<_> = addresses(&line)
                .into_iter()
                .filter(|domain| !is_nobodys(domain))
                .filter(|domain| {
                    !ADDRESSES.iter().any(|(place, domains, _)| {
                        at.starts_with(place) && domains.contains(&domain.as_str())
                    })
                })
                .map(|domain| format!("{at}: an address under {domain}"))
                .collect();
            offending
        })
        .collect();
    hold(
        "Somebody may have this address: write one under .example, or name the exception and its \
         reason in ADDRESSES.",
        &offences,
    );
}

#[test]
fn personnummer_belong_to_nobody() {
    let offences: Vec<_> = lines()
        .filter(|(at, line)| !at.contains(".lock") && personnummer(line))
        .map(|(at, _)| at)
        .collect();
    hold(
        "Somebody may have this personnummer: take a serial of 2380-2399 or 9800-9899 (the last \
         four digits), or make its check digit wrong.",
        &offences,
    );
}

#[test]
fn the_checkers_see_what_is_planted() {
    assert_eq!(
        addresses("mail <anna.karin+x@firma.se>, \"bo@b.example\""),
        ["firma.se", "b.example"]
    );
    assert_eq!(addresses("an @attribute, @scope/package@1.2.3, a@b, u@h.1"), [""; 0]);
    assert!(
        is_nobodys("exempel.example") && is_nobodys("example") && is_nobodys("EXEMPEL.EXAMPLE")
    );
    assert!(!is_nobodys("firma.se") && !is_nobodys("notexample") && !is_nobodys("a.example.se"));

    // Put together here, since they must not be written.
    for (date, serial) in [("640823", "3234"), ("19640823", "3234"), ("640883", "3231")] {
        for sign in ["", "-", "+", " "] {
            let written = format!("number: {date}{sign}{serial}.");
            assert!(is_luhn(&format!("{}{serial}", &date[date.len() - 6..])), "{written}");
            assert!(personnummer(&written), "{written}");
        }
    }
    let long = format!("1{}{}11", "640823", "3234");
    assert!(!personnummer(&long) && !personnummer(&format!("x{}{}", "640823", "3234")));
    for harmless in ["19701104-2392", "19640823-3235", "559999-0008", "2026-11-20T09:12:00Z"] {
        assert!(!personnummer(harmless), "{harmless}");
    }
    let folder = format!("/ro{}", "ot/");
    assert!(names(&format!("cd {folder}x"), &folder) && !names(&format!("a{folder}x"), &folder));
}

/// Every line of every text file, with where it is.
fn lines() -> impl Iterator<Item = (String, String)> {
    tracked::texts().into_iter().flat_map(|Text { path, text }| {
        let lines: Vec<_> = text
            .lines()
            .enumerate()
            .map(|(number, line)| (format!("{path}:{}", number + 1), line.to_owned()))
            .collect();
        lines
    })
}

/// The domains of what looks like e-mail addresses in a line.
fn addresses(line: &str) -> Vec<String> {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let mut domains = Vec::new();
    for (at, _) in line.match_indices('@') {
        let rest = &line[at + 1..];
        let domain = &rest[..rest.find(|c| !is_domain(c)).unwrap_or(rest.len())];
        let domain = domain.trim_end_matches(['.', '-']);
        let last = domain.rsplit_once('.').map(|(_, last)| last);
        let is_address = line[..at].chars().next_back().is_some_and(is_local)
            && last.is_some_and(|last| last.len() > 1 && last.starts_with(char::is_alphabetic));
        if is_address {
            domains.push(domain.to_owned());
        }
    }
    domains
}

fn is_nobodys(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    NOBODYS.iter().any(|nobodys| {
        domain.strip_suffix(nobodys).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether a line holds a personnummer or samordningsnummer that a person may have.
fn personnummer(line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    (0..chars.len()).any(|at| {
        let begins = at == 0 || !chars[at - 1].is_alphanumeric();
        begins && [8, 6].into_iter().any(|date| somebodys(&chars[at..], date))
    })
}

/// Whether these begin with a date of so many digits, perhaps a sign, and four
/// digits that a person may have.
fn somebodys(chars: &[char], date: usize) -> bool {
    let sign = usize::from(chars.get(date).is_some_and(|c| "-+ ‐–—−".contains(*c)));
    let end = date + sign + 4;
    if chars.len() < end || chars.get(end).is_some_and(|c| c.is_alphanumeric()) {
        return false;
    }
    let number: String = chars[..date].iter().chain(&chars[date + sign..end]).collect();
    if number.len() != date + 4 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let ten = &number[number.len() - 10..];
    let part = |from: usize, to: usize| ten[from..to].parse::<u32>().unwrap_or(0);
    let (month, day, last) = (part(2, 4), part(4, 6), part(6, 10));
    let is_date =
        (1..=12).contains(&month) && ((1..=31).contains(&day) || (61..=91).contains(&day));
    let is_safe = (2380..=2399).contains(&last) || (9800..=9899).contains(&last) || last < 10;
    let century = date == 6 || matches!(&number[..2], "18" | "19" | "20");
    century && is_date && !is_safe && is_luhn(ten)
}

fn is_luhn(ten: &str) -> bool {
    let sum: u32 = ten
        .bytes()
        .enumerate()
        .map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 })
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}
