//! The server edge: from a socket to a request that the routes can trust, and back.
//!
//! `axum::serve` sets no timer, so the accept loop is our own, over hyper-util. The path of a
//! connection: a place (`gate`), a seat (`crowd`), TLS (`tls`, `certificate`), then HTTP on it
//! (`connection`) with its time watched (`pulse`, `stream`). The path of a request on it (`edge`):
//! who is calling (`forwarded`), the whole body (`body`), the application, the reply (`reply`).
//! Every limit and its reason: `limit`.
//!
//! | what comes | what happens |
//! |---|---|
//! | a slow head, an idle connection, a reply that is not read | closed |
//! | a slow body | 408 |
//! | a head or a body beyond its limit | 431, 413 |
//! | more connections than places | they wait in the kernel's queue |
//! | more connections of one address than it may have | 503; over TLS closed |

mod accept;
mod body;
mod certificate;
mod connection;
mod crowd;
mod edge;
mod forwarded;
mod gate;
pub mod limit;
mod listen;
mod pulse;
mod reply;
mod stream;
mod tls;
pub mod unix;

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub use edge::Application;
pub use forwarded::{Peer, Via};
pub use gate::Drained;
pub use limit::Limits;
pub use listen::{BindError, Listen};
pub use tls::{CertificateError, TlsFiles};

use accept::admit;
use certificate::Certificate;
use connection::Host;
use crowd::{Crowd, Seat};
use forwarded::is_proxy;

/// What one address gets when it holds all the connections that it may.
const CROWDED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\
    Retry-After: 1\r\nContent-Length: 0\r\n\r\n";

/// Why a running server ended by itself.
#[derive(Debug, Error)]
pub enum RunError {
    /// The kernel closed the listening socket.
    #[error("the listening socket is broken: {0}")]
    Listener(io::Error),
}

/// A server that listens. It accepts once it runs; until then the kernel holds callers.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    proxies: Vec<IpNet>,
    limits: Limits,
}

/// How to serve TLS.
struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
}

impl Server {
    /// Reads the certificate and listens. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`], a sentence for the operator.
    #[expect(
        clippy::unused_async,
        reason = "callers await it, so that binding may come to wait"
    )]
    pub async fn bind(listen: &Listen) -> Result<Self, BindError> {
        let tls = listen.tls.as_ref().map(Tls::open).transpose()?;
        let address = listen.address;
        let listener = listen::listen(address)?;
        let address = listener
            .local_addr()
            .map_err(|source| BindError::Address { address, source })?;
        Ok(Self {
            listener,
            address,
            tls,
            proxies: listen.proxies.clone(),
            limits: listen.limits.clone(),
        })
    }

    /// The address listened on, with the port that was given.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown`; then stops accepting, closes idle connections, lets requests in
    /// progress finish within the drain timeout, and says how many were cut. With TLS it also
    /// follows the certificate's files, and takes SIGHUP as the order to read them.
    ///
    /// # Errors
    /// [`RunError`] where the listener itself breaks; connections in progress are drained first.
    pub async fn run<S: Application>(
        self,
        application: S,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Drained, RunError> {
        let crowd = Crowd::new(self.limits.max_connections_per_address);
        let host = Arc::new(Host::new(application, self.limits, self.proxies));
        let listener = self.listener;
        let tls = self.tls.as_ref();
        let broken = tokio::select! {
            error = admit(
                &host.gate,
                |cx| listener.poll_accept(cx),
                |(stream, from), place| {
                    let Ok(entrance) = enter(&host, &crowd, stream, from.ip()) else {
                        return;
                    };
                    match tls {
                        Some(tls) => tokio::spawn(entrance.encrypted(tls.acceptor.clone(), place)),
                        None => tokio::spawn(entrance.plain(place)),
                    };
                },
            ) => Some(error),
            () = follow(tls, &host.limits) => None,
            () = shutdown => None,
        };
        drop(listener);
        let drained = host.gate.drain(host.limits.drain_timeout).await;
        broken.map_or(Ok(drained), |error| Err(RunError::Listener(error)))
    }
}

impl Tls {
    fn open(files: &TlsFiles) -> Result<Self, CertificateError> {
        let certificate = Certificate::open(files)?;
        let config = tls::config(certificate.clone())?;
        Ok(Self {
            acceptor: TlsAcceptor::from(config),
            certificate,
        })
    }
}

/// Follows the certificate's files for ever; without TLS just for ever.
async fn follow(tls: Option<&Tls>, limits: &Limits) {
    match tls {
        Some(tls) => match tls.certificate.follow(limits.certificate_interval).await {},
        None => std::future::pending().await,
    }
}

/// A connection that has its seat.
struct Entrance<S> {
    host: Arc<Host<S>>,
    stream: TcpStream,
    address: IpAddr,
    seat: Option<Seat>,
}

/// No seat is left for this address; it has been told.
struct Crowded;

fn enter<S: Application>(
    host: &Arc<Host<S>>,
    crowd: &Arc<Crowd>,
    stream: TcpStream,
    address: IpAddr,
) -> Result<Entrance<S>, Crowded> {
    let address = address.to_canonical();
    let seat = if is_proxy(address, &host.proxies) {
        None
    } else {
        let seat = crowd.seat(address);
        if seat.is_none() {
            // Whether it arrives is the client's luck; to wait for it would cost a place.
            let _told = stream.try_write(CROWDED);
            return Err(Crowded);
        }
        seat
    };
    // Without it a small reply waits for the acknowledgement of the one before. A socket that is
    // already gone is noticed when it is read.
    let _unset = stream.set_nodelay(true);
    Ok(Entrance {
        host: Arc::clone(host),
        stream,
        address,
        seat,
    })
}

impl<S: Application> Entrance<S> {
    async fn plain<P>(self, place: P) {
        let peer = Peer::network(self.address, false);
        self.host.serve(self.stream, peer).await;
        drop((self.seat, place));
    }

    async fn encrypted<P>(self, acceptor: TlsAcceptor, place: P) {
        let peer = Peer::network(self.address, true);
        if let Some(stream) = handshake(&self.host, self.stream, &acceptor).await {
            self.host.serve(stream, peer).await;
        }
        drop((self.seat, place));
    }
}

/// Shakes hands in time, unless the server leaves first.
async fn handshake<S: Application>(
    host: &Host<S>,
    stream: TcpStream,
    acceptor: &TlsAcceptor,
) -> Option<TlsStream<TcpStream>> {
    let shaken = timeout(host.limits.handshake_timeout, acceptor.accept(stream));
    tokio::select! {
        () = host.gate.leaving() => None,
        shaken = shaken => shaken.ok()?.ok(),
    }
}
