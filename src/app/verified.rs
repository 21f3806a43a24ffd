//! Access tokens that were verified before: a signature is not checked again while
//! its token lasts. Who may do what is judged anew each time.

use crate::crypto::digest::sha256;
use crate::crypto::token::AccessToken;
use crate::domain::client::{Client, Scope};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// More than one instance's clients hold at a time, and half a megabyte.
const MOST: usize = 4_096;

/// The tokens, by their digests: a copy of this memory opens nothing.
#[derive(Default)]
pub(super) struct Verified(RwLock<HashMap<[u8; 32], Known>>);

/// A token that was verified.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) client_id: Arc<str>,
    scopes: Arc<[Scope]>,
    /// Seconds since 1970.
    expires_at: i64,
    /// What it lets this version of its client do.
    held: Option<(Arc<Client>, Arc<BTreeSet<Scope>>)>,
}

impl From<AccessToken> for Known {
    fn from(token: AccessToken) -> Self {
        Self {
            client_id: token.client_id.into(),
            scopes: token.scopes.iter().filter_map(|name| Scope::named(name)).collect(),
            expires_at: token.expires_at,
            held: None,
        }
    }
}

impl Known {
    /// The token's scopes, as far as its client holds them now.
    pub(super) fn held_by(&mut self, client: &Arc<Client>) -> Arc<BTreeSet<Scope>> {
        if let Some((judged, held)) = &self.held
            && Arc::ptr_eq(judged, client)
        {
            return Arc::clone(held);
        }
        let scopes = self.scopes.iter().copied();
        let held: BTreeSet<_> = scopes.filter(|scope| client.scopes.contains(scope)).collect();
        let held = Arc::new(held);
        self.held = Some((Arc::clone(client), Arc::clone(&held)));
        held
    }
}

impl Verified {
    /// The token as it was verified before, unless it has expired.
    pub(super) fn get(&self, token: &str, now: i64) -> Option<Known> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(&sha256(token.as_bytes())).filter(|known| known.expires_at > now).cloned()
    }

    /// Remembers a token.
    pub(super) fn put(&self, token: &str, known: Known, now: i64) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, known| known.expires_at > now);
        }
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(sha256(token.as_bytes()), known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(expires_at: i64) -> Known {
        Known { client_id: "crm".into(), scopes: Arc::from([]), expires_at, held: None }
    }

    #[test]
    fn a_token_is_remembered_until_it_expires() {
        let verified = Verified::default();
        verified.put("a", known(10), 5);
        assert!(verified.get("a", 9).is_some() && verified.get("b", 9).is_none());
        assert!(verified.get("a", 10).is_none());
    }

    #[test]
    fn many_tokens_do_not_gather() {
        let verified = Verified::default();
        for token in 0..3 * MOST {
            verified.put(&token.to_string(), known(10), 5);
        }
        let held = verified.0.read().expect("not poisoned").len();
        assert!((1..=MOST).contains(&held), "{held}");
    }
}
