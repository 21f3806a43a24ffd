//! What this service sends to others by itself.
//!
//! Whoever may register an endpoint names a URL, and this service goes there: so it
//! goes only where it was let ([`address`], [`target`]), checks the very address that it
//! connects to ([`resolver`]), follows nobody, reads next to nothing of what comes
//! back, and waits for nobody long ([`sender`]).

pub mod address;
pub mod outcome;
pub mod pauses;
mod resolver;
pub mod sender;
pub mod target;
mod threads;
