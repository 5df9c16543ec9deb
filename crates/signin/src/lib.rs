//! Signing in: how people prove who they are.
//!
//! | module | answers |
//! |---|---|
//! | [`flow`] | what must still be proven; `acr` and `amr` |
//! | [`sign_in`] | who is this, by name and password |
//! | [`password`] | what a password must be, how it is kept, set, changed and verified |
//! | [`password_link`] | how a person gets to set one |
//! | [`pool`] | where the slow hashes are made |
//! | [`delay`], [`gate`] | how long an attempt waits before it is judged, and where |
//!
//! Nothing in here says why somebody was not recognised: a name that nobody has, a wrong password and
//! a disabled one get the same answer, in the same time.

mod cost;
pub mod delay;
pub mod flow;
pub mod gate;
mod hash;
pub mod password;
pub mod password_link;
pub mod pool;
pub mod sign_in;

pub use sign_in::SignIn;

use symbolon_store::Migration;

/// Tables of this crate.
pub const MIGRATIONS: [Migration; 2] = [password::MIGRATION, password_link::MIGRATION];
