//! Fill: show to readers of status lists that a token is dead, whose ancestor was revoked.
//!
//! Whoever knows the ancestor's epoch knows it already: verifiers that follow the feed are not told.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::Step;
use symbolon_token::node::RealmNode;
use symbolon_token::status::StatusRef;

use super::rows::{self, Dead};

/// The step that sets the bit of a token that is dead by an ancestor. The event beside it must be of
/// this verb and noun: `Revoke`, `StatusBlock`, and must name the status.
#[must_use]
pub fn fill(realm: RealmNode, status: StatusRef) -> Step {
    rows::set(realm, status, Dead::Already)
}

/// Whether the bits that an event sets are a revocation of their own.
pub(crate) fn revokes(event: &Event) -> bool {
    event.verb == Verb::Revoke && event.noun != Noun::StatusBlock
}
