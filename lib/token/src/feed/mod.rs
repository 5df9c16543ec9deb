//! What verifiers are told: the words of the feed, between the authority and whoever follows it.
//!
//! A *channel* is one audience of one realm. What happens to its tokens is told in numbered *frames*;
//! the numbers count within a *stream*, one run of the channel in one process, so that they neither
//! survive a restart nor tell one audience about another. Each frame carries the hash of the one
//! before it: one that is missing, repeated or exchanged shows.
//!
//! | text | `typ` | says |
//! |---|---|---|
//! | [`Snapshot`] | [`SNAPSHOT_TYP`] | everything, as of frame `n` |
//! | [`Frame`] | [`FRAME_TYP`] | what has changed since the frame before |
//! | [`Heartbeat`] | [`HEARTBEAT_TYP`] | nothing has, so far |
//! | [`Echo`] | [`ECHO_TYP`] | the follower's own nonce, and where the channel stood when it came |
//!
//! Each is a compact JWS (RFC 7515 §7.1) by the realm's feed key, Ed25519, whose claims are the JSON of
//! these types. Only a nonce proves freshness: everything else may have been kept back on its way.

use std::time::Duration;

mod change;
mod frame;
mod indexes;
mod stream;

pub use change::{Block, Blocks, Change, KeyNode, Stands, State};
pub use frame::{
    Acknowledgement, ECHO_TYP, Echo, FRAME_TYP, Finding, Frame, HEARTBEAT_TYP, Heartbeat, Report,
    SNAPSHOT_TYP, Snapshot,
};
pub use indexes::{Indexes, NotIndexes};
pub use stream::{Bytes, Hash, Nonce, NotAName, Position, StreamName};

/// For how long what has ended is told, and must be kept by whoever was told: the longest life of an
/// access token, a day, and two hours for clocks that differ.
pub const TOLD_FOR: Duration = Duration::from_hours(26);

/// The most characters of a follower's name.
pub const MAX_FOLLOWER_NAME: usize = 64;
