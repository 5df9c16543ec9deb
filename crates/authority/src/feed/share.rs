//! Share: processes tell each other how far their followers are, and their successors that they were
//! there.
//!
//! 1. A follower is connected to one process, which knows what it has acknowledged. Numbers of frames
//!    mean nothing elsewhere, so what is told is the journal entry up to which it enforces everything.
//! 2. That is written when it has acknowledged another frame, and now and then so that it stays known
//!    that it is there; many at once in one unit.
//! 3. One that is new, has another bound, or was not written for a while ([`LATE`]) is written before it
//!    hears its echo: a receipt of another process counts it before it lets a token pass, and knows when
//!    it refuses everything at the latest.
//! 4. Who listens here under its name is written in the same way, and seldom again ([`LISTENS_AGAIN`]):
//!    whoever gets an acknowledgement that is meant for this process finds it there.
//! 5. Where the database is this process's alone, only that is written by which whoever begins anew
//!    after it knows whom it has to expect: who is new, who has another bound, who left. Nobody can have
//!    been heard by the one before after this one has begun, so bounds count from there.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_journal::Sequence;
use symbolon_store::{CommitError, Step, Unit};
use symbolon_token::feed::Acknowledgement;
use symbolon_token::node::RealmNode;
use symbolon_token::random;
use symbolon_token::time::Time;

use super::allow::Who;
use super::carry::{ALIVE, UNCOLLECTED};
use super::channel::{Channel, Line};
use super::enforcement::{Stand, Stands};
use super::follower::{Hearers, LATE, Name, fails_closed_at, is_forgotten};
use super::rows::carried::{self, Place};
use super::rows::follower::{self as rows, Row};
use super::{Feed, FeedError};

/// How soon to write again what was lost.
const AGAIN: Duration = Duration::from_secs(2);

/// How often it is written that somebody still listens: often enough to be believed ([`ALIVE`]).
const LISTENS_AGAIN: Duration = Duration::from_secs(15);

/// Rows written by one unit.
const MAX_STEPS: usize = 500;

/// Rows that nobody has written for so long belong to nobody.
const FORGOTTEN: Duration = Duration::from_hours(2);

impl Feed {
    /// Tells the other processes how far the followers of this one are, or its successor that they were
    /// there. Whether what there was to tell is durable.
    pub async fn share(&self, world: &World, now: Time) -> bool {
        let hearers = hearers(world);
        // Whoever comes while somebody else writes waits until that is durable.
        let _turn = self.sharing.lock().await;
        let process = self.process(world);
        let channels: Vec<_> = self.channels().values().cloned().collect();
        let (mut steps, mut told): (Vec<Step>, Vec<(Arc<Channel>, Name)>) = Default::default();
        for channel in channels {
            let whose = (channel.realm, process);
            let mut line = channel.line();
            if hearers == Hearers::Others {
                listeners(&channel, &mut line, (process, now), &mut steps);
            }
            for (client, name) in line.followers.left() {
                let who = (channel.audience.as_str(), &*client, &*name);
                steps.push(rows::leave(whose, who));
            }
            for ((client, name), one) in line.followers.iter_mut() {
                if !one.is_to_be_shared(hearers, now) {
                    continue;
                }
                told.push((Arc::clone(&channel), (client.clone(), name.clone())));
                let row = Row {
                    audience: channel.audience.clone(),
                    client_id: client.clone(),
                    follower: name.clone(),
                    sequence: one.sequence,
                    sequence_at: one.sequence_at,
                    seen_at: one.seen_at,
                    dark_after: one.dark_after,
                };
                steps.push(rows::put(whose, &row));
            }
        }
        let mut is_told = true;
        while !steps.is_empty() {
            let rest = steps.split_off(steps.len().min(MAX_STEPS));
            is_told &= write(world, steps).await;
            steps = rest;
        }
        for (channel, name) in told {
            if let Some(one) = channel.line().followers.get_mut(&name) {
                one.written(is_told);
            }
        }
        if !is_told {
            let then = now.minus(LISTENS_AGAIN).plus(AGAIN);
            for channel in self.channels().values() {
                channel.line().ears.untold(then);
            }
        }
        is_told
    }

    /// Step 3: tells them of one that they do not know well enough; where that fails it is not answered,
    /// and is told of again when it asks the next time.
    ///
    /// # Errors
    /// [`FeedError::Untold`].
    pub async fn welcome(
        &self,
        world: &World,
        (realm, who): (&Realm, &Who),
        said: &Acknowledgement,
        now: Time,
    ) -> Result<(), FeedError> {
        if self.share(world, now).await {
            return Ok(());
        }
        if let Some(channel) = self.find(realm.node, &said.audience) {
            let name = (who.client_id.clone(), said.follower.clone());
            channel.line().followers.unhear(&name);
        }
        Err(FeedError::Untold)
    }

    /// Forgets followers that no process speaks of any more.
    pub async fn forget(&self, world: &World, now: Time) {
        match hearers(world) {
            Hearers::Others => {
                let mut steps = vec![rows::forget(now.minus(FORGOTTEN))];
                steps.extend(carried::forget(now, (ALIVE, UNCOLLECTED)));
                write(world, steps).await;
            }
            Hearers::Successor if now.since(self.began(now)) > FORGOTTEN => {
                // Once is enough: from then on there are this process's alone.
                if !self.is_alone.load(Ordering::Relaxed) {
                    let step = rows::forget_others(self.process(world));
                    let is_done = write(world, vec![step]).await;
                    self.is_alone.store(is_done, Ordering::Relaxed);
                }
            }
            Hearers::Successor => {}
        }
    }

    /// How the followers at other processes, or at the one before this, stand to this journal entry.
    pub(super) async fn elsewhere(
        &self,
        world: &World,
        (realm, sequence): (RealmNode, Sequence),
        now: Time,
    ) -> Result<Stands, LoadError> {
        let whose = (realm, self.process(world));
        let (known, seen_by) = match hearers(world) {
            Hearers::Others => {
                let since = now.minus(FORGOTTEN);
                let known = rows::elsewhere(&world.db, whose, since).await?;
                (known, None)
            }
            Hearers::Successor if self.is_alone.load(Ordering::Relaxed) => (Vec::new(), None),
            Hearers::Successor => {
                let known = rows::elsewhere(&world.db, whose, Time(0)).await?;
                (known, Some(self.began(now)))
            }
        };
        let stands = known.into_iter().filter_map(|one| {
            let seen_at = seen_by.unwrap_or(one.seen_at);
            let latest = seen_by.unwrap_or(one.seen_at.plus(LATE));
            if is_forgotten(latest, one.dark_after, now) {
                return None;
            }
            let stand = Stand {
                since: (one.sequence >= sequence).then_some(one.sequence_at),
                seen_at,
                fails_closed_at: fails_closed_at(latest, one.dark_after),
            };
            Some(((one.audience, one.client_id, one.follower), stand))
        });
        Ok(stands.collect())
    }

    /// When this process began to hear followers, or earlier than it heard any.
    pub(super) fn began(&self, now: Time) -> Time {
        *self.began.get_or_init(|| now)
    }

    /// What tells this process's rows from others'.
    pub(super) fn process(&self, world: &World) -> i64 {
        let made = || i64::from_be_bytes(random::bytes(&*world.random));
        *self.process.get_or_init(made)
    }
}

/// Step 5.
pub(super) fn hearers(world: &World) -> Hearers {
    if world.db.is_exclusive() {
        Hearers::Successor
    } else {
        Hearers::Others
    }
}

/// Step 4.
fn listeners(
    channel: &Channel,
    line: &mut Line,
    (process, now): (i64, Time),
    steps: &mut Vec<Step>,
) {
    let place = |(client_id, follower): Name| Place {
        realm: channel.realm,
        audience: channel.audience.clone(),
        client_id,
        follower,
    };
    let gone = line.ears.gone().into_iter();
    steps.extend(gone.map(|name| carried::leave(&place(name), process)));
    let stream = line.position.stream;
    let due = line.ears.due(LISTENS_AGAIN, now).into_iter();
    steps.extend(due.map(|name| carried::listen(&place(name), (process, stream), now)));
}

/// Whether it is written. What is lost is written again soon.
async fn write(world: &World, steps: Vec<Step>) -> bool {
    match world.db.commit(Unit::default().steps(steps)).await {
        Ok(_) | Err(CommitError::Conflict { .. }) => true,
        Err(CommitError::Unavailable(error)) => {
            tracing::warn!(%error, "other processes were not told of followers");
            false
        }
    }
}
