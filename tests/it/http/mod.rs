//! What of the HTTP API can be held without a server.
mod openapi;
mod tabular;
