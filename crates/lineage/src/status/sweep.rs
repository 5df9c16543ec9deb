//! Sweep: forget the buckets whose tokens have all expired.
//!
//! The clock alone is not trusted with that: the floor is stored, and whatever lies below it is
//! refused from then on, so that a clock which steps back revives nothing.

use std::time::Duration;

use symbolon_journal::{Block, Event, Noun, Verb};
use symbolon_store::{CommitError, Db, Unavailable, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use symbolon_token::status::Bucket;
use symbolon_token::time::Time;

use super::rows;

/// How long after its end a bucket is kept: a clock that is an hour ahead must not kill the living.
pub const GRACE: Duration = Duration::from_hours(2);

/// Forgets what ended before the grace began, if there is any above the old floor. The event stands
/// in the first realm; it concerns all of them.
///
/// # Errors
/// [`Unavailable`]; nothing was forgotten.
pub async fn sweep(
    db: &Db,
    call: &Call,
    first_realm: RealmNode,
    floor: Option<Bucket>,
) -> Result<(), Unavailable> {
    let Some(last) = due(call.now, floor) else {
        return Ok(());
    };
    let block = Block {
        bucket: last,
        first: 0,
        count: 0,
    };
    let event = Event::done(call, first_realm, Verb::Sweep, Noun::StatusBlock).block(block);
    let unit = Unit::entry(event.entry()).steps(rows::sweep(last));
    match db.commit(unit).await {
        // Another node swept as far.
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error),
    }
}

/// The last bucket that can go, if that is above the floor.
fn due(now: Time, floor: Option<Bucket>) -> Option<Bucket> {
    let last = Bucket::of(now.minus(GRACE)).0.checked_sub(1)?;
    (Some(Bucket(last)) > floor).then_some(Bucket(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn a_bucket_goes_when_it_has_been_over_for_the_grace() {
        let bucket = Bucket(500_000);
        let gone = bucket.ends_at().plus(GRACE);
        assert!(due(gone, None) < Some(bucket));
        assert_eq!(due(Time(gone.0 + 1), None), Some(bucket));
    }

    #[test]
    fn what_was_swept_is_not_swept_again_nor_after_a_step_back() {
        let bucket = Bucket(500_000);
        let now = Time(bucket.ends_at().plus(GRACE).0 + 1);
        assert_eq!(due(now, Some(bucket)), None);
        assert_eq!(due(now.minus(HOUR), Some(bucket)), None);
        assert_eq!(due(now.plus(HOUR), Some(bucket)), Some(Bucket(500_001)));
    }

    #[test]
    fn before_time_nothing_is_due() {
        assert_eq!(due(Time(0), None), None);
    }
}
