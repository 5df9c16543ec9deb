//! Revoke one token by itself: set its bit.
//!
//! A token that is dead already stays so; to revoke it twice is no error (RFC 7009 §2.2).

use symbolon_store::Step;
use symbolon_token::node::RealmNode;
use symbolon_token::status::StatusRef;

use super::rows::{self, Dead};

/// The step that sets a token's bit. The event beside it must name the status, so that memories
/// learn of it.
#[must_use]
pub fn revoke(realm: RealmNode, status: StatusRef) -> Step {
    rows::set(realm, status, Dead::ByItself)
}
