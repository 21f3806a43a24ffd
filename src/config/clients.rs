//! The options of `nejtack clients`.

use super::{Asking, values};
use crate::domain::Time;
use crate::domain::client::{Role, Scope};
use crate::domain::message::Form;
use std::path::PathBuf;

/// `clients`.
#[derive(clap::Args)]
pub struct Clients {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// What to do.
    #[command(subcommand)]
    pub action: ClientsAction,
}

/// What to do with clients.
#[derive(clap::Subcommand)]
pub enum ClientsAction {
    /// Register a client; its secret is shown once
    Add(NewClient),
    /// List the clients
    List,
    /// Change what a client may do and for whom, at once; what is left out stays
    Change(ClientChange),
    /// Shut a client out, at once and with the tokens it holds
    Disable {
        /// The client's slug
        slug: String,
    },
    /// Give a client a new secret, shown once; the old one stops working
    Rotate {
        /// The client's slug
        slug: String,
        /// Of a gateway of the form twilio: a file with the auth token that counts
        /// from now on. Twice while the token is being changed
        #[arg(long = "sms-auth-token", value_name = "FILE")]
        sms_auth_tokens: Vec<PathBuf>,
    },
    /// A key for tools that cannot do OAuth: look-ups and screenings only
    StaticKey {
        /// The client's slug
        slug: String,
        /// When it stops working: a time or a date [default: in 365 days]
        #[arg(long, value_name = "TIME", value_parser = values::time)]
        expires: Option<Time>,
    },
}

/// A client to register.
#[derive(clap::Args)]
pub struct NewClient {
    /// Its `client_id`; never given to another
    pub slug: String,
    /// What it is; this decides what it may do
    #[arg(long, value_parser = values::roles())]
    pub role: Role,
    /// A controller or group that it acts for. May be repeated; marketing tools,
    /// staff and gateways need one
    #[arg(long = "controller", value_name = "SLUG")]
    pub controllers: Vec<String>,
    /// A scope beyond the role's usual ones. May be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_parser = values::scope)]
    pub scopes: Vec<Scope>,
    /// The organisation of an objection service: the holder its proxies must name
    #[arg(long, value_name = "N")]
    pub organisation_number: Option<String>,
    /// Its public key (a JWK) for private_key_jwt; it then has no secret
    #[arg(long, value_name = "FILE")]
    pub jwk: Option<PathBuf>,
    /// How many identifiers it may ask about in a day (UTC) [default: no bound]
    #[arg(long = "quota", value_name = "N/DAY", value_parser = values::quota)]
    pub quota_per_day: Option<u64>,
    /// Of an sms-gateway: in which form it hands messages over
    #[arg(long, value_name = "FORM", value_parser = values::forms(), required_if_eq("role", "sms-gateway"))]
    pub sms_form: Option<Form>,
    /// Of a gateway of the form twilio: a file with the account's auth token, which
    /// signs its messages; kept sealed. Twice while the token is being changed
    #[arg(long = "sms-auth-token", value_name = "FILE")]
    pub sms_auth_tokens: Vec<PathBuf>,
}

/// What is to be different about a client.
#[derive(clap::Args)]
pub struct ClientChange {
    /// The client's slug
    pub slug: String,
    /// A controller or group that it acts for from now on. May be repeated: name all
    #[arg(long = "controller", value_name = "SLUG")]
    pub controllers: Vec<String>,
    /// A scope that it holds from now on. May be repeated: name all, the usual ones of
    /// its role included
    #[arg(long = "scope", value_name = "SCOPE", value_parser = values::scope)]
    pub scopes: Vec<Scope>,
    /// How many identifiers it may ask about in a day (UTC)
    #[arg(long = "quota", value_name = "N/DAY", value_parser = values::quota)]
    pub quota_per_day: Option<u64>,
    /// It may ask without a bound
    #[arg(long, conflicts_with = "quota_per_day")]
    pub no_quota: bool,
}
