//! The server edge: from a socket to a request that the routes can trust, and back.
//!
//! `axum::serve` sets no timer, so the accept loop is our own, over hyper-util. The path of a
//! connection: a place (`gate`), a seat (`crowd`, `entrance`), TLS (`tls`, `certificate`), then HTTP on it
//! (`connection`) with its time watched (`pulse`, `stream`). The path of a request on it (`edge`):
//! who is calling (`forwarded`), one host (`host`), the whole body
//! (`body`), the application, the reply (`reply`).
//! Every limit and its reason: `limit`.
//!
//! | what comes | what happens |
//! |---|---|
//! | a slow head, an idle connection, a reply that is not read | closed |
//! | no `Host` header, or two | 400 |
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
mod entrance;
mod forwarded;
mod gate;
mod host;
pub mod limit;
mod listen;
mod pulse;
mod reply;
mod stream;
mod tls;
pub mod unix;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub use edge::Application;
pub use forwarded::{Peer, Via};
pub use gate::Drained;
pub use limit::Limits;
pub use listen::{BindError, Listen, RunError};
pub use tls::{CertificateError, TlsFiles};

use accept::admit;
use certificate::Certificate;
use connection::Host;
use crowd::Crowd;
use entrance::enter;

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
        host.end(broken).await
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
