//! What those are called whom a message was sent to: "STOPP TANDGRUPPEN" is how many
//! senders ask to be answered.

use super::tokens::{Token, words};
use super::words::{Role, role};

/// Shorter words of a name are words of the language as well.
const SHORTEST: usize = 3;

/// How a word of a message is part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It is not.
    Not,
    /// It is one of a name's words.
    Part,
    /// It stands in a whole name.
    Whole,
}

/// The names, as words.
pub(super) struct Own(Vec<Vec<String>>);

impl Own {
    /// A name that consists of nothing but words known here, or of shorter ones than
    /// count, is left out: a clinic called "Alla" does not change what "alla" means.
    pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let telling = |name: &Vec<String>| name.iter().any(|word| tells(word));
        Self(names.into_iter().map(words).filter(telling).collect())
    }

    /// How each of the words is named.
    pub(super) fn named(&self, tokens: &[Token]) -> Vec<Named> {
        let is_part = |word: &String| {
            let mut names = self.0.iter().filter(|name| name.contains(word));
            tells(word) && names.any(|name| !name.iter().any(|word| commands(word)))
        };
        let part = |token: &Token| if is_part(&token.word) { Named::Part } else { Named::Not };
        let mut named: Vec<_> = tokens.iter().map(part).collect();
        for name in &self.0 {
            for at in 0..tokens.len().saturating_sub(name.len() - 1) {
                let here = &tokens[at..at + name.len()];
                if here.iter().map(|token| &token.word).eq(name) {
                    named[at..at + name.len()].fill(Named::Whole);
                }
            }
        }
        named
    }
}

/// Whether the word says whose name it is of.
fn tells(word: &str) -> bool {
    role(word).is_none() && word.chars().nth(SHORTEST - 1).is_some()
}

/// Whether the word could make an objection or turn one round. Of a name with such a
/// word ("Sluta Röka") none counts alone.
fn commands(word: &str) -> bool {
    let commands = |role| {
        matches!(role, Role::Key { .. } | Role::All | Role::Negation | Role::Start | Role::Decline)
    };
    role(word).is_some_and(commands)
}
