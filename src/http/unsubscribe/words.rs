//! What the page says, in both languages. `{…}` is filled in.

use super::language::Language;
use crate::domain::Time;
use crate::domain::channel::Channel;
use chrono::{Datelike, Timelike};

/// The page's words in one language.
pub(super) struct Words {
    /// What the contact point is called, at the beginning of a sentence.
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) title: &'static str,
    pub(super) heading: &'static str,
    pub(super) lead: &'static str,
    pub(super) choose: &'static str,
    pub(super) channel: &'static str,
    pub(super) channel_more: &'static str,
    pub(super) all: &'static str,
    pub(super) all_more: &'static str,
    pub(super) confirm: &'static str,
    pub(super) not_yet: &'static str,
    pub(super) kept: &'static str,
    pub(super) kept_what: &'static str,
    pub(super) original_for: &'static str,
    pub(super) original_always: &'static str,
    pub(super) original_never: &'static str,
    pub(super) law: &'static str,
    pub(super) regret: &'static str,
    pub(super) done_title: &'static str,
    pub(super) done: &'static str,
    pub(super) done_more: &'static str,
    pub(super) covers: &'static str,
    pub(super) when: &'static str,
    pub(super) number: &'static str,
    pub(super) number_more: &'static str,
    pub(super) also_all: &'static str,
    pub(super) also_all_button: &'static str,
    pub(super) wrong_title: &'static str,
    pub(super) no_choice: &'static str,
    pub(super) unreadable: &'static str,
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Swedish => &SWEDISH,
        Language::English => &ENGLISH,
    }
}

const SWEDISH: Words = Words {
    email: "Din e-postadress",
    phone: "Ditt telefonnummer",
    title: "Slipp reklam från {controller}",
    heading: "Slipp reklam från {controller}",
    lead: "Utskicket gick till {hint}. Välj vad du vill slippa och bekräfta.",
    choose: "Vad vill du slippa?",
    channel: "Reklam {channel}",
    channel_more: "Bara {channel}. På andra sätt kan reklam fortfarande komma.",
    all: "All direktreklam",
    all_more: "E-post, sms, telefon, post, annonser på nätet och allt annat, och att uppgifter om dig används för att rikta reklam.",
    confirm: "Bekräfta",
    not_yet: "Inget sparas förrän du bekräftar.",
    kept: "Vad som sparas, och varför",
    kept_what: "Det som sparas är att du har sagt nej till {controller}, vad det gäller, när det var och att det skedde med den här länken. {contact} sparas som en kod, gjord med en hemlig nyckel, så länge spärren gäller. Utan den koden skulle ingen veta att just du ska slippa reklam.",
    original_for: "{contact} sparas dessutom krypterat i högst {period}, som underlag.",
    original_always: "{contact} sparas dessutom krypterat så länge spärren gäller, som underlag.",
    original_never: "{contact} sparas inte på något annat sätt.",
    law: "Så säger lagen: den som har invänt mot direktmarknadsföring får inte längre få någon (dataskyddsförordningen, artikel 21.3). Att spara det som behövs för det är en rättslig förpliktelse (artikel 6.1 c).",
    regret: "Ångrar du dig hör du av dig till {controller}. Meddelanden som inte är reklam kan du fortfarande få. Den här sidan använder inga kakor.",
    done_title: "Klart: du slipper reklam från {controller}",
    done: "Klart. Du har sagt nej till reklam från {controller}.",
    done_more: "Det gäller från och med nu. Ett utskick som redan är på väg kan hinna fram.",
    covers: "Gäller",
    when: "Tidpunkt",
    number: "Kvittonummer",
    number_more: "Spara numret om du vill kunna fråga om det senare.",
    also_all: "Vill du slippa all direktreklam?",
    also_all_button: "Ja, slipp all direktreklam",
    wrong_title: "Fel: {title}",
    no_choice: "Inget har sparats. Välj vad du vill slippa, och bekräfta sedan.",
    unreadable: "Det som skickades gick inte att läsa, och inget har sparats. Välj här vad du vill slippa, och bekräfta sedan.",
};

const ENGLISH: Words = Words {
    email: "Your e-mail address",
    phone: "Your telephone number",
    title: "Stop marketing from {controller}",
    heading: "Stop marketing from {controller}",
    lead: "The message was sent to {hint}. Choose what you want to stop, and confirm.",
    choose: "What do you want to stop?",
    channel: "Marketing {channel}",
    channel_more: "Only {channel}. Marketing may still reach you in other ways.",
    all: "All direct marketing",
    all_more: "E-mail, text messages, telephone, post, advertising online and everything else, and the use of information about you to target marketing.",
    confirm: "Confirm",
    not_yet: "Nothing is kept before you confirm.",
    kept: "What is kept, and why",
    kept_what: "What is kept is that you said no to {controller}, what to, when, and that it was by this link. {contact} is kept as a code, made with a secret key, for as long as the block stands. Without that code nobody would know that it is you who wants no marketing.",
    original_for: "{contact} is also kept, encrypted, for at most {period}, as evidence.",
    original_always: "{contact} is also kept, encrypted, for as long as the block stands, as evidence.",
    original_never: "{contact} is not kept in any other way.",
    law: "The law says so: whoever has objected to direct marketing must not get it any more (GDPR, Article 21.3). To keep what is needed for that is a legal obligation (Article 6.1 c).",
    regret: "If you change your mind, contact {controller}. Messages that are not marketing can still reach you. This page uses no cookies.",
    done_title: "Done: no more marketing from {controller}",
    done: "Done. You have said no to marketing from {controller}.",
    done_more: "It is in effect from now on. A message that is already on its way may still arrive.",
    covers: "Covers",
    when: "Time",
    number: "Receipt number",
    number_more: "Keep the number if you want to be able to ask about it later.",
    also_all: "Do you want to stop all direct marketing?",
    also_all_button: "Yes, stop all direct marketing",
    wrong_title: "Error: {title}",
    no_choice: "Nothing has been kept. Choose what you want to stop, and then confirm.",
    unreadable: "What was sent could not be read, and nothing has been kept. Choose here what you want to stop, and then confirm.",
};

/// What a mail program gets that unsubscribed by one click: it may show it to anybody.
pub(super) const ONE_CLICK: &str = "Du är avanmäld.\nYou have been unsubscribed.\n";

/// A template with its places filled in, in one go: what is filled in stays as it is.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        let value = values.iter().find(|(own, _)| *own == name);
        out.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// "By e-mail": the channels that a link can be for.
pub(super) const fn by(channel: Channel, language: Language) -> &'static str {
    match (language, channel) {
        (Language::Swedish, Channel::Email) => "via e-post",
        (Language::Swedish, Channel::Sms) => "via sms",
        (Language::Swedish, Channel::Phone) => "per telefon",
        (Language::Swedish, Channel::AutomatedCall) => "med automatiska samtal",
        (Language::Swedish, _) => "på det här sättet",
        (Language::English, Channel::Email) => "by e-mail",
        (Language::English, Channel::Sms) => "by text message",
        (Language::English, Channel::Phone) => "by telephone",
        (Language::English, Channel::AutomatedCall) => "by automated calls",
        (Language::English, _) => "in this way",
    }
}

/// So many days, in years where it is whole ones.
pub(super) fn period(days: u32, language: Language) -> String {
    let (count, (one, many)) = match (language, days % 365) {
        (Language::Swedish, 0) => (days / 365, ("år", "år")),
        (Language::Swedish, _) => (days, ("dag", "dagar")),
        (Language::English, 0) => (days / 365, ("year", "years")),
        (Language::English, _) => (days, ("day", "days")),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A moment as a clock on a wall in Sweden shows it.
pub(super) fn moment(time: Time, language: Language) -> String {
    const SWEDISH: [&str; 12] = [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let local = time.with_timezone(&chrono_tz::Europe::Stockholm);
    let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
    let month = local.month0() as usize;
    match language {
        Language::Swedish => format!("{day} {} {year} kl. {hour:02}.{minute:02}", SWEDISH[month]),
        Language::English => {
            format!("{day} {} {year} at {hour:02}:{minute:02} (Swedish time)", ENGLISH[month])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        let values = [("controller", "{hint}"), ("hint", "a•••")];
        assert_eq!(fill("{controller} och {hint}, {okänd}.", &values), "{hint} och a•••, .");
        assert_eq!(fill("inget", &[]), "inget");
    }

    #[test]
    fn whole_years_are_told_as_such() {
        let told = |days| (period(days, Language::Swedish), period(days, Language::English));
        for (days, swedish, english) in [
            (1, "1 dag", "1 day"),
            (30, "30 dagar", "30 days"),
            (365, "1 år", "1 year"),
            (1_095, "3 år", "3 years"),
            (1_096, "1096 dagar", "1096 days"),
        ] {
            assert_eq!(told(days), (swedish.to_owned(), english.to_owned()));
        }
    }

    #[test]
    fn a_moment_is_told_by_swedish_clocks() {
        let summer = Time::from_timestamp(1_782_856_980, 0).expect("a time");
        assert_eq!(moment(summer, Language::Swedish), "1 juli 2026 kl. 00.03");
        assert_eq!(moment(summer, Language::English), "1 July 2026 at 00:03 (Swedish time)");
    }
}
