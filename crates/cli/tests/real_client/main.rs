//! Clients that others wrote, unmodified, against the real binary; and over plain HTTP what such
//! clients stumble over elsewhere.
//!
//! `cargo xtask test` installs the programs of `contracts/`; the tests run them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test, what is not as arranged should end it"
)]

mod app;
mod arrange;
mod authority;
mod exchange;
mod program;
mod stumble;
mod tls;
