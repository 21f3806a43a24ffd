//! What Nejtack does, a use case a file. Knows no HTTP and no SQL; clock and
//! randomness come with [`App`].

pub mod caller;
pub mod refusal;
