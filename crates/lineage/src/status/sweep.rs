//! Sweep: forget the buckets whose tokens have all expired.
//!
//! The clock alone is not trusted with that: the floor is stored, and whatever lies below it is
//! refused from then on, so that a clock which steps back revives nothing.

use std::time::Duration;

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::Unit;
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use symbolon_token::status::Bucket;

use super::rows;

/// How long after its end a bucket is kept: a clock that is an hour ahead must not kill the living.
pub const GRACE: Duration = Duration::from_hours(2);

/// The unit that forgets what ended before the grace began, if there is any above the old floor.
/// The event stands in the first realm; it concerns all of them.
#[must_use]
pub fn sweep(call: &Call, first_realm: RealmNode, floor: Option<Bucket>) -> Option<Unit> {
    let last = Bucket::of(call.now.minus(GRACE))
        .0
        .checked_sub(1)
        .map(Bucket)?;
    if floor.is_some_and(|floor| floor >= last) {
        return None;
    }
    let event = Event::done(call, first_realm, Verb::Sweep, Noun::StatusBlock)
        .block(symbolon_journal::Block {
            bucket: last,
            first: 0,
            count: 0,
        })
        .entry();
    Some(Unit::entry(event).steps(rows::sweep(last)))
}
