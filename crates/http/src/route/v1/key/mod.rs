//! Signing keys.

mod list;
mod revoke;
mod rotate;

pub(super) use list::list;
pub(super) use revoke::revoke;
pub(super) use rotate::rotate;
