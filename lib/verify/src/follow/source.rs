//! Where the feed comes from: a port, so that tests can cut, delay, reorder, replay and forge it, and an
//! authority in the same process needs no network.

use std::pin::Pin;
use std::time::Duration;

use symbolon_token::feed::{Acknowledgement, Position, Report};
use thiserror::Error;

/// Something that is fetched. It ends by itself in bounded time; whoever drops it wants it no longer.
pub type Fetched<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// Why nothing came.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The authority does not know the stream, or not so far back: fetch a snapshot (410).
    #[error("the authority asks for a new snapshot")]
    SnapshotNeeded,
    /// No connection, or it broke.
    #[error("the authority cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the authority did not answer in time")]
    Slow,
    /// It answered with an error.
    #[error("{what} was answered with status {status}")]
    Status {
        /// What was asked for.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// What it answered makes no sense, or is too long.
    #[error("{0} cannot be read")]
    Answer(&'static str),
    /// An address that is not to be called: no https, or not the issuer's own word.
    #[error("{0}")]
    Refused(&'static str),
}

/// One event of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A signed snapshot, with which a stream begins that does not go on from anywhere.
    Snapshot(String),
    /// Part of a snapshot has come: it may be long, and takes what it takes, while bytes come.
    Part,
    /// A signed frame.
    Frame(String),
    /// A signed heartbeat.
    Heartbeat(String),
    /// The signed echo of an acknowledgement that was carried to where this stream is told.
    Echo(String),
}

/// Which stream is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// After what; where there is nothing, or it does not go on from there, it begins with a snapshot.
    pub after: Option<Position>,
    /// Who listens, by the name that its acknowledgements give: their echoes may come by the stream.
    pub follower: &'a str,
}

/// The answer to a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polled {
    /// Signed frames, in order.
    pub frames: Vec<String>,
    /// The signed heartbeat after them.
    pub heartbeat: String,
}

/// A stream that is open.
pub trait Events: Send {
    /// The next event; none at the stream's end. What is dropped while it waits loses no event.
    fn next(&mut self) -> Fetched<'_, Option<Event>>;
}

/// The authority of one issuer, for one audience.
pub trait Source: Send + Sync + 'static {
    /// The JWK set of the keys that sign tokens.
    fn keys(&self) -> Fetched<'_, String>;

    /// The JWK set of the keys that sign the feed.
    fn feed_keys(&self) -> Fetched<'_, String>;

    /// A signed snapshot. It may be long: it takes what it takes, while bytes come.
    fn snapshot(&self) -> Fetched<'_, String>;

    /// A stream. A source that cannot begin one with a snapshot says [`Failure::SnapshotNeeded`].
    fn stream<'a>(&'a self, wanted: Wanted<'a>) -> Fetched<'a, Box<dyn Events>>;

    /// What came after a position; if there is nothing, whatever comes within `wait`.
    fn poll(&self, after: Position, wait: Duration) -> Fetched<'_, Polled>;

    /// Acknowledges, and gives the signed echo; none where it comes by the stream.
    fn acknowledge<'a>(
        &'a self,
        acknowledgement: &'a Acknowledgement,
    ) -> Fetched<'a, Option<String>>;

    /// Reports a token that was signed by a stolen key.
    fn report<'a>(&'a self, report: &'a Report) -> Fetched<'a, ()>;

    /// Whether a token is active (RFC 7662).
    fn introspect<'a>(&'a self, token: &'a str) -> Fetched<'a, bool>;
}
