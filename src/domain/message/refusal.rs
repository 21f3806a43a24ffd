//! A no without a word for stop: "Jag vill inte ha mer reklam", "Skicka inga fler sms".

use super::understand::Said;
use super::words::Role;

/// Who wishes. Beside a "not" it is what is refused, and twice in one sentence it may be
/// the other thing ("vill inte ha sms, vill ha brev").
const WISHES: [&str; 7] = ["vill", "vil", "onskar", "onsker", "want", "wish", "like"];
/// What a "not" forbids.
const ORDERS: [&str; 6] = ["skicka", "sanda", "send", "smsa", "messa", "spamma"];
/// To send texts.
const TEXTING: [&str; 6] = ["smsa", "messa", "spamma", "text", "message", "sms"];
/// A "not" that stands before what it forbids.
const ENGLISH: [&str; 3] = ["dont", "never", "not"];
/// None, and no more.
const NONE: [&str; 3] = ["ingen", "inget", "inga"];
const MORE: [&str; 5] = ["fler", "flere", "mer", "mera", "more"];
/// With these it is about what can be, which is no wish.
const ABILITY: [&str; 3] = ["kan", "can", "could"];

/// Whether the sentence is such a no. All of its words have to be known, as with a word
/// for stop.
pub(super) fn refuses(said: &[Said<'_>]) -> bool {
    let known = |said: &Said<'_>| match said.role {
        Some(Role::Key { .. }) => declines(said),
        Some(Role::Start) => false,
        Some(_) => !ABILITY.contains(&word(said)),
        None => said.is_named(),
    };
    if !said.iter().all(known) || said.iter().any(|said| said.token.asks) {
        return false;
    }
    let mut nots = (0..said.len()).filter(|at| said[*at].role == Some(Role::Negation));
    match (nots.next(), nots.next()) {
        (None, _) => declines_what_is_sent(said),
        (Some(at), None) => verbs(said) <= 1 && forbids(&said[..at], &said[at], &said[at + 1..]),
        _ => false,
    }
}

/// Whether the wish of somebody is in it: "jag vill".
pub(super) fn wishes(said: &[Said<'_>]) -> bool {
    said.iter().any(|said| WISHES.contains(&word(said)))
}

fn word<'a>(said: &'a Said<'_>) -> &'a str {
    &said.token.word
}

/// "Nej till reklam", "No more texts".
fn declines_what_is_sent(said: &[Said<'_>]) -> bool {
    let more = said.get(1).is_some_and(|second| MORE.contains(&word(second)));
    said.first().is_some_and(declines)
        && has(said, &[Role::Texts, Role::Mailings])
        && !has(said, &[Role::Sending])
        && (more || !has(said, &[Role::Loose]))
}

/// Whether the "not" between these words is one to what is sent.
fn forbids(before: &[Said<'_>], not: &Said<'_>, after: &[Said<'_>]) -> bool {
    let things = [Role::Texts, Role::Mailings];
    let named = has(before, &things) || has(after, &things);
    let more = after.iter().any(|said| MORE.contains(&word(said)));
    // "skicka mig inga", "vill absolut inte"
    let between = |said: &&Said<'_>| {
        matches!(word(said), "mig" | "mej" | "meg" | "me" | "oss")
            || said.role == Some(Role::Courtesy)
    };
    let verb = before.iter().rev().find(|said| !between(said)).map_or("", word);
    if ORDERS.contains(&verb) {
        return named || more || TEXTING.contains(&verb);
    }
    if WISHES.contains(&verb) {
        return named || has(after, &[Role::Sending]);
    }
    // In "brev, inte sms" something else is wanted.
    let polite = |said: &Said<'_>| said.role == Some(Role::Courtesy) || declines(said);
    if !before.iter().all(polite) {
        return false;
    }
    let Some(next) = after.first() else { return false };
    if ENGLISH.contains(&word(not)) {
        let sending = ORDERS.contains(&word(next)) || WISHES.contains(&word(next));
        return TEXTING.contains(&word(next)) || (sending && (named || more));
    }
    let mailings = next.role == Some(Role::Mailings);
    NONE.contains(&word(not)) && named && (MORE.contains(&word(next)) || mailings)
}

/// How much is wanted or ordered.
fn verbs(said: &[Said<'_>]) -> usize {
    let is_verb = |said: &Said<'_>| WISHES.contains(&word(said)) || ORDERS.contains(&word(said));
    let within = |at: usize| {
        // "att ni skickar", "to send"
        at > 0 && matches!(word(&said[at - 1]), "to" | "att" | "ni" | "would")
    };
    (0..said.len()).filter(|at| is_verb(&said[*at]) && !within(*at)).count()
}

fn has(said: &[Said<'_>], roles: &[Role]) -> bool {
    said.iter().filter_map(|said| said.role).any(|role| roles.contains(&role))
}

fn declines(said: &Said<'_>) -> bool {
    said.role == Some(Role::Decline) || word(said) == "nejtack"
}
