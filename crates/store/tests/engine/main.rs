//! What the store promises, checked on both engines by one suite.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside its own function"
)]

mod arrange;
mod commit;
mod fault;
mod foreign;
mod journal;
mod open;
mod read;
mod tls;
