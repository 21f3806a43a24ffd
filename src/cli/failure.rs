//! Why a command did not do what it was asked.

use std::process::ExitCode;

/// Why, and so with which exit code.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was refused, or failed: 1. The text says what to do about it.
    Refused(String),
    /// It was asked in a way that makes no sense: 2.
    Usage(String),
    /// All has been said: 1.
    Quiet,
}

/// What a command comes to.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A refusal in these words.
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(text.into())
    }

    /// Says it on stderr, and gives the exit code.
    pub(super) fn tell(&self) -> ExitCode {
        match self {
            Self::Refused(text) | Self::Usage(text) => super::out::note(text),
            Self::Quiet => {}
        }
        ExitCode::from(if matches!(self, Self::Usage(_)) { 2 } else { 1 })
    }
}
