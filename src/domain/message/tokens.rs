//! The words of a text, and where its clauses and sentences end.

use crate::domain::identifier::folding;

/// What stands between a word and the next one. A greater one parts more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// Blanks or a hyphen.
    None,
    /// A comma, a colon, a picture.
    Clause,
    /// The end of a sentence or of a line.
    Sentence,
    /// The slash before a name at the end: "STOPP /Anna".
    Slash,
}

/// A word without case, marks and what is invisible, and what follows it.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) word: String,
    pub(super) after: Break,
    /// A question mark follows.
    pub(super) asks: bool,
}

/// The words of a text, parted by whatever is neither letter nor digit, but for the
/// apostrophe of "don't"; those that belong together as one.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    joined(split(text))
}

/// The bare words of a name.
pub(super) fn words(text: &str) -> Vec<String> {
    split(text).into_iter().map(|token| token.word).collect()
}

fn split(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut within, mut before) = (false, '\n');
    for c in folding::words(text).chars() {
        if matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ') {
            continue;
        }
        if c.is_alphanumeric() {
            if !within {
                tokens.push(Token { word: String::new(), after: Break::None, asks: false });
            }
            tokens.last_mut().into_iter().for_each(|token| token.word.push(c));
        } else if let Some(token) = tokens.last_mut() {
            token.after = token.after.max(parts(c, before));
            token.asks |= matches!(c, '?' | '؟');
        }
        (within, before) = (c.is_alphanumeric(), c);
    }
    tokens
}

fn parts(c: char, before: char) -> Break {
    match c {
        '\n' | '\r' | '.' | '!' | '?' | '؟' | ';' | '\u{2028}' | '\u{2029}' => Break::Sentence,
        '/' if before.is_whitespace() => Break::Slash,
        '-' => Break::None,
        c if c.is_whitespace() => Break::None,
        _ => Break::Clause,
    }
}

/// "opt out", "ta bort", "S T O P", "i want" as one word each.
fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let letter = |token: &Token| token.word.chars().nth(1).is_none();
    if tokens.len() > 2 && tokens.iter().all(letter) {
        let word = tokens.iter().map(|token| token.word.as_str()).collect();
        let asks = tokens.iter().any(|token| token.asks);
        return vec![Token { word, after: Break::Sentence, asks }];
    }
    let mut all: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let last = all.last_mut().filter(|last| last.after <= Break::Clause);
        let word = last.as_ref().and_then(|last| together(&last.word, &token.word));
        match (last, word) {
            (Some(last), Some(word)) => *last = Token { word: word.to_owned(), ..token },
            _ => all.push(token),
        }
    }
    all
}

fn together<'a>(first: &str, second: &'a str) -> Option<&'a str> {
    match (first, second) {
        ("opt", "out" | "ut") => Some("optout"),
        ("ta", "bort") => Some("tabort"),
        ("ta", "emot") => Some("taemot"),
        ("e", "post") => Some("epost"),
        ("var", "snall") => Some("snalla"),
        ("nej" | "nei" | "no", "tack" | "takk" | "thanks" | "thank") => Some("nejtack"),
        ("do", "not") => Some("dont"),
        // In Swedish it means "in", and "stoppa i mig" something else.
        ("i", "want" | "would" | "wish" | "do" | "dont") => Some(second),
        _ => None,
    }
}
