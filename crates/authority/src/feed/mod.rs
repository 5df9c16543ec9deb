//! The feed: what verifiers must know to judge offline, told to them as it happens.
//!
//! 1. A *channel* is one audience of one realm. It is opened by the first who asks for its snapshot,
//!    and let go when nobody has asked for a while ([`CHANNEL_IDLE`]).
//! 2. What happens is noted by `symbolon_lineage::feed` before its commit is answered. A task cuts a
//!    signed, numbered frame of it for each channel ([`Feed::cut`]), and a heartbeat each second for
//!    those to which somebody listens ([`Feed::beat`]).
//! 3. A snapshot says everything as of frame `n`. It may know what frame `n + 1` will tell, and never
//!    more than that: each of them says how something stands, so that to hear it twice is harmless, and
//!    nothing falls between or is taken back.
//! 4. Followers acknowledge the last frame that they enforce. What they are answered carries their
//!    nonce: it alone proves how fresh they are.
//! 5. Whoever revokes may wait for them ([`Feed::enforcement`]).
//! 6. An acknowledgement that came to another process finds its way here ([`Feed::carry`]).
//!
//! Where a frame cannot be made (the database does not answer), its realm's channels begin new
//! streams, and their followers fetch snapshots: nothing is ever left out of a stream.
//!
//! issue, verify, revoke: none, a frame is no token.

mod acknowledge;
mod allow;
mod begin;
mod canary;
mod carry;
mod channel;
mod cut;
mod ear;
mod enforcement;
mod follower;
mod report;
mod rows;
mod seat;
mod share;
mod snapshot;
mod subscribe;

pub use acknowledge::Acked;
pub use allow::{Who, may_follow};
pub use enforcement::{Enforcement, Enforcer, Unreachable, Wait};
pub use report::report;
pub use subscribe::{Subscription, Word};

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_jose::{KeyError, SignError};
use symbolon_store::Migration;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::random;
use symbolon_token::time::Time;
use thiserror::Error;
use tokio::sync::{Mutex as AsyncMutex, Semaphore, watch};

use carry::Pace;
use channel::Channel;
use seat::Seats;

/// The table of followers: for other processes on the same database, and for the next on this one.
pub const MIGRATION: Migration = Migration {
    noun: "feed",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// The tables by which an acknowledgement finds the process that it is meant for.
pub const CARRY_MIGRATION: Migration = Migration {
    noun: "feed",
    number: 2,
    sql: include_str!("schema_carry.sql"),
};

/// Channels of one process. Each may hold [`RING_BYTES`] and its followers.
pub const MAX_CHANNELS: usize = 512;

/// Frames that a channel keeps for those who missed some: ten seconds of constant change.
pub const RING_FRAMES: usize = 1024;

/// Bytes of frames that a channel keeps: a follower that is further behind is better off with a
/// snapshot.
pub const RING_BYTES: usize = 512 * 1024;

/// Channels of one realm: no tenant takes the place of all others.
pub const MAX_CHANNELS_OF_REALM: usize = MAX_CHANNELS / 2;

/// How long a channel is kept that nobody asks for: longer than a follower's restart.
pub const CHANNEL_IDLE: Duration = Duration::from_mins(2);

/// Followers of one process: each takes some 300 bytes.
pub const MAX_FOLLOWERS: usize = 10_000;

/// Followers of one realm: no tenant takes the place of all others.
pub const MAX_FOLLOWERS_OF_REALM: usize = MAX_FOLLOWERS / 2;

/// Followers under the name of one client, of whatever audiences: instances of one service.
pub const MAX_FOLLOWERS_OF_CLIENT: usize = 1000;

/// Streams and waiting polls of one client at once.
pub const MAX_LISTENERS_OF_CLIENT: usize = 1000;

/// Requests that wait at once until followers enforce a revocation.
pub const MAX_WAITING: usize = 256;

/// Why somebody was not told.
#[derive(Debug, Error)]
pub enum FeedError {
    /// The stream is another, or the frame is not to be had any more: only a snapshot helps.
    #[error(
        "this stream does not go on from there: it was another run, or too long ago; fetch a snapshot"
    )]
    SnapshotNeeded,
    /// Something has happened that could not be told yet.
    #[error("something has happened that is not told yet; ask again in a moment")]
    Untold,
    /// No such audience, or not for this client to know of.
    #[error(
        "this realm has no such resource that your client runs; name the audience of one, or let the \
         client introspect every token"
    )]
    Audience,
    /// There are too many already.
    #[error("there are too many {0} already; let some go, or ask later")]
    TooMany(&'static str),
    /// A follower's name that is none.
    #[error("follower: a name has 1 to 64 characters, and none of them is a control character")]
    Name,
    /// Something could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The realm's feed key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The library did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// All channels of this process.
pub struct Feed {
    channels: Mutex<HashMap<(RealmNode, String), Arc<Channel>>>,
    seats: Arc<Seats>,
    /// Held from the taking of news to the frames that tell it, and while a snapshot is made: else one
    /// could know more than the frame after it, which would then take something back.
    telling: AsyncMutex<()>,
    /// Held while other processes are told of followers.
    sharing: AsyncMutex<()>,
    /// When to look for acknowledgements that came to others.
    pace: Pace,
    /// How many were carried to others.
    carried: AtomicU64,
    /// Counts acknowledgements and cuts: whoever waits looks again.
    heard: watch::Sender<u64>,
    leaving: watch::Sender<bool>,
    /// Places of those who wait for followers ([`MAX_WAITING`]).
    waiting: Semaphore,
    /// What tells this process's followers from others'.
    process: OnceLock<i64>,
    /// When it began to hear them.
    began: OnceLock<Time>,
    /// Whether all that are written are its own.
    is_alone: AtomicBool,
    /// See [`Feed::canary`].
    canary: OnceLock<NodeId>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            channels: Mutex::default(),
            seats: Arc::default(),
            telling: AsyncMutex::default(),
            sharing: AsyncMutex::default(),
            pace: Pace::default(),
            carried: AtomicU64::default(),
            heard: watch::Sender::new(0),
            leaving: watch::Sender::new(false),
            waiting: Semaphore::new(MAX_WAITING),
            process: OnceLock::new(),
            began: OnceLock::new(),
            is_alone: AtomicBool::default(),
            canary: OnceLock::new(),
        }
    }
}

impl Feed {
    /// Ends every stream and all waiting: the server leaves.
    pub fn leave(&self) {
        self.leaving.send_replace(true);
    }

    /// How many channels and followers there are.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let channels = self.channels();
        let followers = channels.values().map(|channel| channel.followers());
        (channels.len(), followers.sum())
    }

    /// How many acknowledgements came here that were meant for other processes, and were carried to them.
    #[must_use]
    pub fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }

    /// The channel of this audience, opened where it is not there.
    fn open(
        &self,
        world: &World,
        realm: &Realm,
        audience: &str,
        now: Time,
    ) -> Result<Arc<Channel>, FeedError> {
        let mut channels = self.channels();
        let name = (realm.node, audience.to_owned());
        if let Some(channel) = channels.get(&name)
            && channel.issuer() == realm.issuer.as_str()
        {
            channel.touch(now);
            return Ok(Arc::clone(channel));
        }
        let of_realm = channels.keys().filter(|(one, _)| *one == realm.node);
        let is_full = channels.len() >= MAX_CHANNELS || of_realm.count() >= MAX_CHANNELS_OF_REALM;
        if is_full && !channels.contains_key(&name) {
            return Err(FeedError::TooMany("channels"));
        }
        // From now on everything is noted; the snapshot comes after.
        world.changes.watch(realm.node);
        let key = world.material.feed_keys.of_realm(realm.node)?;
        let version = world.changes.version(realm.node);
        let begins = (random::bytes(&*world.random), version);
        let channel = Arc::new(Channel::new((realm, audience), key, begins, now));
        channels.insert(name, Arc::clone(&channel));
        Ok(channel)
    }

    /// The channel of this audience, where it is open.
    fn find(&self, realm: RealmNode, audience: &str) -> Option<Arc<Channel>> {
        let channels = self.channels();
        channels.get(&(realm, audience.to_owned())).cloned()
    }

    /// Every channel of a realm.
    fn of_realm(&self, realm: RealmNode) -> Vec<Arc<Channel>> {
        let channels = self.channels();
        let ours = channels.iter().filter(|((one, _), _)| *one == realm);
        ours.map(|(_, channel)| Arc::clone(channel)).collect()
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<(RealmNode, String), Arc<Channel>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        self.heard
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests;
