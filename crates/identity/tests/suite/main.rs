//! What identity promises, over real databases: both engines where a rule rests on them.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside its own function"
)]

mod access;
mod arrange;
mod change;
mod client;
mod client_assertion;
mod client_secret;
mod clock;
mod code;
mod contention;
mod death;
mod directory;
mod forgery;
mod grant;
mod isolation;
mod logout;
mod person;
mod race;
mod realm;
mod resource;
mod restart;
mod session;
mod signing_key;
mod subject;
mod subject_pairwise;
mod subject_person;
mod subject_reserved;
mod term;
