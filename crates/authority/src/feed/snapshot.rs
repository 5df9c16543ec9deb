//! Snapshot: everything that a follower must know, as of frame `n`.
//!
//! 1. Whoever asks a moment after another gets the same text ([`FRESH`]), and whoever asks while it is
//!    made waits for it: a hundred followers that come back after a restart cost as much as one.
//! 2. What it says is gathered while no frame is cut, so that it is neither older nor newer than the
//!    frame at which it stands. What happens meanwhile is told by the frame after it.
//! 3. The salt of veils is looked for last: where there is none by then, nothing was veiled before.
//! 4. It is written and signed while others go on; a long one beside the asynchronous threads.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::subject::pairwise::{Salt, salt_if_any};
use symbolon_lineage::feed::Told;
use symbolon_token::feed::{Change, KeyNode, Position, SNAPSHOT_TYP, Snapshot};
use symbolon_token::time::Time;
use tokio::task::spawn_blocking;

use super::channel::{Channel, Kept, Line};
use super::cut::{blocks, keys};
use super::{Feed, FeedError};

/// How long a snapshot is given out again, if nothing has happened since.
const FRESH: Duration = Duration::from_millis(50);

/// Nodes and dead blocks from which on a snapshot is long: some two milliseconds.
const LONG: usize = 10_000;

/// What a snapshot is made of.
struct Gathered {
    position: Position,
    told: Told,
    keys: Vec<KeyNode>,
    salt: Option<Arc<Salt>>,
}

/// A snapshot.
#[derive(Debug)]
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
        let _making = channel.making.lock().await;
        if let Some(taken) = kept(&channel.line(), world, &channel, now) {
            return Ok(taken);
        }
        let gathered = self.gathered(world, &channel, now).await?;
        let (position, version) = (gathered.position, gathered.told.version);
        let is_long = gathered.told.change.nodes.len() + gathered.told.dead.len() > LONG;
        let text = if is_long {
            let channel = Arc::clone(&channel);
            let signing = spawn_blocking(move || signed(&channel, gathered, now));
            signing.await.map_err(|_| FeedError::Untold)??
        } else {
            signed(&channel, gathered, now)?
        };
        channel.line().snapshot = Some(Kept {
            at: now,
            position,
            version,
            text: text.clone(),
        });
        Ok(Taken { position, text })
    }

    /// Steps 2 and 3.
    async fn gathered(
        &self,
        world: &World,
        channel: &Channel,
        now: Time,
    ) -> Result<Gathered, FeedError> {
        let _turn = self.telling.lock().await;
        let keys = keys(world, channel.realm, now).await?;
        let told = world.changes.known(channel.realm, now);
        let salt = if told.dead.is_empty() {
            None
        } else {
            salt_if_any(world, channel.realm).await?
        };
        let mut line = channel.line();
        line.set_term(told.term);
        Ok(Gathered {
            position: line.position,
            told,
            keys,
            salt,
        })
    }
}

/// Step 1.
fn kept(line: &Line, world: &World, channel: &Channel, now: Time) -> Option<Taken> {
    let kept = line.snapshot.as_ref()?;
    let is_current = kept.position == line.position
        && kept.version == world.changes.version(channel.realm)
        && now.since(kept.at) < FRESH;
    is_current.then(|| Taken {
        position: line.position,
        text: kept.text.clone(),
    })
}

/// Step 4.
fn signed(channel: &Channel, gathered: Gathered, now: Time) -> Result<String, FeedError> {
    let Gathered {
        position,
        told,
        keys,
        salt,
    } = gathered;
    let snapshot = Snapshot {
        iss: channel.issuer().to_owned(),
        aud: channel.audience.clone(),
        position,
        term: told.term,
        at: now,
        realm: channel.realm.0,
        known: Change {
            blocks: blocks(salt.as_deref(), channel, &told),
            keys: Some(keys),
            ..told.change
        },
    };
    Ok(channel.key.sign(SNAPSHOT_TYP, &snapshot)?)
}
