//! Whether a message says stop, and to what.

use super::words::{Role, role};
use super::{Reach, Unclear, Understood, Word};
use crate::domain::identifier::folding;

/// Nobody says stop at greater length: fifteen text messages.
const LONGEST: usize = 2_300;

/// Reads a message. `own` are the names of those that it was sent to: "STOPP
/// TANDGRUPPEN" is how many senders ask to be answered.
///
/// A lone keyword always counts, whatever case, marks, punctuation and pictures it
/// comes with. With words around it counts where all of them are known and none of
/// them could turn it round.
#[must_use]
pub fn understand<'a>(text: &str, own: impl IntoIterator<Item = &'a str>) -> Understood {
    if text.chars().nth(LONGEST).is_some() {
        return Understood::Unclear(Unclear::NotUnderstood);
    }
    let words = phrases(words(text));
    if words.is_empty() {
        return Understood::Unclear(Unclear::NoText);
    }
    let roles: Vec<_> = words.iter().map(|word| role(word)).collect();
    let asks = text.contains(['?', '？', '؟']);
    judge(&words, &roles, asks, &own_words(own))
}

fn judge(words: &[String], roles: &[Option<Role>], asks: bool, own: &[String]) -> Understood {
    let unclear = Understood::Unclear;
    if roles.contains(&Some(Role::Negation)) {
        return unclear(Unclear::Negated);
    }
    let starts = |role: &Option<Role>| matches!(role, Some(Role::Start | Role::Courtesy));
    if roles.contains(&Some(Role::Start)) && roles.iter().all(starts) {
        return unclear(Unclear::StartWord);
    }
    let keys: Vec<_> = roles
        .iter()
        .filter_map(|role| match role {
            Some(Role::Key { word, plain, .. }) => Some((*word, *plain)),
            _ => None,
        })
        .collect();
    let Some((word, _)) = keys.first().copied() else {
        return unclear(if asks { Unclear::Question } else { Unclear::NotUnderstood });
    };
    let plain = keys.iter().any(|(_, plain)| *plain);
    let sent = |role: &Option<Role>| {
        matches!(role, Some(Role::Texts | Role::Mailings | Role::Sending | Role::All))
    };
    let of_what_is_sent =
        keys.iter().any(|(word, _)| *word == Word::Unsubscribe) || roles.iter().any(sent);
    let known = |(word, role): (&String, &Option<Role>)| match role {
        Some(Role::Key { .. } | Role::All | Role::Texts | Role::Mailings | Role::Courtesy) => true,
        Some(Role::Around | Role::Sending) => plain,
        Some(Role::Loose) => plain && of_what_is_sent,
        Some(Role::Start | Role::Negation) => false,
        None => own.contains(word),
    };
    if !words.iter().zip(roles).all(known) {
        return unclear(if asks { Unclear::Question } else { Unclear::NotUnderstood });
    }
    let alone = roles.iter().all(|role| matches!(role, Some(Role::Key { .. } | Role::All)));
    if asks && !alone {
        return unclear(Unclear::Question);
    }
    Understood::Stop(word, reach(roles))
}

/// "STOP ALLT" is everything, and "alla sms" is what comes by text message.
fn reach(roles: &[Option<Role>]) -> Reach {
    let everything = |role: &Option<Role>| matches!(role, Some(Role::Key { everything: true, .. }));
    if roles.iter().any(everything) {
        return Reach::Everything;
    }
    let Some(at) = roles.iter().position(|role| *role == Some(Role::All)) else {
        return Reach::Sms;
    };
    let thing = |role: &&Option<Role>| matches!(role, Some(Role::Texts | Role::Mailings));
    match roles[at..].iter().find(thing) {
        Some(Some(Role::Texts)) => Reach::Sms,
        _ => Reach::Everything,
    }
}

/// The words of a text: without case, marks and what is invisible; parted by whatever
/// is neither letter nor digit, but for the apostrophe of "don't".
fn words(text: &str) -> Vec<String> {
    let folded = folding::words(text);
    let joined: String =
        folded.chars().filter(|c| !matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')).collect();
    let words = joined.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Words that belong together, as one: "opt out", "ta bort", "S T O P", "i want".
fn phrases(words: Vec<String>) -> Vec<String> {
    let letters = |word: &String| word.chars().nth(1).is_none();
    if words.len() > 2 && words.iter().all(letters) {
        return vec![words.concat()];
    }
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match (joined.last().map(String::as_str), word.as_str()) {
            (Some("opt"), "out") | (Some("ta"), "bort") => {
                joined.last_mut().into_iter().for_each(|last| last.push_str(&word));
            }
            // In Swedish it means "in", and "stoppa i mig" something else.
            (Some("i"), "want" | "would" | "wish") => {
                joined.pop();
                joined.push(word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// What the names consist of, but for words that mean something here.
fn own_words<'a>(own: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    own.into_iter().flat_map(words).collect()
}

/// What the gateway says it understood stands where the text alone does not tell: its
/// words can be set there, in any language.
impl Understood {
    /// The same, told by the gateway that the person opted out.
    #[must_use]
    pub fn told_of_opt_out(self) -> Self {
        match self {
            Self::Unclear(_) => Self::Stop(Word::Gateway, Reach::Sms),
            stop @ Self::Stop(..) => stop,
        }
    }
}
