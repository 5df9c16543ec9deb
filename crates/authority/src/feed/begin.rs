//! Begin: a snapshot and the frames after it, from one process and by one way. Whoever asks behind a
//! balancer for one and then for the other may ask two processes, of which each has a stream of its own.

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_token::time::Time;

use super::allow::Who;
use super::subscribe::{Subscription, Word};
use super::{Feed, FeedError};

/// How often a stream may end between its snapshot and its first frame.
const MAX_TRIES: usize = 4;

impl Feed {
    /// The snapshot of this audience's channel, signed, and everything after it. Who may follow is judged
    /// before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub async fn begin(
        &self,
        world: &World,
        (realm, audience): (&Realm, &str),
        who: &Who,
        now: Time,
    ) -> Result<(Word, Subscription), FeedError> {
        for _ in 0..MAX_TRIES {
            let taken = self.taken(world, realm, audience, now).await?;
            let place = (taken.position.stream, taken.position.n);
            match self.subscribe((realm, audience), who, place, now) {
                Ok(subscription) => return Ok((Word::Snapshot(place.1, taken.text), subscription)),
                Err(FeedError::SnapshotNeeded) => {}
                Err(error) => return Err(error),
            }
        }
        Err(FeedError::SnapshotNeeded)
    }
}
