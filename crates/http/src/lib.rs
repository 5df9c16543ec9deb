//! symbolon-http.

pub mod server;
