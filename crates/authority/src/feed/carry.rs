//! Carry: an acknowledgement that came to another process than the one that tells its stream finds its
//! way there, through the database that they share.
//!
//! 1. A follower that opens a stream says its name. That it listens, where and to which stream is written
//!    before it hears anything ([`Feed::name`], [`Feed::share`]), and taken back when it ends.
//! 2. A process that gets an acknowledgement of a stream which it does not tell looks there: only where
//!    this client's follower listens to just that stream at another process is it carried, one row for
//!    each follower ([`Feed::carry`]). What nobody hears is refused, so that it asks for a snapshot.
//! 3. The process that tells the stream collects what came for it, hears it as if it had come there, and
//!    puts the echo into that follower's own stream, behind the frames of which it speaks
//!    ([`Feed::collect`]).
//! 4. It looks often while something comes, and seldom while nothing does; where nobody listens under a
//!    name, or the database is this process's alone, not at all.
//!
//! A process that has died collects nothing: its streams are broken, so its followers open others. That
//! its rows are still there for a while ([`ALIVE`]) harms nobody: an echo that does not come in time is
//! as good as a broken stream.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_store::{CommitError, Step, Unit};
use symbolon_token::feed::Acknowledgement;
use symbolon_token::time::Time;

use super::acknowledge::is_name;
use super::allow::Who;
use super::rows::carried::{self, Carried, Place};
use super::subscribe::Subscription;
use super::{Feed, FeedError};

/// How long it is believed that somebody listens of whom nothing was heard: longer than two clocks are
/// apart, and than it takes until it is written again.
pub(super) const ALIVE: Duration = Duration::from_mins(1);

/// How long what nobody collected is kept.
pub(super) const UNCOLLECTED: Duration = Duration::from_mins(1);

/// How often to look while nothing comes.
const SELDOM: Duration = Duration::from_millis(250);

/// How long something counts as coming after something came, or somebody began to listen: ten
/// acknowledgements.
const COMING: Duration = Duration::from_secs(10);

/// Acknowledgements that are collected at once.
const MAX_COLLECTED: u32 = 500;

/// When to look for what was carried here.
#[derive(Default)]
pub(super) struct Pace(Mutex<(Time, Time)>);

impl Pace {
    /// Something comes, or may.
    fn stir(&self, now: Time) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.0 = now.plus(COMING);
    }

    /// Step 4. Whoever is told so looks.
    fn is_due(&self, is_anybody_there: bool, now: Time) -> bool {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, looked_at) = *times;
        let is_due = now < until || (is_anybody_there && now.since(looked_at) >= SELDOM);
        if is_due {
            times.1 = now;
        }
        is_due
    }
}

impl Feed {
    /// Step 1: whoever hears this is that follower, of the client that subscribed.
    ///
    /// # Errors
    /// [`FeedError::Name`].
    pub async fn name(
        &self,
        world: &World,
        subscription: &mut Subscription,
        (who, follower): (&Who, &str),
        now: Time,
    ) -> Result<(), FeedError> {
        if !is_name(follower) {
            return Err(FeedError::Name);
        }
        if world.db.is_exclusive() {
            return Ok(());
        }
        subscription.listen_as((who.client_id.clone(), follower.to_owned()));
        self.pace.stir(now);
        self.share(world, now).await;
        Ok(())
    }

    /// Step 2: an acknowledgement of a stream that this process does not tell. Who may follow is judged
    /// before; the echo comes by the stream.
    ///
    /// # Errors
    /// [`FeedError::SnapshotNeeded`] where nobody listens to that stream under this name.
    pub async fn carry(
        &self,
        world: &World,
        (realm, who): (&Realm, &Who),
        said: &Acknowledgement,
        now: Time,
    ) -> Result<(), FeedError> {
        if world.db.is_exclusive() {
            return Err(FeedError::SnapshotNeeded);
        }
        if !is_name(&said.follower) {
            return Err(FeedError::Name);
        }
        let n = i64::try_from(said.n).map_err(|_| FeedError::SnapshotNeeded)?;
        let place = Place {
            realm: realm.node,
            audience: said.audience.clone(),
            client_id: who.client_id.clone(),
            follower: said.follower.clone(),
        };
        let since = now.minus(ALIVE);
        let process = carried::listens(&world.db, &place, said.stream, since).await?;
        let process = process.filter(|process| *process != self.process(world));
        let process = process.ok_or(FeedError::SnapshotNeeded)?;
        let step = carried::put(&place, process, (said, n), now);
        match world.db.commit(Unit::default().step(step)).await {
            Ok(_) => {
                self.carried.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(CommitError::Conflict { .. }) => Err(FeedError::SnapshotNeeded),
            Err(CommitError::Unavailable(error)) => Err(LoadError::from(error).into()),
        }
    }

    /// Step 3. Gives how long each death that a follower newly enforces took.
    ///
    /// # Errors
    /// [`LoadError`] where it cannot be known what came.
    pub async fn collect(&self, world: &World, now: Time) -> Result<Vec<Duration>, LoadError> {
        if world.db.is_exclusive() || !self.pace.is_due(self.has_ears(), now) {
            return Ok(Vec::new());
        }
        let found = carried::collect(&world.db, self.process(world), MAX_COLLECTED).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        self.pace.stir(now);
        let (mut echoes, mut lags, mut is_untold) = (Vec::new(), Vec::new(), false);
        for one in &found {
            let Carried { place, said, .. } = one;
            let whose = (place.realm, place.client_id.as_str());
            match self.hear(world, whose, said, now).await {
                Ok(acked) => {
                    is_untold |= acked.is_untold;
                    lags.extend(acked.lags);
                    echoes.push((place, acked.echo));
                }
                Err(error) => tracing::debug!(%error, "an acknowledgement came for nobody"),
            }
        }
        // As where it comes by itself: others know of it before it hears its echo.
        let is_told = !is_untold || self.share(world, now).await;
        for (place, echo) in echoes {
            if let Some(channel) = self.find(place.realm, &place.audience) {
                let name = (place.client_id.clone(), place.follower.clone());
                if is_told {
                    channel.line().ears.tell(&name, echo);
                    channel.tell();
                } else {
                    channel.line().followers.unhear(&name);
                }
            }
        }
        let steps: Vec<Step> = found.iter().map(carried::done).collect();
        // What could not be taken away is heard once more, which changes nothing.
        if let Err(CommitError::Unavailable(error)) =
            world.db.commit(Unit::default().steps(steps)).await
        {
            return Err(error.into());
        }
        Ok(lags)
    }

    /// Whether anybody listens here under a name.
    fn has_ears(&self) -> bool {
        let channels = self.channels();
        let mut all = channels.values();
        all.any(|channel| !channel.line().ears.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_often_while_something_comes_and_seldom_while_nothing_does() {
        let pace = Pace::default();
        let noon = Time(1_800_000_000_000);
        let at = |millis| noon.plus(Duration::from_millis(millis));
        assert!(!pace.is_due(false, noon));
        pace.stir(noon);
        assert!(pace.is_due(false, at(0)) && pace.is_due(true, at(1)));
        assert!(pace.is_due(false, at(9_999)));
        let seldom = [10_000, 10_249, 10_250, 10_400].map(|millis| pace.is_due(true, at(millis)));
        assert_eq!(seldom, [false, true, false, false]);
        assert!(!pace.is_due(false, at(60_000)));
    }
}
