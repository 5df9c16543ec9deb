//! Every limit of the edge, with its unit and its reason.
//!
//! An open port is met by the slow, the idle and the greedy. Each of them holds memory or a place,
//! so each has a bound here; none of these bounds is met by a program that works as it should.

use std::time::Duration;

/// A whole request head, from its first byte (or from the first moment of a connection) to its
/// last. A head is one packet or two; ten seconds forgive a few lost ones.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// A whole body. 64 KiB in 20 s is 26 kbit/s, slower than the slowest phone.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest silence inside a body: longer than two retransmissions, shorter than patience.
pub const BODY_PROGRESS_TIMEOUT: Duration = Duration::from_secs(5);

/// A kept-alive connection without a request. Longer than the 60 s that proxies keep theirs, so
/// that it is the proxy who closes and no request meets a closing door.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// A request in progress of which no byte of a reply moves. HTTP/1 counts from its first byte.
/// The slowest handler (a password hash behind a full queue) takes a few seconds; a reply that
/// streams must send something, a heartbeat at least, within this time.
pub const STALL_TIMEOUT: Duration = Duration::from_mins(1);

/// A TLS handshake: two round trips and one signature.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A request head in bytes. Cookies, a DPoP proof and a JWT of 4 KiB each fit.
pub const MAX_HEADER_BYTES: usize = 16 * 1024;

/// The least that `max_header_bytes` can be: the HTTP/1 parser works with buffers of this size.
pub const MIN_HEADER_BYTES: usize = 8 * 1024;

/// A body in bytes. Forms and JSON of this API are below 8 KiB; a client's JWKS may be larger.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Connections at once. At some 20 KiB each (HTTP/1, TLS) this is 80 MiB at the worst.
pub const MAX_CONNECTIONS: u32 = 4096;

/// Connections at once of one address (IPv6: one /64, which is what one customer holds). An office
/// behind one address fits, and one machine cannot take all places. Proxies are exempt.
pub const MAX_CONNECTIONS_PER_ADDRESS: u32 = 512;

/// Requests at once of one HTTP/2 connection. RFC 9113 §6.5.2 recommends no less than 100, of which
/// each may hold a whole body in memory.
pub const MAX_STREAMS: u32 = 100;

/// How long requests in flight may go on after shutdown. Service managers wait 30 s or more
/// before they kill.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// How often certificate files are looked at: renewal happens days before expiry, but whoever
/// replaces a file by hand watches.
pub const CERTIFICATE_INTERVAL: Duration = Duration::from_secs(5);

/// Connections at once of the local command socket: one operator, some scripts.
pub const MAX_LOCAL_CONNECTIONS: u32 = 64;

/// Connections that the kernel may hold ready while the accept loop is busy or full.
pub(super) const BACKLOG: u32 = 1024;

/// How long a closing connection may go on reading what the client still sends, so that the
/// refusal is not lost to a reset (RFC 9112 §9.6).
pub(super) const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// How many bytes a closing connection reads and throws away.
pub(super) const LINGER_BYTES: usize = 1024 * 1024;

/// The first pause after an accept that failed for want of descriptors or memory; it doubles.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The longest such pause: nobody should wait a second longer than needed.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long the last connections may take to end once they are cut: they only need to be woken.
pub(super) const CUT_TIMEOUT: Duration = Duration::from_secs(1);

/// Hops read from a forwarding header: real chains have three.
pub(super) const MAX_HOPS: usize = 32;

/// What the edge allows. [`Limits::default`] holds the constants of this file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// See [`HEADER_TIMEOUT`]. The connection is closed.
    pub header_timeout: Duration,
    /// See [`BODY_TIMEOUT`]. Answered 408.
    pub body_timeout: Duration,
    /// See [`BODY_PROGRESS_TIMEOUT`]. Answered 408.
    pub body_progress_timeout: Duration,
    /// See [`IDLE_TIMEOUT`]. The connection is closed.
    pub idle_timeout: Duration,
    /// See [`STALL_TIMEOUT`]. The connection is closed.
    pub stall_timeout: Duration,
    /// See [`HANDSHAKE_TIMEOUT`]. The connection is closed.
    pub handshake_timeout: Duration,
    /// Bytes, see [`MAX_HEADER_BYTES`]; at least [`MIN_HEADER_BYTES`]. Answered 431.
    pub max_header_bytes: usize,
    /// Bytes, see [`MAX_BODY_BYTES`]. Answered 413.
    pub max_body_bytes: usize,
    /// See [`MAX_CONNECTIONS`]. More wait in the kernel's queue until a place is free.
    pub max_connections: u32,
    /// See [`MAX_CONNECTIONS_PER_ADDRESS`]. More are answered 503 (over TLS: closed).
    pub max_connections_per_address: u32,
    /// See [`MAX_STREAMS`]. More are refused by `REFUSED_STREAM`.
    pub max_streams: u32,
    /// See [`DRAIN_TIMEOUT`].
    pub drain_timeout: Duration,
    /// See [`CERTIFICATE_INTERVAL`].
    pub certificate_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: HEADER_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
            body_progress_timeout: BODY_PROGRESS_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            stall_timeout: STALL_TIMEOUT,
            handshake_timeout: HANDSHAKE_TIMEOUT,
            max_header_bytes: MAX_HEADER_BYTES,
            max_body_bytes: MAX_BODY_BYTES,
            max_connections: MAX_CONNECTIONS,
            max_connections_per_address: MAX_CONNECTIONS_PER_ADDRESS,
            max_streams: MAX_STREAMS,
            drain_timeout: DRAIN_TIMEOUT,
            certificate_interval: CERTIFICATE_INTERVAL,
        }
    }
}
