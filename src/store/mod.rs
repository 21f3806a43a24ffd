//! The only place that names diesel.
pub mod rows;
