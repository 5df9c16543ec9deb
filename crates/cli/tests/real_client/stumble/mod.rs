//! What real clients stumble over, each a claim over plain HTTP.

mod client_auth;
mod content;
mod cors;
mod metadata;
mod param;
mod token;
