//! Many things in one upload: how a stream is cut into pieces, and where results
//! wait until the upload has ended.

pub mod json_array;
pub mod ndjson;
pub mod piece;
pub mod spool;
