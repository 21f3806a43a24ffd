//! The HTTP API: parses, asks `app`, and writes the answer down. Knows nothing
//! of the store.
//!
//! [`routes`] is the one table of operations; [`problem`] the one table from
//! error to status; [`server`] binds sockets; [`frame`] is around every request.

mod api;
mod auditors;
mod auth;
mod body;
mod docs;
mod explain;
mod frame;
mod health;
mod metrics;
mod oauth;
pub mod openapi;
mod page;
mod params;
pub mod problem;
mod routes;
pub mod server;
mod state;
mod throttle;
mod unsubscribe;

pub use api::measured;
