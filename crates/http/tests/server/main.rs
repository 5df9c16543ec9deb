//! The server edge over real sockets: what is served, what is cut, what is refused.
//!
//! Nothing here sleeps: limits are short where a cut is awaited, and the event itself (end of
//! stream, a reply) is what a test waits for.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its arrangement fails"
)]

mod body;
mod drain;
mod head;
mod host;
mod http2;
mod local;
mod peer;
mod place;
mod site;
mod tls;
