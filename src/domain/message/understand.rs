//! Whether a message says stop, and to what.

use super::own::{Named, Own};
use super::refusal::{refuses, wishes};
use super::tokens::{Break, Token, tokens};
use super::words::{Role, role};
use super::{Reach, Unclear, Understood, Word};

/// Nobody says stop at greater length: fifteen text messages.
const LONGEST: usize = 2_300;
/// What a message ends with before the sender's name.
const CLOSINGS: [&str; 8] =
    ["mvh", "vh", "halsning", "halsningar", "halsar", "hilsen", "hilsner", "regards"];
/// What may stand before those.
const BEFORE_CLOSINGS: [&str; 8] =
    ["med", "vanlig", "vanliga", "basta", "bastaste", "best", "kind", "venlig"];
/// What a name may stand beside at the beginning, or at the end.
const GREETINGS: [&str; 9] =
    ["hej", "hejsan", "hallo", "hi", "hello", "hei", "tack", "takk", "thanks"];
/// The most names of one person that a message is signed with.
const SIGNED: usize = 4;

/// A word of a message, and what it does there.
pub(super) struct Said<'a> {
    pub(super) token: &'a Token,
    /// None within a name, and of what is not known.
    pub(super) role: Option<Role>,
    named: Named,
}

impl Said<'_> {
    /// Whether it says whom it is said to.
    pub(super) fn is_named(&self) -> bool {
        self.named != Named::Not
    }

    fn is_key(&self) -> bool {
        matches!(self.role, Some(Role::Key { .. }))
    }

    fn is_digits(&self, fewest: usize, most: usize) -> bool {
        let word = &self.token.word;
        (fewest..=most).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
    }
}

/// Reads a message. `own` are the names of those that it was sent to: "STOPP
/// TANDGRUPPEN" is how many senders ask to be answered.
///
/// A lone keyword always counts, whatever case, marks, punctuation and pictures it
/// comes with. With words around it counts where all of them are known and none of
/// them could turn it round; and so does a plain no ("Skicka inga fler sms"). Of several
/// sentences each must say so, but for a greeting and a signature.
#[must_use]
pub fn understand<'a>(text: &str, own: impl IntoIterator<Item = &'a str>) -> Understood {
    if text.chars().nth(LONGEST).is_some() {
        return Understood::Unclear(Unclear::NotUnderstood);
    }
    let tokens = tokens(text);
    if tokens.is_empty() {
        return Understood::Unclear(Unclear::NoText);
    }
    let named = Own::of(own).named(&tokens);
    let said = tokens.iter().zip(named).map(|(token, named)| {
        let role = role(&token.word).filter(|_| named != Named::Whole);
        Said { token, role, named }
    });
    let said: Vec<_> = said.collect();
    let word = match judge(&said) {
        Ok(word) => Ok(word),
        Err(why) => by_sentence(unsigned(&said)).ok_or(why),
    };
    match word {
        Ok(word) => Understood::Stop(word, furthest(&tokens)),
        Err(why) => Understood::Unclear(why),
    }
}

/// How much a message is about that somebody else took for an objection: what its own
/// words say.
#[must_use]
pub fn reach(text: &str) -> Reach {
    furthest(&tokens(text))
}

/// What each sentence says, if all of them say stop.
fn by_sentence(said: &[Said<'_>]) -> Option<Word> {
    let mut found = None;
    for sentence in said.split_inclusive(|said| said.token.after >= Break::Sentence) {
        match judge(sentence) {
            Ok(word) => found = found.or(Some(word)),
            Err(_) if greets(sentence) => {}
            Err(_) => return None,
        }
    }
    found
}

/// "Hej Anna!", "Tack."
fn greets(sentence: &[Said<'_>]) -> bool {
    let greeting = sentence.first().is_some_and(|said| GREETINGS.contains(&&*said.token.word));
    let polite = |said: &&Said<'_>| said.role == Some(Role::Courtesy) || said.is_named();
    let others = sentence.iter().filter(|said| !polite(said));
    let is_name = |said: &Said<'_>| said.role.is_none() && is_name(&said.token.word);
    let all: Vec<_> = others.collect();
    match all.as_slice() {
        [] => true,
        [one] => greeting && is_name(one),
        _ => false,
    }
}

/// The message without "Mvh Anna Åberg" or "/Anna" at its end.
fn unsigned<'a, 'b>(said: &'a [Said<'b>]) -> &'a [Said<'b>] {
    let closing = said.iter().rposition(|said| {
        said.token.after == Break::Slash || CLOSINGS.contains(&&*said.token.word)
    });
    let Some(at) = closing else { return said };
    let is_name = |said: &Said<'_>| match said.role {
        None => is_name(&said.token.word),
        Some(role) => role == Role::Courtesy,
    };
    if said.len() - at - 1 > SIGNED || !said[at + 1..].iter().all(is_name) {
        return said;
    }
    let end = if said[at].token.after == Break::Slash { at + 1 } else { at };
    let before = |said: &Said<'_>| BEFORE_CLOSINGS.contains(&&*said.token.word);
    let kept = said[..end].iter().rposition(|said| !before(said)).map_or(0, |last| last + 1);
    &said[..if end == at { kept } else { end }]
}

fn is_name(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

/// The word that says stop, where nothing around it makes that doubtful.
fn judge(said: &[Said<'_>]) -> Result<Word, Unclear> {
    let has = |role: Role| said.iter().any(|said| said.role == Some(role));
    // "STOPP jag vill inte ha fler sms": the same twice, where a lone "inte" after the word
    // would turn it round.
    let again = said.len() > 1 && said[0].is_key() && wishes(&said[1..]) && refuses(&said[1..]);
    if refuses(said) || again {
        return Ok(Word::Stop);
    }
    if has(Role::Negation) {
        return Err(Unclear::Negated);
    }
    let starts = |said: &Said<'_>| matches!(said.role, Some(Role::Start | Role::Courtesy));
    if has(Role::Start) && said.iter().all(starts) {
        return Err(Unclear::StartWord);
    }
    let asks = said.iter().any(|said| said.token.asks);
    let doubtful = if asks { Unclear::Question } else { Unclear::NotUnderstood };
    let keys = said.iter().filter_map(|said| match said.role {
        Some(Role::Key { word, plain, .. }) => Some((word, plain)),
        _ => None,
    });
    let keys: Vec<_> = keys.collect();
    let Some((word, _)) = keys.first().copied() else { return Err(doubtful) };
    let plain = keys.iter().any(|(_, plain)| *plain);
    let of_what_is_sent = keys.iter().any(|(word, _)| *word == Word::Unsubscribe)
        || [Role::Texts, Role::Mailings, Role::Sending, Role::All].into_iter().any(has);
    let known = |at: usize| match said[at].role {
        Some(Role::Key { .. } | Role::All | Role::Texts | Role::Mailings | Role::Courtesy) => true,
        Some(Role::Around | Role::Sending) => plain,
        Some(Role::Loose) => plain && of_what_is_sent,
        Some(Role::Decline) => plain && at == 0,
        Some(Role::Start | Role::Negation) => false,
        None => match said[at].named {
            Named::Whole => true,
            Named::Part => plain,
            Named::Not => plain && is_number(said, at),
        },
    };
    if !(0..said.len()).all(known) {
        return Err(doubtful);
    }
    let bare = |said: &Said<'_>| said.is_key() || said.role == Some(Role::All);
    if asks && !said.iter().all(bare) {
        return Err(Unclear::Question);
    }
    Ok(word)
}

/// The short code that senders ask to be answered at ("STOPP 72456"), and what stands
/// before the word in a list of answers ("4 STOPP"); beside a bare word alone, since
/// others are times and places.
fn is_number(said: &[Said<'_>], at: usize) -> bool {
    let bare = |said: &Said<'_>| {
        said.is_key()
            || said.named == Named::Whole
            || said.role == Some(Role::All)
            || matches!(said.token.word.as_str(), "till" | "to")
    };
    let alone = said.iter().enumerate().all(|(other, said)| other == at || bare(said));
    let code = said[at].is_digits(5, 6);
    alone && (code || (at == 0 && said.len() == 2 && said[at].is_digits(1, 1)))
}

/// "STOP ALLT" is everything, and so is what names other mailings; "alla sms" is what
/// comes by text message. In doubt it is the wider one: it was said to a sender of
/// marketing, and the narrow one is what a sender would like to have heard.
fn furthest(tokens: &[Token]) -> Reach {
    let roles: Vec<_> = tokens.iter().map(|token| role(&token.word)).collect();
    // "alla era sms"
    let whose = |word: &str| matches!(word, "era" | "ert" | "er" | "your" | "the" | "my" | "mina");
    let of_texts = |at: usize| {
        let mut next = at;
        while tokens[next].after == Break::None {
            next += 1;
            match roles.get(next) {
                Some(Some(Role::Texts)) => return true,
                Some(_) if whose(&tokens[next].word) => {}
                _ => return false,
            }
        }
        false
    };
    let everything = |(at, role): (usize, &Option<Role>)| match role {
        Some(Role::Key { everything, .. }) => *everything,
        Some(Role::Mailings) => true,
        Some(Role::All) => !of_texts(at),
        _ => false,
    };
    if roles.iter().enumerate().any(everything) { Reach::Everything } else { Reach::Sms }
}

/// What the gateway says it understood stands where the text alone does not tell: its
/// words can be set there, in any language.
impl Understood {
    /// The same, told by the gateway that the person opted out with this text.
    #[must_use]
    pub fn told_of_opt_out(self, text: &str) -> Self {
        match self {
            Self::Unclear(_) => Self::Stop(Word::Gateway, reach(text)),
            stop @ Self::Stop(..) => stop,
        }
    }
}
