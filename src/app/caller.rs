//! Who is asking.

use super::refusal::{Code, Refusal};
use crate::domain::client::{Client, Role, Scope};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The client behind a request, and what its token lets it do.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The client.
    pub client: Arc<Client>,
    /// The token's scopes, as far as the client still holds them.
    pub scopes: Arc<BTreeSet<Scope>>,
    /// The acting person's account name (`X-Actor`).
    pub actor: Option<String>,
    /// Whether the request came over the data folder's own socket.
    pub local: bool,
    /// Whether it carried a static key: those are for asking, and nothing else.
    pub static_key: bool,
}

/// The scopes that a static key can carry: asking, and nothing else.
pub(super) const STATIC_KEY_SCOPES: [Scope; 3] =
    [Scope::LookupsDecide, Scope::LookupsExplain, Scope::ScreeningsRun];

impl Caller {
    /// The `client_id` under which the operator's own commands are recorded.
    pub const OPERATOR: &'static str = "operator";

    /// The `client_id` under which an instance records what it does by itself.
    pub const ITSELF: &'static str = "nejtack";

    /// Whoever can open the data folder's socket: every admin scope, and screening,
    /// for `nejtack screen`.
    #[must_use]
    pub fn operator(actor: Option<String>) -> Self {
        let scopes = Role::Admin.usual_scopes().iter().copied();
        let scopes: BTreeSet<Scope> = scopes.chain([Scope::ScreeningsRun]).collect();
        let client = Client {
            id: Self::OPERATOR.to_owned(),
            role: Role::Admin,
            scopes: scopes.clone(),
            controllers: crate::domain::controller::Binding::Every,
            organisation_number: None,
            quota_per_day: None,
            disabled: false,
            secret_hash: None,
            jwk: None,
            static_keys: Vec::new(),
            sms: None,
        };
        Self {
            client: Arc::new(client),
            scopes: Arc::new(scopes),
            actor,
            local: true,
            static_key: false,
        }
    }

    /// Somebody without a token of this service's who carries on what a client set
    /// going: whoever opens a link that it made, or writes to a number of its own. Holds
    /// no scope, since it is for one use case to know what that allows.
    #[must_use]
    pub fn on_behalf_of(client: Arc<Client>) -> Self {
        let scopes = Arc::default();
        Self { client, scopes, actor: None, local: false, static_key: false }
    }

    /// Whether the caller holds the scope.
    #[must_use]
    pub fn holds(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Goes on only with one of these scopes. What can be done with a scope that no
    /// static key carries is not for static keys, whichever other scope would do.
    ///
    /// # Errors
    /// [`Code::InsufficientScope`].
    pub fn require(&self, any_of: &[Scope]) -> Result<(), Refusal> {
        // A screening's certificate is for its own client, and for auditors besides.
        let for_asking = any_of.iter().all(|scope| STATIC_KEY_SCOPES.contains(scope))
            || any_of.contains(&Scope::ScreeningsRun);
        if self.static_key && !for_asking {
            return Err(Refusal::saying(
                Code::InsufficientScope,
                "A static key is for look-ups and screenings only: get a token for this.",
            ));
        }
        if any_of.iter().any(|scope| self.holds(*scope)) {
            return Ok(());
        }
        let names: Vec<_> = any_of.iter().map(|scope| scope.name()).collect();
        Err(Refusal::saying(
            Code::InsufficientScope,
            format!("This needs a token with the scope {}.", names.join(" or ")),
        ))
    }
}
