//! E-mail addresses.

use nejtack::domain::identifier::{Email, Grade, code};
use proptest::prelude::*;

use super::{cases, codes, meet, probed, with_email};

fn canonical(text: &str) -> String {
    Email::parse(text).expect("readable").canonical()
}

fn refusal(text: &str) -> &'static str {
    Email::parse(text).expect_err("unreadable").code
}

fn grade(objector: &str, looked_up: &str) -> Option<Grade> {
    meet(&with_email(objector), &with_email(looked_up))
}

#[test]
fn is_read_however_it_is_wrapped() {
    for text in [
        "anna@exempel.example",
        "  ANNA@Exempel.EXAMPLE ",
        "mailto:anna@exempel.example",
        "MAILTO:Anna@exempel.example?subject=Hej%20hej",
        "mailto:anna%40exempel.example",
        "<anna@exempel.example>",
        "<mailto:anna@exempel.example>",
        "Anna Åberg <anna@exempel.example>",
        "\"Åberg, Anna\" <anna@exempel.example>",
        "Åberg <Anna> <anna@exempel.example>",
        "'anna@exempel.example'",
        "\"anna@exempel.example\"",
        "\"anna\"@exempel.example",
        "anna@exempel.example (jobb)",
        "\u{feff}an\u{200b}na@exempel\u{2060}.example\u{200e}",
        "\u{a0}anna@exempel.example\u{a0}",
        "anna@exempel.example.",
        "anna@exempel。example",
    ] {
        assert_eq!(canonical(text), "anna@exempel.example", "{text}");
    }
}

#[test]
fn composes_accents_and_sends_the_domain_as_an_a_label() {
    assert_eq!(canonical("A\u{30a}sa@exempel.example"), "åsa@exempel.example");
    assert_eq!(canonical("ÅSA@exempel.example"), "åsa@exempel.example");
    assert_eq!(canonical("anna@Räksmörgås.example"), "anna@xn--rksmrgs-5wao1o.example");
    assert_eq!(canonical("anna@XN--RKSMRGS-5WAO1O.example"), "anna@xn--rksmrgs-5wao1o.example");
    // Non-transitional: ß is a letter of its own.
    assert_eq!(canonical("anna@straße.example"), "anna@xn--strae-oqa.example");
}

#[test]
fn a_tag_is_the_same_mailbox() {
    assert_eq!(grade("anna@a.example", "anna@a.example"), Some(Grade::Exact));
    assert_eq!(grade("anna@a.example", "anna+kampanj@a.example"), Some(Grade::Equivalent));
    assert_eq!(grade("anna+nyhetsbrev@a.example", "anna@a.example"), Some(Grade::Equivalent));
    assert_eq!(grade("anna+a@a.example", "anna+b@a.example"), Some(Grade::Equivalent));
    assert_eq!(grade("anna+a+b@a.example", "anna@a.example"), Some(Grade::Equivalent));
    // Nothing would be left of the local part.
    assert_eq!(grade("+anna@a.example", "+bo@a.example"), None);
}

#[test]
fn only_gmail_drops_dots_and_googlemail_is_gmail() {
    let dotted = "nejtack.exempel.test@gmail.com";
    assert_eq!(grade(dotted, "nejtackexempeltest@gmail.com"), Some(Grade::Equivalent));
    assert_eq!(grade("nejtackexempeltest@gmail.com", dotted), Some(Grade::Equivalent));
    assert_eq!(grade(dotted, "n.e.jtackexempeltest+x@googlemail.com"), Some(Grade::Equivalent));
    assert_eq!(grade("nejtackexempeltest@googlemail.com", dotted), Some(Grade::Equivalent));
    assert_eq!(grade(dotted, dotted), Some(Grade::Exact));
    assert_eq!(grade("anna.berg@exempel.example", "annaberg@exempel.example"), None);
    assert_eq!(grade(dotted, "nejtackexempeltest@gmail.example"), None);
}

#[test]
fn a_hyphen_and_a_typing_error_make_another_address() {
    assert_eq!(grade("anna-karin@exempel.example", "anna@exempel.example"), None);
    assert_eq!(grade("anna@exempel.example", "anna@exmpel.example"), None);
    assert_eq!(grade("anna@exempel.example", "anna@sub.exempel.example"), None);
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        "anna",
        "@exempel.example",
        "anna@",
        "anna@exempel",
        "anna@.example",
        "saknas",
        "anna@a.example)",
        "anna@a,example",
    ] {
        assert_eq!(refusal(text), code::UNREADABLE, "{text}");
    }
    for text in ["anna@a.example bo@b.example", "anna @a.example", "anna@a@b.example"] {
        assert_eq!(refusal(text), code::AMBIGUOUS, "{text}");
    }
    assert_eq!(refusal("anna\0@exempel.example"), code::CONTROL_CHARACTERS);
    assert_eq!(refusal("mailto:anna%00@exempel.example"), code::CONTROL_CHARACTERS);
    assert_eq!(refusal(&format!("{}@a.example", "a".repeat(320))), code::TOO_LONG);
}

#[test]
fn several_in_one_field_are_split() {
    for field in [
        "anna@a.example;bo@b.example",
        "anna@a.example, bo@b.example",
        "anna@a.example bo@b.example",
        "anna@a.example/bo@b.example",
        "anna@a.example / bo@b.example",
        "anna@a.example el bo@b.example",
        "anna@a.example eller bo@b.example",
        "anna@a.example\nbo@b.example",
        "\"Åberg, Anna\" <anna@a.example>, \"Berg; Bo\" <bo@b.example>",
        "Åberg, Anna <anna@a.example>; Berg, Bo <bo@b.example>",
        "; anna@a.example;;bo@b.example ,",
        "anna@a.example <anna@a.example>, bo@b.example <bo@b.example>",
    ] {
        let reading = probed(&with_email(field));
        assert_eq!((reading.given, reading.readable), (2, 2), "{field}");
        for email in ["anna@a.example", "bo@b.example"] {
            assert_eq!(grade(email, field), Some(Grade::Exact), "{field}");
            assert_eq!(grade(field, email), Some(Grade::Exact), "{field}");
        }
    }
}

#[test]
fn one_of_two_may_be_unreadable() {
    let reading = probed(&with_email("anna@a.example; saknas"));
    assert_eq!((reading.given, reading.readable), (2, 1));
    assert_eq!(codes(&reading), [("/person/emails/0", code::UNREADABLE)]);
    assert_eq!(reading.unread[0].value, "saknas");
    // A space that may be a typing error is not split.
    assert_eq!(probed(&with_email("anna karin@a.example")).readable, 0);
}

fn local_part() -> impl Strategy<Value = String> {
    "[a-z0-9åäö][a-z0-9._-]{0,12}[a-z0-9]"
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn canonical_form_is_a_fixed_point(text in "\\PC{0,20}@\\PC{1,12}\\.[a-z]{2,6}") {
        if let Ok(email) = Email::parse(&text) {
            let again = Email::parse(&email.canonical()).expect("readable again");
            prop_assert_eq!(again.canonical(), email.canonical());
            prop_assert!(again.keys() == email.keys());
        }
    }

    #[test]
    fn every_spelling_meets(
        local in local_part(),
        tag in proptest::option::of("[a-z0-9+]{1,6}"),
        upper in any::<bool>(),
        wrapper in 0_usize..7,
    ) {
        let objected = format!("{local}@exempel.example");
        let tagged = tag.as_ref().map_or_else(String::new, |tag| format!("+{tag}"));
        let mut written = format!("{local}{tagged}@exempel.example");
        if upper {
            written = written.to_uppercase();
        }
        let written = match wrapper {
            0 => written,
            1 => format!("  {written}\u{a0}"),
            2 => format!("<{written}>"),
            3 => format!("mailto:{written}"),
            4 => format!("\"Åberg, Anna\" <{written}>"),
            5 => format!("Anna Åberg <{written}>"),
            _ => written.replace('@', "\u{200b}@\u{feff}"),
        };
        let expected = if tag.is_some() { Grade::Equivalent } else { Grade::Exact };
        prop_assert_eq!(grade(&objected, &written), Some(expected));
        prop_assert_eq!(grade(&written, &objected), Some(expected));
    }

    #[test]
    fn another_local_part_never_meets(one in local_part(), other in local_part()) {
        prop_assume!(one != other);
        let (one, other) = (format!("{one}@a.example"), format!("{other}@a.example"));
        prop_assert_eq!(grade(&one, &other), None);
    }

    #[test]
    fn gmail_dots_never_matter(dots in proptest::collection::vec(any::<bool>(), 11)) {
        let mut written = String::new();
        for (letter, dot) in "nejtackexemp".chars().zip(dots.iter().chain([&false])) {
            written.push(letter);
            if *dot { written.push('.'); }
        }
        let (plain, written) = ("nejtackexemp@gmail.com", format!("{written}@googlemail.com"));
        prop_assert!(grade(plain, &written) == Some(Grade::Equivalent));
        prop_assert!(grade(&written, plain) == Some(Grade::Equivalent));
    }
}
