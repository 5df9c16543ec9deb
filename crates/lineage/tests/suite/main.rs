//! What lineages promise, over both engines.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside its own function"
)]

mod arrange;
mod feed;
mod lease;
mod node;
