//! A person's own request to staff, as they tell it. It says how the request came and
//! who took it, and has no place for anything about the person's health or treatment:
//! why somebody says no is nobody's business (GDPR Art. 21.2 asks for no reason).

use super::caller::Caller;
use crate::domain::account::is_account_name;
use crate::domain::fault::Fault;
use crate::domain::objection::Medium;
use serde_json::{Value, json};

/// How a person's own request came.
pub struct DirectGiven {
    /// By what means.
    pub medium: Medium,
    /// The account name of whoever took it, where that is not the acting person.
    pub taken_by: Option<String>,
    /// Whether they made sure who it was. An objection counts either way.
    pub identity_checked: bool,
}

impl DirectGiven {
    /// What is wrong with its form.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let named = self.taken_by.as_deref().is_none_or(is_account_name);
        let fault = || {
            Fault::new(
                "/direct/taken_by",
                "not_an_account_name",
                "Write an account name such as elin.berg: letters, digits, dots and hyphens, no e-mail address, no personnummer.",
            )
        };
        (!named).then(fault).into_iter().collect()
    }

    /// What is told of it: nothing here is about the person.
    pub(super) fn details(&self, caller: &Caller) -> Value {
        json!({
            "medium": self.medium,
            "taken_by": self.taken_by.as_deref().or(caller.actor.as_deref()),
            "identity_checked": self.identity_checked,
        })
    }
}
