//! Cut: what is new in a realm becomes one frame for each of its channels.
//!
//! 1. How far the journal was read is noted first: whatever lies before is known here by then.
//! 2. What is new is taken, and only then looked up what it needs (the salt of veils, the names of
//!    keys): a salt that is not there then has veiled nothing that is told now.
//! 3. Each channel gets its own frame: blocks are veiled for its audience.
//! 4. Where any of this fails, the realm's channels begin new streams.

use std::sync::Arc;

use symbolon_identity::signing_key::ring;
use symbolon_identity::subject::pairwise::{Salt, salt_if_any, veil};
use symbolon_identity::{LoadError, World};
use symbolon_lineage::feed::Told;
use symbolon_token::feed::{Blocks, Bytes, KeyNode};
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::RealmNode;
use symbolon_token::random;
use symbolon_token::time::Time;

use super::Feed;
use super::channel::{Channel, Cloth};

impl Feed {
    /// Tells everything that is new.
    pub async fn cut(&self, world: &World, now: Time) {
        let _turn = self.telling.lock().await;
        for realm in world.changes.stirred() {
            let sequence = world.follower.polled();
            let Some(told) = world.changes.take(realm) else {
                continue;
            };
            let channels = self.of_realm(realm);
            if told.term_began {
                restart(world, &channels, told.version);
                continue;
            }
            match needed(world, realm, &told, now).await {
                Ok((salt, keys)) => {
                    for channel in &channels {
                        let mut change = told.change.clone();
                        change.keys.clone_from(&keys);
                        change.blocks = blocks(salt.as_deref(), channel, &told);
                        let cloth = Cloth {
                            change,
                            term: told.term,
                            version: told.version,
                            sequence,
                            killed_at: told.killed_at,
                        };
                        if let Err(error) = channel.push(cloth, now) {
                            tracing::error!(%error, "a frame of the feed was not signed");
                            restart(world, std::slice::from_ref(channel), told.version);
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a frame of the feed was not cut; streams begin anew");
                    restart(world, &channels, told.version);
                }
            }
        }
        self.wake();
    }

    /// A heartbeat for every channel that somebody listens to; what nobody needs any more goes.
    pub fn beat(&self, world: &World, now: Time) {
        self.began(now);
        let mut channels = self.channels();
        channels.retain(|_, channel| {
            channel.line().followers.sweep(now);
            !channel.is_idle(now)
        });
        let realms: Vec<RealmNode> = channels.keys().map(|(realm, _)| *realm).collect();
        // Under the lock by which channels are opened: nobody watches in between.
        world.changes.unwatch_others(&realms);
        let all: Vec<_> = channels.values().cloned().collect();
        drop(channels);
        for channel in all {
            if channel.line().listeners == 0 {
                continue;
            }
            if let Err(error) = channel.beat(now) {
                tracing::error!(%error, "a heartbeat of the feed was not signed");
            }
        }
    }
}

fn restart(world: &World, channels: &[Arc<Channel>], version: u64) {
    for channel in channels {
        channel.restart(random::bytes(&*world.random), version);
    }
}

type Needed = (Option<Arc<Salt>>, Option<Vec<KeyNode>>);

/// Step 2.
async fn needed(
    world: &World,
    realm: RealmNode,
    told: &Told,
    now: Time,
) -> Result<Needed, LoadError> {
    let salt = if told.dead.is_empty() && told.revived.is_empty() {
        None
    } else {
        salt_if_any(world, realm).await?
    };
    let keys = if told.keys {
        Some(keys(world, realm, now).await?)
    } else {
        None
    };
    Ok((salt, keys))
}

/// The signing keys by which tokens may live.
pub(super) async fn keys(
    world: &World,
    realm: RealmNode,
    now: Time,
) -> Result<Vec<KeyNode>, LoadError> {
    let published = ring(world, realm).await?.published(now);
    let keys = published.into_iter();
    Ok(keys.map(|key| KeyNode(key.to_string(), key.0)).collect())
}

/// Step 3: the blocks of one audience. Without a salt none was ever made.
pub(super) fn blocks(salt: Option<&Salt>, channel: &Channel, told: &Told) -> Blocks {
    let Some(salt) = salt else {
        return Blocks::default();
    };
    let veiled = |all: &[Ancestor]| {
        let all = all.iter();
        all.map(|one| Bytes(veil(salt, &channel.audience, *one)))
            .collect()
    };
    Blocks {
        dead: veiled(&told.dead),
        revived: veiled(&told.revived),
    }
}
