//! The log and its receipts: what anybody can check without trusting us.

mod receipts;
mod tampering;
mod tiles;
mod tree;
mod verify;

use crate::support::World;
use nejtack::evidence::checkpoint::LogKey;
use serde_json::Value;

/// The key of a world's log.
fn key(world: &World) -> LogKey {
    LogKey::read(&world.stranger().get("/log/key").text).expect("a key")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
