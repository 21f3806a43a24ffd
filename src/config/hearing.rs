//! The options of what hears of changes: consumers of the change feed, and webhooks.

use super::{Asking, values};
use crate::app;
use std::time::Duration;

/// For how many seconds a consumer may not have acknowledged a change: a day.
const CONSUMER_LAG_BOUND: u32 = 86_400;

/// How others hear of changes.
#[derive(Clone, clap::Args)]
pub struct Hearing {
    /// How old the oldest change may be that a consumer of the change feed has not
    /// acknowledged, in seconds, before it counts as lagging
    #[arg(
        long,
        value_name = "SECONDS",
        env = "NEJTACK_CONSUMER_LAG_BOUND",
        default_value_t = CONSUMER_LAG_BOUND
    )]
    pub consumer_lag_bound: u32,
    /// Let webhooks go into private networks, and over plain http [default: off]
    #[arg(
        long,
        env = "NEJTACK_WEBHOOK_ALLOW_PRIVATE",
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub webhook_allow_private: bool,
    /// Send no webhooks: for a copy that is only looked at. What is to be sent stays
    /// [default: off]
    #[arg(
        long,
        env = "NEJTACK_HOLD_WEBHOOKS",
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub hold_webhooks: bool,
}

impl Hearing {
    /// The settings of an instance.
    pub(super) fn of_instance(&self) -> app::Hearing {
        app::Hearing {
            consumer_lag_bound: Duration::from_secs(self.consumer_lag_bound.into()),
            allow_private: self.webhook_allow_private,
            hold_webhooks: self.hold_webhooks,
        }
    }
}

/// `webhooks`.
#[derive(clap::Args)]
pub struct Webhooks {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// Let webhooks go into private networks, and over plain http; counts where
    /// nobody serves the instance now [default: off]
    #[arg(
        long,
        env = "NEJTACK_WEBHOOK_ALLOW_PRIVATE",
        global = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub webhook_allow_private: bool,
    /// What to do.
    #[command(subcommand)]
    pub action: WebhooksAction,
}

/// What to do with webhooks.
#[derive(clap::Subcommand)]
pub enum WebhooksAction {
    /// Register an endpoint; its secret is shown once
    Add {
        /// Where messages are to be posted
        url: String,
        /// A controller or group whose changes it hears of. May be repeated
        /// [default: every one]
        #[arg(long = "controller", value_name = "SLUG")]
        controllers: Vec<String>,
        /// A kind of change that it hears of. May be repeated [default: every one]
        #[arg(long = "event", value_name = "KIND", value_parser = values::events())]
        events: Vec<String>,
        /// What it is, in words
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// List the endpoints
    List,
    /// Send a message to an endpoint now, and tell what came of it
    Test {
        /// The endpoint's id
        id: uuid::Uuid,
    },
    /// Send nothing to an endpoint any more
    Disable {
        /// The endpoint's id
        id: uuid::Uuid,
    },
    /// Go on sending to an endpoint where it stopped
    Enable {
        /// The endpoint's id
        id: uuid::Uuid,
    },
    /// Give an endpoint new keys; its new secret is shown once
    Rotate {
        /// The endpoint's id
        id: uuid::Uuid,
        /// For so many hours messages are signed with the earlier keys too
        /// [default: 24]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=720))]
        overlap_hours: Option<u32>,
    },
    /// Send a delivery again, as if it had never been tried
    Redeliver {
        /// The endpoint's id
        id: uuid::Uuid,
        /// The delivery's id, as `GET /v1/webhooks/{id}/deliveries` tells it
        delivery: uuid::Uuid,
    },
}
