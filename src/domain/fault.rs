//! What is wrong with something that was sent, told without repeating it.

/// One thing that is wrong, and where. Never carries the value itself, since
/// values are personal data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the body.
    pub pointer: String,
    /// A stable word for programs ("unreadable", "check_digit").
    pub code: std::borrow::Cow<'static, str>,
    /// A sentence for people: what to do about it.
    pub detail: std::borrow::Cow<'static, str>,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn new(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into() }
    }
}
