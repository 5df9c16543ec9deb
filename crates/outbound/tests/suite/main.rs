//! Calls to servers on loopback, plain and over TLS: what arrives, what comes back, what is refused.

#![expect(
    clippy::unwrap_used,
    reason = "outside of test functions clippy does not see that this is a test"
)]

mod call;
mod place;
mod refusal;
mod tls;
