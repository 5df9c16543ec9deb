//! One connection: speak HTTP on it until it ends, is late, or the server leaves.
//!
//! HTTP/1.1 or HTTP/2 by the first bytes (RFC 9113 §3.3, prior knowledge; over TLS by ALPN, which
//! leads to the same bytes). `Upgrade: h2c` is ignored (RFC 9113 dropped it).
//! 1. Move the protocol on.
//! 2. Has the server's stage changed? Then leave in an orderly way, or at once.
//! 3. Is time up? One timer serves the whole connection: it is only ever moved when it would fire
//!    too late, and looks again when it fires.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::{Builder, Connection};
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};

use super::edge::{Application, Edge};
use super::forwarded::Peer;
use super::gate::{Drained, Gate, Stage};
use super::limit::{Limits, MIN_HEADER_BYTES};
use super::listen::RunError;
use super::pulse::{Phase, Pulse};
use super::stream::Watched;

/// What all connections of a server share.
pub(super) struct Host<S> {
    application: S,
    pub(super) limits: Arc<Limits>,
    pub(super) proxies: Arc<[IpNet]>,
    pub(super) gate: Gate,
    protocol: Builder<TokioExecutor>,
}

/// How a connection ended.
enum End {
    /// By the protocol: closed by either side, or broken.
    Closed(Result<(), Box<dyn Error + Send + Sync>>),
    /// It did not move in time.
    Late(Phase),
    /// The server left.
    Left,
}

impl<S: Application> Host<S> {
    pub(super) fn new(application: S, limits: Limits, proxies: Vec<IpNet>) -> Self {
        Self {
            application,
            gate: Gate::new(limits.max_connections),
            protocol: protocol(&limits),
            limits: Arc::new(limits),
            proxies: proxies.into(),
        }
    }

    /// Lets connections finish, after the listener has been closed or broke.
    pub(super) async fn end(&self, broken: Option<io::Error>) -> Result<Drained, RunError> {
        let drained = self.gate.drain(self.limits.drain_timeout).await;
        broken.map_or(Ok(drained), |error| Err(RunError::Listener(error)))
    }

    /// Serves one connection to its end.
    pub(super) async fn serve<T>(&self, stream: T, caller: Peer)
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let pulse = Arc::new(Pulse::new(Instant::now()));
        let edge = Arc::new(Edge {
            application: self.application.clone(),
            limits: Arc::clone(&self.limits),
            proxies: Arc::clone(&self.proxies),
            caller,
            pulse: Arc::clone(&pulse),
        });
        let stream = TokioIo::new(Watched::new(stream, Arc::clone(&pulse)));
        let answer = service_fn(move |request| Arc::clone(&edge).answer(request));
        let connection = pin!(self.protocol.serve_connection(stream, answer));
        let watch = Watch {
            gate: &self.gate,
            limits: &self.limits,
            pulse: &pulse,
        };
        match watch.drive(connection, Connection::graceful_shutdown).await {
            End::Closed(Err(error)) => tracing::trace!(%error, "a connection broke"),
            End::Late(phase) => tracing::debug!(connection.phase = ?phase, "a connection was late"),
            End::Left if pulse.phase() == Phase::Flight => self.gate.count_cut(),
            End::Left | End::Closed(Ok(())) => {}
        }
    }
}

/// The protocol, with its own limits. Its timers stay off: the pulse keeps time.
fn protocol(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .header_read_timeout(None)
        .max_buf_size(limits.max_header_bytes.max(MIN_HEADER_BYTES))
        // On, it holds replies back while unread bytes are there, and so loses the refusal of a
        // request that was not read to its end.
        .pipeline_flush(false);
    builder
        .http2()
        .max_header_list_size(u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(limits.max_streams);
    builder
}

/// Those who say when a connection must end.
struct Watch<'c> {
    gate: &'c Gate,
    limits: &'c Limits,
    pulse: &'c Pulse,
}

impl Watch<'_> {
    async fn drive<C>(&self, mut connection: Pin<&mut C>, leave: impl Fn(Pin<&mut C>)) -> End
    where
        C: Future<Output = Result<(), Box<dyn Error + Send + Sync>>>,
    {
        let mut timer = pin!(sleep_until(self.pulse.due(self.limits)));
        let mut bell = pin!(self.gate.bell());
        let mut known = None;
        poll_fn(|cx| {
            // First, so that a request which is already here is begun before the server leaves.
            if let Poll::Ready(result) = connection.as_mut().poll(cx) {
                return Poll::Ready(End::Closed(result));
            }
            let before = known;
            while known != Some(self.gate.stage()) {
                let stage = self.gate.stage();
                // A task's waker stays the same, so to be polled once is to be woken.
                bell.set(self.gate.bell());
                if bell.as_mut().poll(cx).is_pending() {
                    known = Some(stage);
                }
            }
            if known != before && known != Some(Stage::Open) {
                if known == Some(Stage::Cut) || self.pulse.phase() == Phase::Fresh {
                    return Poll::Ready(End::Left);
                }
                self.pulse.leave(Instant::now());
                leave(connection.as_mut());
                if let Poll::Ready(result) = connection.as_mut().poll(cx) {
                    return Poll::Ready(End::Closed(result));
                }
            }
            self.poll_late(timer.as_mut(), cx).map(End::Late)
        })
        .await
    }

    /// Ready when the connection did not move in time.
    fn poll_late(&self, mut timer: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<Phase> {
        let due = self.pulse.due(self.limits);
        if due < timer.deadline() {
            timer.as_mut().reset(due);
        }
        while timer.as_mut().poll(cx).is_ready() {
            let due = self.pulse.due(self.limits);
            if due <= Instant::now() {
                return Poll::Ready(self.pulse.phase());
            }
            timer.as_mut().reset(due);
        }
        Poll::Pending
    }
}
