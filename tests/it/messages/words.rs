//! What is understood, and what a human must read.

use nejtack::domain::message::{Reach, Unclear, Understood, Word, understand};
use proptest::prelude::*;

const OWN: [&str; 2] = ["tandgruppen-goteborg", "Tandgruppen Göteborg"];

fn read(text: &str) -> Understood {
    understand(text, OWN)
}

#[track_caller]
fn stops(text: &str, reach: Reach) {
    match read(text) {
        Understood::Stop(_, found) if found == reach => {}
        other => panic!("{text:?}: {other:?}"),
    }
}

#[track_caller]
fn is_unclear(text: &str, why: Unclear) {
    assert_eq!(read(text), Understood::Unclear(why), "{text:?}");
}

#[test]
fn a_lone_word_counts_however_it_is_written() {
    for text in [
        "STOP",
        "stop",
        "Stopp",
        "STOPP!!!",
        " stopp. ",
        "SLUTA",
        "Avsluta",
        "AVBRYT",
        "avregistrera",
        "AVANMÄL",
        "avanmal",
        "Avanma\u{308}l",
        "UNSUBSCRIBE",
        "quit",
        "END",
        "Cancel",
        "OPTOUT",
        "OPT OUT",
        "opt-out",
        "REVOKE",
        "ＳＴＯＰＰ",
        "S T O P P",
        "S.T.O.P",
        "St\u{200b}opp",
        "\u{feff}STOPP\u{200d}",
        "STOPP 🛑🛑",
        "🙏stopp🙏",
        "stooopp",
        "\"STOPP\"",
        "(stop)",
        "STOP STOP STOP",
        "stop?",
        "𝗦𝗧𝗢𝗣",
        "\nSTOPP\n",
        "Ta bort",
        "STOP/STOPP",
        "s\u{336}t\u{336}o\u{336}p\u{336}",
    ] {
        stops(text, Reach::Sms);
    }
}

#[test]
fn courtesies_and_words_of_sending_around_it_change_nothing() {
    for text in [
        "Stopp tack!",
        "Snälla sluta skicka",
        "Jag vill avregistrera mig",
        "stop please",
        "Sluta skicka sms till mig",
        "Hej! Sluta skicka reklam till mig, tack.",
        "Avregistrera mig från era utskick",
        "Stoppa all sms",
        "sluta med alla sms",
        "stop all messages",
        "Kan ni sluta skicka sms till mig",
        "I want to unsubscribe",
        "jag vill sluta få era sms",
        "I would like to stop receiving messages",
        "Please stop sending me messages",
        "Remove me from your list",
        "Avsluta prenumerationen tack",
        "STOPP NU",
        "Stop Tandgruppen",
        "STOPP TANDGRUPPEN GÖTEBORG",
        "Ta bort mig från listan",
        "Cancel please",
        "unsubscribe me from this list",
    ] {
        stops(text, Reach::Sms);
    }
}

#[test]
fn everything_is_what_says_everything() {
    for text in [
        "STOP ALLT",
        "STOPP ALLT",
        "stopp allt!",
        "STOP ALL",
        "STOPALL",
        "stoppallt",
        "Stoppa allt tack",
        "Sluta med allt",
        "STOP EVERYTHING",
        "Sluta skicka all reklam",
        "stoppa alla utskick",
        "Allt: stopp",
    ] {
        stops(text, Reach::Everything);
    }
}

#[test]
fn a_not_turns_it_round() {
    for text in [
        "sluta inte",
        "Sluta inte skicka!",
        "don't stop",
        "Don’t stop",
        "DONT STOP",
        "do not stop",
        "Stoppa ej",
        "stoppa aldrig",
        "bussen stoppar inte här",
        "Jag vill inte sluta",
        "never stop",
        "STOPP nej jag menar inte stopp",
        "I can't stop",
        "inte stopp",
    ] {
        is_unclear(text, Unclear::Negated);
    }
}

#[test]
fn what_a_human_would_hesitate_at_is_for_a_human() {
    for (text, why) in [
        ("Kan ni stoppa in mig kl 8?", Unclear::Question),
        ("Kan ni stoppa in mig kl 8", Unclear::NotUnderstood),
        ("Bussen stoppar här", Unclear::NotUnderstood),
        ("Det är stopp i avloppet", Unclear::NotUnderstood),
        ("Avbryt min tid på fredag", Unclear::NotUnderstood),
        ("Cancel my appointment", Unclear::NotUnderstood),
        ("The end", Unclear::NotUnderstood),
        ("I quit", Unclear::NotUnderstood),
        ("Sluta ringa mig", Unclear::NotUnderstood),
        ("Jag vill sluta röka", Unclear::NotUnderstood),
        ("Jag kan sluta nu", Unclear::NotUnderstood),
        ("jag vill sluta", Unclear::NotUnderstood),
        ("sluta med den", Unclear::NotUnderstood),
        ("Stopp igen", Unclear::NotUnderstood),
        ("stop 17:30", Unclear::NotUnderstood),
        ("STOP START", Unclear::NotUnderstood),
        ("Svara STOPP för att avsluta", Unclear::NotUnderstood),
        ("Gillade \"Svara STOPP för att slippa\"", Unclear::NotUnderstood),
        ("ska jag sluta?", Unclear::Question),
        ("Stoppar ni sms?", Unclear::Question),
        ("stoppa sms?", Unclear::Question),
        ("Hej", Unclear::NotUnderstood),
        ("stopper", Unclear::NotUnderstood),
        ("nonstop", Unclear::NotUnderstood),
        ("STOP 🇸🇪 Optiker Ek", Unclear::NotUnderstood),
        ("START", Unclear::StartWord),
        ("Ja", Unclear::StartWord),
        ("ja tack!", Unclear::StartWord),
        ("UNSTOP", Unclear::StartWord),
        ("", Unclear::NoText),
        (" \u{200b} 🛑 !!", Unclear::NoText),
    ] {
        is_unclear(text, why);
    }
    is_unclear(&"stop ".repeat(1000), Unclear::NotUnderstood);
}

#[test]
fn the_class_of_the_word_is_told() {
    for (text, word) in
        [("sluta", Word::Stop), ("Avanmäl mig", Word::Unsubscribe), ("avsluta", Word::End)]
    {
        assert_eq!(read(text), Understood::Stop(word, Reach::Sms), "{text}");
    }
    let told = Understood::Unclear(Unclear::NotUnderstood).told_of_opt_out();
    assert_eq!(told, Understood::Stop(Word::Gateway, Reach::Sms));
    let everything = Understood::Stop(Word::Stop, Reach::Everything);
    assert_eq!(everything.told_of_opt_out(), everything);
}

const KEYS: [&str; 14] = [
    "stop",
    "stopp",
    "sluta",
    "avsluta",
    "avbryt",
    "avregistrera",
    "avanmäl",
    "unsubscribe",
    "quit",
    "end",
    "cancel",
    "optout",
    "revoke",
    "stoppa",
];

/// The word in any case, composed or not, with what is invisible between its letters.
fn disguised(word: &str, choices: &[u8]) -> String {
    let mut out = String::new();
    for (letter, choice) in word.chars().zip(choices.iter().cycle()) {
        let letter = if choice & 1 == 0 { letter.to_uppercase().next().unwrap() } else { letter };
        match (letter, choice & 2 == 0) {
            ('ä', true) => out.push_str("a\u{308}"),
            ('Ä', true) => out.push_str("A\u{308}"),
            (letter @ 'A'..='z', _) if choice & 4 == 0 => {
                out.push(char::from_u32(u32::from(letter) + 0xFEE0).unwrap());
            }
            (letter, _) => out.push(letter),
        }
        if choice & 8 == 0 {
            out.push(['\u{200b}', '\u{200d}', '\u{feff}', '\u{ad}'][usize::from(choice >> 4) % 4]);
        }
    }
    out
}

/// Nothing that is a letter or a digit.
fn noise() -> impl Strategy<Value = String> {
    "[ .,!…;:()\"'*\u{200b}🛑🙏👎\n\t-]{0,6}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_lone_keyword_always_counts(
        key in prop::sample::select(&KEYS[..]),
        choices in prop::collection::vec(any::<u8>(), 1..20),
        (before, after) in (noise(), noise()),
    ) {
        let text = format!("{before}{}{after}", disguised(key, &choices));
        prop_assert!(matches!(read(&text), Understood::Stop(_, Reach::Sms)), "{text:?}");
    }

    #[test]
    fn any_not_and_any_unknown_word_is_for_a_human(
        key in prop::sample::select(&KEYS[..]),
        word in prop::sample::select(&["inte", "ej", "icke", "aldrig", "don't", "not", "never",
            "tisdag", "kl", "8", "in", "bussen", "rotfyllning", "tid", "om"][..]),
        around in prop::collection::vec(prop::sample::select(&["snälla", "mig", "sms", "allt", "tack"][..]), 0..4),
        place in any::<prop::sample::Index>(),
    ) {
        let mut words = around;
        words.push(key);
        words.insert(place.index(words.len() + 1), word);
        let text = words.join(" ");
        prop_assert!(matches!(read(&text), Understood::Unclear(_)), "{text:?}");
    }

    #[test]
    fn nothing_panics_and_it_is_the_same_again(text in "\\PC{0,80}|[a-zåäö !?'s]{0,60}") {
        let first = read(&text);
        prop_assert_eq!(first, read(&text));
        prop_assert_eq!(first, read(&format!(" {text}\u{200b}\n")));
    }
}
