//! Snapshot: everything that a follower must know, as of frame `n`.
//!
//! 1. Whoever asks a moment after another gets the same text ([`FRESH`]): a hundred followers that
//!    come back after a restart cost as much as one.
//! 2. Where the realm has no salt, nothing was veiled: as of the last change before that look. What
//!    came after it may have been, so then it is looked again.
//! 3. It is made while no frame is cut for this channel.

use std::time::Duration;

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::subject::pairwise::{Salt, salt_if_any};
use symbolon_token::feed::{Change, KeyNode, Position, SNAPSHOT_TYP, Snapshot};
use symbolon_token::time::Time;

use super::channel::{Channel, Kept, Line};
use super::cut::{blocks, keys};
use super::{Feed, FeedError};

/// How long a snapshot is given out again, if nothing has happened since.
const FRESH: Duration = Duration::from_millis(50);

/// How often to look for a salt again: only a realm without pairwise clients, in which something
/// happens with every look, needs a second one.
const MAX_LOOKS: usize = 16;

/// What a snapshot is made of beside what is known.
struct Beside {
    keys: Vec<KeyNode>,
    salt: Option<std::sync::Arc<Salt>>,
    /// The last change before the salt was looked for.
    looked: u64,
}

/// A snapshot.
pub(super) struct Taken {
    /// The frame after which it holds.
    pub(super) position: Position,
    /// The signed text.
    pub(super) text: String,
}

impl Feed {
    /// The snapshot of this audience's channel, signed. Who may follow it is judged before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub async fn snapshot(
        &self,
        world: &World,
        realm: &Realm,
        audience: &str,
        now: Time,
    ) -> Result<String, FeedError> {
        let taken = self.taken(world, realm, audience, now).await?;
        Ok(taken.text)
    }

    /// The same, and where it stands.
    pub(super) async fn taken(
        &self,
        world: &World,
        realm: &Realm,
        audience: &str,
        now: Time,
    ) -> Result<Taken, FeedError> {
        let channel = self.open(world, realm, audience, now)?;
        if let Some(taken) = kept(&channel.line(), world, &channel, now) {
            return Ok(taken);
        }
        for _ in 0..MAX_LOOKS {
            let looked = world.changes.version(realm.node);
            let beside = Beside {
                keys: keys(world, realm.node, now).await?,
                salt: salt_if_any(world, realm.node).await?,
                looked,
            };
            let _turn = self.telling.lock().await;
            if let Some(taken) = signed(world, &channel, &beside, now)? {
                return Ok(taken);
            }
        }
        Err(FeedError::TooMany("changes"))
    }
}

/// Step 1.
fn kept(line: &Line, world: &World, channel: &Channel, now: Time) -> Option<Taken> {
    let kept = line.snapshot.as_ref()?;
    let is_current = kept.n == line.position.n
        && kept.version == world.changes.version(channel.realm)
        && now.since(kept.at) < FRESH;
    is_current.then(|| Taken {
        position: line.position,
        text: kept.text.clone(),
    })
}

/// Step 3; nothing where the salt must be looked for again.
fn signed(
    world: &World,
    channel: &Channel,
    beside: &Beside,
    now: Time,
) -> Result<Option<Taken>, FeedError> {
    let mut line = channel.line();
    if let Some(taken) = kept(&line, world, channel, now) {
        return Ok(Some(taken));
    }
    let told = world.changes.known(channel.realm, now);
    if beside.salt.is_none() && !told.dead.is_empty() && told.version > beside.looked {
        return Ok(None);
    }
    line.set_term(told.term);
    let snapshot = Snapshot {
        iss: channel.issuer().to_owned(),
        aud: channel.audience.clone(),
        position: line.position,
        term: told.term,
        at: now,
        realm: channel.realm.0,
        known: Change {
            blocks: blocks(beside.salt.as_deref(), channel, &told),
            keys: Some(beside.keys.clone()),
            ..told.change
        },
    };
    let text = channel.key.sign(SNAPSHOT_TYP, &snapshot)?;
    line.snapshot = Some(Kept {
        at: now,
        n: line.position.n,
        version: told.version,
        text: text.clone(),
    });
    Ok(Some(Taken {
        position: line.position,
        text,
    }))
}
