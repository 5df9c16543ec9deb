//! What the journal promises, over both engines.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside its own function"
)]

mod acknowledge;
mod arrange;
mod export;
mod follow;
mod prove;
mod read;
mod retire;
mod seal;
mod witness;
