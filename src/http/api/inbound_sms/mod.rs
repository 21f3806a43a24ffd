//! Messages that people send to a controller's number, in the forms in which gateways
//! hand them over.

pub(super) mod elks;
pub(super) mod json;
mod shown;
pub(super) mod twilio;
