//! One channel: its stream of frames, the last of which are kept, and who follows it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use symbolon_identity::realm::Realm;
use symbolon_jose::SignError;
use symbolon_journal::Sequence;
use symbolon_keys::feed_key::FeedKey;
use symbolon_token::feed::{
    Bytes, Change, FRAME_TYP, Frame, HEARTBEAT_TYP, Hash, Heartbeat, Position, StreamName,
};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;
use tokio::sync::{Mutex as AsyncMutex, watch};

use super::ear::Ears;
use super::follower::Followers;
use super::{CHANNEL_IDLE, FeedError, RING_BYTES, RING_FRAMES};

/// A frame that was cut.
#[derive(Clone)]
pub(super) struct Cut {
    /// Its number.
    pub(super) n: u64,
    /// The signed text.
    pub(super) text: String,
    /// Up to which change of this process's memory it says everything.
    pub(super) version: u64,
    /// Up to which journal entry it says everything.
    pub(super) sequence: Sequence,
    /// When the first thing in it happened that kills, if any does.
    pub(super) killed_at: Option<Time>,
}

/// What a frame is cut of.
pub(super) struct Cloth {
    /// What is told.
    pub(super) change: Change,
    /// The term.
    pub(super) term: i64,
    /// See [`Cut`].
    pub(super) version: u64,
    /// See [`Cut`].
    pub(super) sequence: Sequence,
    /// See [`Cut`].
    pub(super) killed_at: Option<Time>,
}

/// What changes of a channel.
pub(super) struct Line {
    pub(super) position: Position,
    pub(super) ring: VecDeque<Cut>,
    ring_bytes: usize,
    /// Up to which change of this process's memory its frames say everything.
    pub(super) version: u64,
    term: i64,
    /// Heartbeats so far, and the last one, unless a frame came after it.
    pub(super) beat: (u64, String),
    pub(super) snapshot: Option<Kept>,
    pub(super) followers: Followers,
    pub(super) listeners: usize,
    pub(super) ears: Ears,
    used_at: Time,
}

/// A snapshot that others may want in the next moment.
pub(super) struct Kept {
    pub(super) at: Time,
    pub(super) position: Position,
    pub(super) version: u64,
    pub(super) text: String,
}

/// One audience of one realm.
pub(super) struct Channel {
    pub(super) realm: RealmNode,
    issuer: String,
    pub(super) audience: String,
    pub(super) key: FeedKey,
    line: Mutex<Line>,
    /// Held while a snapshot is made: whoever asks meanwhile gets the same.
    pub(super) making: AsyncMutex<()>,
    /// Tells listeners that there may be something for them.
    pub(super) moved: watch::Sender<u64>,
}

impl Channel {
    pub(super) fn new(
        (realm, audience): (&Realm, &str),
        key: FeedKey,
        (stream, version): ([u8; 16], u64),
        now: Time,
    ) -> Self {
        Self {
            realm: realm.node,
            issuer: realm.issuer.as_str().to_owned(),
            audience: audience.to_owned(),
            key,
            line: Mutex::new(Line {
                position: first(Bytes(stream)),
                ring: VecDeque::new(),
                ring_bytes: 0,
                version,
                term: 0,
                beat: (0, String::new()),
                snapshot: None,
                followers: Followers::default(),
                listeners: 0,
                ears: Ears::default(),
                used_at: now,
            }),
            making: AsyncMutex::default(),
            moved: watch::Sender::new(0),
        }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody asked for it.
    pub(super) fn touch(&self, now: Time) {
        let mut line = self.line();
        line.used_at = line.used_at.max(now);
    }

    pub(super) fn followers(&self) -> usize {
        self.line().followers.len()
    }

    /// Whether nobody has asked for it for so long that it may go.
    pub(super) fn is_idle(&self, now: Time) -> bool {
        let line = self.line();
        let is_old = now.since(line.used_at) > CHANNEL_IDLE;
        is_old && line.listeners == 0 && line.followers.len() == 0
    }

    /// Tells what is new.
    ///
    /// # Errors
    /// [`SignError`]; the stream is broken then and must begin anew.
    pub(super) fn push(&self, cloth: Cloth, now: Time) -> Result<(), SignError> {
        let mut line = self.line();
        line.term = cloth.term;
        if cloth.change.is_empty() {
            line.version = cloth.version;
            drop(line);
            self.tell();
            return Ok(());
        }
        let Position { stream, n, head } = line.position;
        let frame = Frame {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            stream,
            n: n + 1,
            prev: head,
            term: cloth.term,
            at: now,
            change: cloth.change,
        };
        let text = self.key.sign(FRAME_TYP, &frame)?;
        line.position = Position {
            stream,
            n: n + 1,
            head: hash(&text),
        };
        line.version = cloth.version;
        // The last heartbeat stands before this frame, and would say so behind it.
        line.beat.1.clear();
        line.ring_bytes += text.len();
        line.ring.push_back(Cut {
            n: n + 1,
            text,
            version: cloth.version,
            sequence: cloth.sequence,
            killed_at: cloth.killed_at,
        });
        line.trim();
        drop(line);
        self.tell();
        Ok(())
    }

    /// Begins a new stream: everything up to this change is told by snapshot.
    pub(super) fn restart(&self, stream: [u8; 16], version: u64) {
        let mut line = self.line();
        line.version = line.version.max(version);
        line.position = first(Bytes(stream));
        line.ring.clear();
        line.ring_bytes = 0;
        line.snapshot = None;
        line.followers.restart();
        drop(line);
        self.tell();
    }

    /// Where the stream stands, signed; for everybody who listens.
    ///
    /// # Errors
    /// [`SignError`].
    pub(super) fn beat(&self, now: Time) -> Result<(), SignError> {
        let mut line = self.line();
        let text = self.signed(&line, now)?;
        line.beat = (line.beat.0 + 1, text);
        drop(line);
        self.tell();
        Ok(())
    }

    /// Where the stream stands, signed; for one who asks.
    ///
    /// # Errors
    /// [`SignError`].
    pub(super) fn heartbeat(&self, now: Time) -> Result<String, SignError> {
        self.signed(&self.line(), now)
    }

    fn signed(&self, line: &Line, now: Time) -> Result<String, SignError> {
        let heartbeat = Heartbeat {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            position: line.position,
            term: line.term,
            at: now,
        };
        self.key.sign(HEARTBEAT_TYP, &heartbeat)
    }

    /// Wakes whoever listens.
    pub(super) fn tell(&self) {
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Line {
    /// The frames after this one.
    ///
    /// # Errors
    /// [`FeedError::SnapshotNeeded`] where they are not all to be had.
    pub(super) fn after(&self, stream: StreamName, n: u64) -> Result<Vec<Cut>, FeedError> {
        let here = self.position;
        let oldest = self.ring.front().map_or(here.n, |cut| cut.n - 1);
        if stream != here.stream || n > here.n || n < oldest {
            return Err(FeedError::SnapshotNeeded);
        }
        let missed = self.ring.iter().filter(|cut| cut.n > n);
        Ok(missed.cloned().collect())
    }

    /// The store's term, as far as this channel was told.
    pub(super) fn term(&self) -> i64 {
        self.term
    }

    pub(super) fn set_term(&mut self, term: i64) {
        self.term = term;
    }

    fn trim(&mut self) {
        while self.ring.len() > RING_FRAMES || self.ring_bytes > RING_BYTES {
            let Some(gone) = self.ring.pop_front() else {
                return;
            };
            self.ring_bytes -= gone.text.len();
        }
    }
}

/// Where a stream begins.
fn first(stream: StreamName) -> Position {
    Position {
        stream,
        n: 0,
        head: hash(&stream.to_string()),
    }
}

/// What the next frame carries of the one before.
fn hash(text: &str) -> Hash {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    Bytes(bytes)
}
