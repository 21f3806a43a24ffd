//! Lists that are taken over ([`import`]), and all that is held handed out
//! ([`export`]): what a company has today comes in, and nobody is held here.
//!
//! An import only ever adds. Each row is an objection of its own, durable on its own,
//! and known again by what it says, whoever imports it: so a list can be imported as
//! often as one likes, and what a person has taken back since stays taken back. Each
//! run ends in an entry of the ledger ([`certificate`]).

pub mod certificate;
pub mod export;
mod held;
mod import;
mod known;
mod line;
mod listed;
mod read_as;

pub use certificate::{Certificate, Way, read_transfer};
pub use import::{Import, ImportAsked, Include, Status, Told};
