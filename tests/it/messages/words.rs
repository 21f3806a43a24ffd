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
        "AVREGISTRERING",
        "Spärra",
        "Radera",
        "SLUTT",
        "fjern meg",
        "Opt-ut",
        "Nejtack",
        "Nej tack!",
        "Nej, tack",
        "No thanks",
        "stop it",
        "STOPP 72456",
        "STOPP till 72456",
        "72456 stopp",
        "4 STOPP",
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
        "Stoppa all sms",
        "sluta med alla sms",
        "stop all messages",
        "Kan ni sluta skicka sms till mig",
        "I want to unsubscribe",
        "jag vill sluta få era sms",
        "I would like to stop receiving messages",
        "Please stop sending me messages",
        "Remove me from your list",
        "STOPP NU",
        "Stop Tandgruppen",
        "STOPP TANDGRUPPEN GÖTEBORG",
        "Ta bort mig från listan",
        "Cancel please",
        "unsubscribe me from this list",
        "Vänligen avregistrera mig",
        "Var snäll och sluta skicka sms",
        "Sluta messa mig",
        "Spärra mitt nummer",
        "Radera mig från listan",
        "Nej, sluta skicka sms!",
        "sluta med alla era sms",
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
        "Hej! Sluta skicka reklam till mig, tack.",
        "Avregistrera mig från era utskick",
        "Avsluta prenumerationen tack",
        "STOPP ALLT, sluta skicka sms",
        "STOPP ALLT. Sms",
        "Stoppa allt! Vill sluta få sms",
        "STOPP ALLT. Skicka inga fler sms",
        "Stoppa alla sms och all reklam",
        "Stoppa alla sms och allt",
        "Avregistrera mig från alla sms och nyhetsbrev",
        "Avregistrera mig från sms och nyhetsbrev",
        "Stoppa nyhetsbrevet",
        "STOPP sms och e-post",
        "Avregistrera mig från sms och mejl",
        "ta bort mig från alla era listor",
        "Stop all texts and all marketing",
        "Unsubscribe me from all texts, newsletters and offers",
    ] {
        stops(text, Reach::Everything);
    }
}

#[test]
fn a_plain_no_needs_no_word_for_stop() {
    for text in [
        "Skicka inga fler sms",
        "Skicka mig inte sms",
        "smsa mig aldrig mer, tack",
        "Jag vill inte ha era sms längre",
        "Jag vill absolut inte ta emot fler sms",
        "STOPP jag vill inte ha mer sms",
        "Jag vill slippa era sms",
        "Inga fler sms tack!",
        "I don't want any more texts",
        "Please do not send me messages",
        "Don't text me",
        "No more texts please",
        "Jeg vil ikke ha flere sms",
    ] {
        stops(text, Reach::Sms);
    }
    for text in [
        "Jag vill inte ha mer reklam från er",
        "Ingen reklam, tack",
        "Jag vill inte ha någon reklam",
        "Jag undanber mig reklam",
        "Jag vill inte att ni skickar reklam",
        "Nej tack till reklam",
        "Nej tack, jag vill inte ha nyhetsbrev",
        "I do not want your newsletter",
    ] {
        stops(text, Reach::Everything);
    }
    for (text, why) in [
        ("Jag vill inte ha sms, jag vill ha nyhetsbrev", Unclear::Negated),
        ("Jag vill inte ha sms, skicka nyhetsbrev", Unclear::Negated),
        ("Jag vill inte sluta få sms", Unclear::Negated),
        ("Vill ni inte skicka sms?", Unclear::Negated),
        ("Kan ni inte skicka sms", Unclear::Negated),
        ("Jag får inga sms", Unclear::Negated),
        ("I want email, not sms", Unclear::Negated),
        ("Skicka mejl, inte sms", Unclear::Negated),
        ("Skicka inte", Unclear::Negated),
        ("Skicka inte räkningen hit", Unclear::Negated),
        ("Skicka inga fler sms än nödvändigt", Unclear::Negated),
        ("Nej tack jag behöver ingen tid", Unclear::Negated),
        ("Jag kan inte få era sms", Unclear::Negated),
        ("Inga sms", Unclear::Negated),
        ("Jag vill inte", Unclear::Negated),
        ("Jag vill inte missa era erbjudanden", Unclear::Negated),
        ("jag kan inte stoppa blödningen", Unclear::Negated),
        ("Nej", Unclear::NotUnderstood),
        ("Nej tack jag vill ha sms", Unclear::NotUnderstood),
    ] {
        is_unclear(text, why);
    }
}

#[test]
fn a_greeting_and_a_signature_change_nothing() {
    for text in [
        "STOPP\nMvh Anna",
        "STOPP\nMVH\nAnna Åberg Öst",
        "Stopp tack mvh Anna",
        "Stopp! Med vänliga hälsningar, Anna-Karin",
        "Avregistrera mig.\n/Anna",
        "STOPP /Anna",
        "Hej Anna!\nSluta skicka sms. Tack!",
        "Hej! Stopp. Tack.",
        "Skicka inga fler sms. Hälsningar Anna",
        "Unsubscribe. Best regards, Anna",
        "Please stop. Thanks, Anna",
    ] {
        stops(text, Reach::Sms);
    }
    stops("STOPP ALLT\nmvh Anna", Reach::Everything);
    for text in [
        "Mvh Anna",
        "STOPP. Jag blöder",
        "STOPP\nBlodet rinner",
        "Hej akut blödning! Stopp",
        "Stopp. Ring mig\nMvh Anna",
        "Stopp. Mvh Anna som inte slutar",
        "Stopp. Mvh Anna, ring 8",
        "STOPP. START",
        "STOPP. Nej",
        "Kommer du? STOPP",
    ] {
        assert!(matches!(read(text), Understood::Unclear(_)), "{text:?}");
    }
}

#[test]
fn what_a_controller_is_called_makes_no_objection_and_none_narrower() {
    let read = |text: &str, own: &str| understand(text, [own]);
    let (sms, all) = (Reach::Sms, Reach::Everything);
    for (text, own, reach) in [
        ("STOPP Tandgruppen", "Tandgruppen A", Some(sms)),
        ("STOPP Tandgruppen A", "Tandgruppen A", Some(sms)),
        ("STOPP A", "Tandgruppen A", None),
        ("Stoppa in a", "Tandgruppen A", None),
        ("STOPP ALLA", "Alla", Some(all)),
        ("STOPP", "Stopp AB", Some(sms)),
        ("Sluta röka", "Sluta Röka Nu", None),
        ("Sluta röka nu", "Sluta Röka Nu", None),
        ("STOPP Sluta Röka Nu", "Sluta Röka Nu", Some(sms)),
        ("STOPP alla kliniker", "Alla Kliniker", Some(all)),
        ("Avbryt tid", "Tid och Plats", None),
        ("Avsluta Tandgruppen", "Tandgruppen", Some(sms)),
    ] {
        let found = match read(text, own) {
            Understood::Stop(_, reach) => Some(reach),
            Understood::Unclear(_) => None,
        };
        assert_eq!(found, reach, "{text:?} to {own:?}");
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
        ("stop 8", Unclear::NotUnderstood),
        ("17 stop", Unclear::NotUnderstood),
        ("avbryt 72456", Unclear::NotUnderstood),
        ("STOPP 070-174 06 05", Unclear::NotUnderstood),
        ("Jag vill spärra mitt kort", Unclear::NotUnderstood),
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
    let told = |text| Understood::Unclear(Unclear::NotUnderstood).told_of_opt_out(text);
    assert_eq!(told("ARRÊTEZ"), Understood::Stop(Word::Gateway, Reach::Sms));
    assert_eq!(told("ARRÊTEZ ALL"), Understood::Stop(Word::Gateway, Reach::Everything));
    let everything = Understood::Stop(Word::Stop, Reach::Everything);
    assert_eq!(everything.told_of_opt_out(""), everything);
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
            "tisdag", "kl", "17", "in", "bussen", "rotfyllning", "tid", "om"][..]),
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
