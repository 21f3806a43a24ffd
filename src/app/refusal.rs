//! Why a request was refused. `http/problem.rs` gives each code its status.

use crate::domain::fault::Fault;

/// What kind of refusal it is. The names are part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// The body or a parameter is not of the documented form.
    Malformed,
    /// Understood, and refused by a rule.
    Unprocessable,
    /// The proxy does not carry this right, or the right is not known here.
    RightNotCovered,
    /// Nothing that identifies the person could be read.
    NothingReadable,
    /// No such thing, or not one that this caller may know of.
    NotFound,
    /// The result of a screening is no longer kept.
    ResultGone,
    /// No token, or one that does not count.
    Unauthorized,
    /// The form was not signed by the gateway that it is said to be from.
    SignatureInvalid,
    /// The token lacks the scope.
    InsufficientScope,
    /// A controller that is not the caller's.
    ControllerNotYours,
    /// Only the operator of the machine may do this, over the local socket.
    LocalOnly,
    /// The reference was used before for something else.
    ReferenceReused,
    /// The idempotency key was used before for something else.
    IdempotencyKeyReused,
    /// What has happened to the objection rules this out.
    EventNotPossible,
    /// The slug or name is, or was, somebody else's.
    NameTaken,
    /// The day's quota of identifiers is used up.
    QuotaExceeded,
    /// The database is away, full or busy; nothing was recorded.
    Unavailable,
    /// This instance is not ready to answer.
    NotReady,
    /// Something broke here. A bug.
    Internal,
}

/// A refusal: what kind, where, and when to come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind it is.
    pub code: Code,
    /// A sentence for people; none where the kind says it all.
    pub detail: Option<std::borrow::Cow<'static, str>>,
    /// The places in the body, all at once.
    pub errors: Vec<Fault>,
    /// Seconds until another try makes sense.
    pub retry_after: Option<u32>,
}

impl Refusal {
    /// A refusal that its code explains.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), retry_after: None }
    }

    /// A refusal with a sentence of its own.
    pub fn saying(code: Code, detail: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }

    /// A refusal that points at places in the body.
    #[must_use]
    pub fn at(code: Code, errors: Vec<Fault>) -> Self {
        Self { errors, ..Self::new(code) }
    }

    /// The same, worth another try after this many seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}
