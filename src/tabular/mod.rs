//! Many things in one upload: how a stream is cut into pieces, where results
//! wait until the upload has ended, and how a campaign file is read and answered.

pub mod campaign;
pub mod import;
pub mod json_array;
pub mod ndjson;
pub mod piece;
pub mod robinson;
pub mod spool;
