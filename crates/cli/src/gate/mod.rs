//! A gate of its own: who judges for it, and who signs.
//!
//! Another way to judge is another type beside [`Introspect`] and [`Follower`], chosen in
//! `command/gate.rs`.

mod follow;
mod introspect;
mod own_key;

pub(crate) use follow::{Account, Follower};
pub(crate) use introspect::Introspect;
pub(crate) use own_key::OwnKey;
