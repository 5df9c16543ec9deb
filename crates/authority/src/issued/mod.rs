//! What the journal knows of issued tokens: read backwards, in batches, beside the hot path.
//!
//! An issue entry names what its token descends from, but not the epochs that it carries: whether an
//! ancestor was revoked afterwards is seen on the way, for younger entries are met first.

mod network;
mod token;
mod walk;

pub(crate) use network::Days;
pub use network::{Network, NetworkError};
pub(crate) use token::Issued;
pub(crate) use walk::{Met, Walk};
