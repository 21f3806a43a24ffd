//! On what ground somebody else speaks for the person: by proxy, or since the person
//! told staff so. What the law and the contract ask of each.

use super::caller::Caller;
use super::direct_given::DirectGiven;
use super::originals::Sealer;
use super::proxy_given::ProxyGiven;
use super::record_objection::NewObjection;
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Role;
use crate::domain::fault::Fault;
use crate::domain::objection::{Right, Source};
use crate::domain::proxy::{Proxy, check};
use serde_json::Value;

/// What an objection stands on.
#[derive(Clone, Copy)]
pub(super) enum Ground<'a> {
    /// A proxy.
    Proxy(&'a ProxyGiven),
    /// The person's own request.
    Direct(&'a DirectGiven),
}

impl<'a> Ground<'a> {
    /// The ground that was given, if the caller can stand on it.
    ///
    /// # Errors
    /// None was, or two were, or one that is not the caller's to give.
    pub(super) fn of(caller: &Caller, new: &'a NewObjection) -> Result<Self, Fault> {
        let staff = caller.client.role == Role::Staff;
        let fault = |pointer: &'static str, code, detail: &'static str| {
            Err(Fault::new(pointer, code, detail))
        };
        match (&new.proxy, &new.direct) {
            (Some(proxy), None) => Ok(Self::Proxy(proxy)),
            (None, Some(direct)) if staff => Ok(Self::Direct(direct)),
            (None, Some(_)) => fault(
                "/direct",
                "staff_only",
                "A person's own request is recorded by the controllers' staff; an objection service speaks by proxy.",
            ),
            (Some(_), Some(_)) => fault(
                "/direct",
                "two_sources",
                "Give the proxy, or how the person's own request came (direct), and not both.",
            ),
            (None, None) if staff => fault(
                "/direct",
                "required",
                "Say how the person's own request came (direct), or give the proxy.",
            ),
            (None, None) => {
                fault("/proxy", "required", "An objection on somebody's behalf needs the proxy.")
            }
        }
    }

    /// What is wrong with it.
    pub(super) fn faults(
        self,
        caller: &Caller,
        channels: Option<ChannelSet>,
        objected_at: Time,
        now: Time,
    ) -> Vec<Fault> {
        let proxy = match self {
            Self::Direct(direct) => return direct.faults(),
            Self::Proxy(proxy) => proxy,
        };
        let mut faults = Vec::new();
        if channels.is_some_and(|channels| channels != ChannelSet::ALL) {
            faults.push(Fault::new(
                "/channels",
                "all_by_proxy",
                "An objection by proxy covers every channel (GDPR Art. 21.2): leave channels out or write [\"all\"].",
            ));
        }
        let client = &caller.client;
        let holder = match client.role {
            Role::ObjectionService => Some(client.organisation_number.as_deref().unwrap_or("")),
            _ => None,
        };
        faults.extend(proxy.faults());
        let right = Right::ObjectToDirectMarketing;
        faults.extend(check(&Proxy::from(proxy), right, objected_at, now, holder));
        faults
    }

    pub(super) const fn source(self) -> Source {
        match self {
            Self::Proxy(_) => Source::Proxy,
            Self::Direct(_) => Source::Direct,
        }
    }

    /// What of it is no personal data of the person's.
    pub(super) fn details(self, caller: &Caller) -> Value {
        match self {
            Self::Proxy(proxy) => proxy.details(),
            Self::Direct(direct) => direct.details(caller),
        }
    }

    pub(super) fn document(self) -> Option<Vec<u8>> {
        match self {
            Self::Proxy(proxy) => {
                proxy.document.as_ref().and_then(|document| document.content.clone())
            }
            Self::Direct(_) => None,
        }
    }

    /// Seals the rest.
    pub(super) fn seal(self, sealer: &mut Sealer<'_>) {
        if let Self::Proxy(proxy) = self {
            proxy.seal(sealer);
        }
    }
}
