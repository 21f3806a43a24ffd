//! The log and its receipts: what anybody can check without trusting us.

mod receipts;
mod tampering;
mod verify;
