//! All that a controller holds, handed out.

mod asked;
pub(super) mod read;
pub(super) mod run;
