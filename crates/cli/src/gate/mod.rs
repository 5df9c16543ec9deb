//! A gate of its own: who judges for it, and who signs.
//!
//! Another way to judge is another type beside [`Introspect`], chosen in `command/gate.rs`.

mod introspect;
mod own_key;

pub(crate) use introspect::Introspect;
pub(crate) use own_key::OwnKey;
