//! The log: what anybody can check without trusting us. Pure.
//!
//! An RFC 6962 Merkle tree over the ledger's entries ([`tree`]), its signed heads
//! ([`checkpoint`]: C2SP tlog-checkpoint in a signed note), and what a recorder
//! gets ([`receipt`]: C2SP tlog-proof). The tree's arithmetic and the notes are
//! those of `tlog_tiles` and `signed_note`.

pub mod checkpoint;
pub mod receipt;
pub mod tile;
pub mod tree;
