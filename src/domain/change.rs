//! Which entries of the ledger can change a decision.

/// A kind of entry after which some decision may be another. The names are those of
/// the entries, and of the events that webhooks tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// An objection came.
    ObjectionRecorded,
    /// It was taken back, for some controllers and channels.
    ObjectionWithdrawn,
    /// It never was the person's.
    ObjectionAnnulled,
    /// The person has a further e-mail address or number.
    IdentifiersAdded,
    /// A controller joined a group: what binds the group binds it.
    MembershipBegan,
    /// A controller left a group: what comes to the group later does not bind it.
    MembershipEnded,
    /// A register has a new version.
    RegisterLoaded,
    /// A register binds controllers that it did not.
    RegisterBound,
    /// A register binds controllers no longer.
    RegisterUnbound,
    /// An older database was accepted: what came after it is missing.
    LogRolledBack,
}

impl ChangeKind {
    /// Every kind, with its name.
    pub const EVERY: [(Self, &'static str); 10] = [
        (Self::ObjectionRecorded, "objection.recorded"),
        (Self::ObjectionWithdrawn, "objection.withdrawn"),
        (Self::ObjectionAnnulled, "objection.annulled"),
        (Self::IdentifiersAdded, "identifiers.added"),
        (Self::MembershipBegan, "membership.began"),
        (Self::MembershipEnded, "membership.ended"),
        (Self::RegisterLoaded, "register.loaded"),
        (Self::RegisterBound, "register.bound"),
        (Self::RegisterUnbound, "register.unbound"),
        (Self::LogRolledBack, "log.rolled_back"),
    ];

    /// The names of all of them.
    pub const NAMES: [&'static str; Self::EVERY.len()] = {
        let mut names = [""; Self::EVERY.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::EVERY[at].1;
            at += 1;
        }
        names
    };

    /// The entry's kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::EVERY.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind with this name; `None` for entries that change no decision.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.iter().find(|(_, own)| *own == name).map(|(kind, _)| *kind)
    }
}
