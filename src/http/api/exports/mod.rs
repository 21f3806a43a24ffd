//! All that a controller holds, handed out.

mod asked;
mod line;
pub(super) mod read;
pub(super) mod run;
