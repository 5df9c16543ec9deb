//! What signing in promises, over real databases: both engines where a rule rests on them.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside its own function"
)]

mod arrange;
mod authenticator;
mod link;
mod race;
mod rehash;
mod sign_in;
