//! Acknowledge: a follower says how far it enforces the stream, and learns where that stands now.
//!
//! 1. What it is answered proves that it knows everything by then. So whatever had happened when it
//!    asked is told first: an answer waits for that frame, and where it is not cut, there is none.
//! 2. It is one of a bounded number.
//! 3. What it says to enforce is remembered, for receipts.

use std::time::Duration;

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_token::feed::{Acknowledgement, ECHO_TYP, Echo, MAX_FOLLOWER_NAME};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::allow::Who;
use tokio::time::{Instant, timeout_at};

use super::channel::{Channel, Line};
use super::follower::{Name, Said, bound};
use super::share::hearers;
use super::{Feed, FeedError, MAX_FOLLOWERS, MAX_FOLLOWERS_OF_CLIENT, MAX_FOLLOWERS_OF_REALM};

/// How long an answer waits for the frame that tells what has happened: far longer than one is cut,
/// and shorter than a follower waits.
const CUT_PATIENCE: Duration = Duration::from_secs(1);

/// An acknowledgement that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acked {
    /// The answer, signed.
    pub echo: String,
    /// How long each death that it newly enforces took from its event to this acknowledgement.
    pub lags: Vec<Duration>,
    /// Whether others do not know it well enough: they must hear of it before it hears its echo, by which
    /// it lets tokens pass, or goes on to.
    pub is_untold: bool,
}

impl Feed {
    /// Hears an acknowledgement. Who may follow is judged before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub async fn acknowledge(
        &self,
        world: &World,
        (realm, who): (&Realm, &Who),
        said: &Acknowledgement,
        now: Time,
    ) -> Result<Acked, FeedError> {
        self.hear(world, (realm.node, &who.client_id), said, now)
            .await
    }

    /// Hears one that came here, or to another process.
    pub(super) async fn hear(
        &self,
        world: &World,
        (realm, client_id): (RealmNode, &str),
        said: &Acknowledgement,
        now: Time,
    ) -> Result<Acked, FeedError> {
        let channel = self.find(realm, &said.audience);
        let channel = channel.ok_or(FeedError::SnapshotNeeded)?;
        let name = (client_id.to_owned(), said.follower.clone());
        if !is_name(&said.follower) {
            return Err(FeedError::Name);
        }
        if !said.leaving {
            self.has_room(&channel, &name)?;
        }
        told(&channel, world.changes.version(realm)).await?;
        self.answer(world, &channel, (name, said), now)
    }

    /// Step 3.
    fn answer(
        &self,
        world: &World,
        channel: &Channel,
        (name, said): (Name, &Acknowledgement),
        now: Time,
    ) -> Result<Acked, FeedError> {
        // In this order: whatever lies before `polled` is counted by the version.
        let polled = world.follower.polled();
        let version = world.changes.version(channel.realm);
        channel.touch(now);
        self.began(now);
        let mut line = channel.line();
        if said.stream != line.position.stream || said.n > line.position.n {
            return Err(FeedError::SnapshotNeeded);
        }
        let (lags, is_untold) = if said.leaving {
            line.followers.leave(&name);
            (Vec::new(), false)
        } else {
            let is_current = said.n == line.position.n && line.version >= version;
            let cut = line.ring.iter().find(|cut| cut.n == said.n);
            let sequence = cut.map(|cut| cut.sequence).unwrap_or_default();
            let heard = Said {
                n: said.n,
                sequence: if is_current { polled } else { sequence },
                dark_after: bound(said.dark_after_ms),
                now,
            };
            let before = line.followers.hear(name.clone(), &heard);
            let one = line.followers.get_mut(&name);
            let is_untold = one.is_none_or(|one| one.is_untold(hearers(world), now));
            (lags(&line, before, said.n, now), is_untold)
        };
        let echo = Echo {
            iss: channel.issuer().to_owned(),
            aud: channel.audience.clone(),
            nonce: said.nonce,
            position: line.position,
            term: line.term(),
            at: now,
        };
        let echo = channel.key.sign(ECHO_TYP, &echo)?;
        drop(line);
        self.wake();
        Ok(Acked {
            echo,
            lags,
            is_untold,
        })
    }

    /// Step 2.
    fn has_room(&self, channel: &Channel, name: &Name) -> Result<(), FeedError> {
        if channel.line().followers.has(name) {
            return Ok(());
        }
        let (mut of_client, mut of_realm) = (0, 0);
        for one in self.of_realm(channel.realm) {
            let followers = &one.line().followers;
            of_client += followers.of_client(&name.0);
            of_realm += followers.len();
        }
        if of_client >= MAX_FOLLOWERS_OF_CLIENT {
            return Err(FeedError::TooMany("followers of this client"));
        }
        if of_realm >= MAX_FOLLOWERS_OF_REALM || self.size().1 >= MAX_FOLLOWERS {
            return Err(FeedError::TooMany("followers"));
        }
        Ok(())
    }
}

/// Step 1: waits until this channel has told everything up to this change.
async fn told(channel: &Channel, version: u64) -> Result<(), FeedError> {
    let end = Instant::now() + CUT_PATIENCE;
    let mut moved = channel.moved.subscribe();
    while channel.line().version < version {
        if !matches!(timeout_at(end, moved.changed()).await, Ok(Ok(()))) {
            return Err(FeedError::Untold);
        }
    }
    Ok(())
}

/// Of each frame that kills, from the one after `before` to `n`. Of one that has just come nothing is
/// told: what it knew before is not known.
fn lags(line: &Line, before: Option<u64>, n: u64, now: Time) -> Vec<Duration> {
    let Some(before) = before else {
        return Vec::new();
    };
    let newly = line.ring.iter().filter(|cut| cut.n > before && cut.n <= n);
    let killed = newly.filter_map(|cut| cut.killed_at);
    killed.map(|at| now.since(at)).collect()
}

pub(super) fn is_name(follower: &str) -> bool {
    let length = follower.chars().count();
    (1..=MAX_FOLLOWER_NAME).contains(&length) && !follower.chars().any(char::is_control)
}
