//! Acknowledge: a follower says how far it enforces the stream, and learns where that stands now.

use std::time::Duration;

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_token::feed::{Acknowledgement, ECHO_TYP, Echo, MAX_FOLLOWER_NAME};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::allow::Who;
use super::channel::{Channel, Line};
use super::follower::{Said, bound};
use super::{Feed, FeedError, MAX_FOLLOWERS, MAX_FOLLOWERS_OF_CLIENT};

/// An acknowledgement that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acked {
    /// The answer, signed.
    pub echo: String,
    /// How long each death that it newly enforces took from its event to this acknowledgement.
    pub lags: Vec<Duration>,
    /// Whether it was not known before: other processes must hear of it before it hears its echo, by
    /// which it begins to let tokens pass.
    pub is_new: bool,
}

impl Feed {
    /// Hears an acknowledgement. Who may follow is judged before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn acknowledge(
        &self,
        world: &World,
        (realm, who): (&Realm, &Who),
        said: &Acknowledgement,
        now: Time,
    ) -> Result<Acked, FeedError> {
        self.hear(world, (realm.node, &who.client_id), said, now)
    }

    /// Hears one that came here, or to another process.
    pub(super) fn hear(
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
        // In this order: whatever lies before `polled` is counted by the version.
        let polled = world.follower.polled();
        let version = world.changes.version(realm);
        channel.touch(now);
        let mut line = channel.line();
        if said.stream != line.position.stream || said.n > line.position.n {
            return Err(FeedError::SnapshotNeeded);
        }
        let (lags, is_new) = if said.leaving {
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
            let before = line.followers.hear(name, &heard);
            (lags(&line, before, said.n, now), before.is_none())
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
        Ok(Acked { echo, lags, is_new })
    }

    fn has_room(&self, channel: &Channel, name: &(String, String)) -> Result<(), FeedError> {
        let line = channel.line();
        if line.followers.has(name) {
            return Ok(());
        }
        if line.followers.of_client(&name.0) >= MAX_FOLLOWERS_OF_CLIENT {
            return Err(FeedError::TooMany("followers of this client"));
        }
        drop(line);
        let (_, all) = self.size();
        if all >= MAX_FOLLOWERS {
            return Err(FeedError::TooMany("followers"));
        }
        Ok(())
    }
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
