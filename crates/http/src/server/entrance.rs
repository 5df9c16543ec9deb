//! The way in: from an accepted socket to a connection that is served.
//!
//! 1. A seat for its address; a configured proxy needs none.
//! 2. Small replies leave at once.
//! 3. TLS, where the server speaks it, within the handshake's time.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connection::Host;
use super::crowd::{Crowd, Seat};
use super::edge::Application;
use super::forwarded::{Peer, is_proxy};

/// What one address gets when it holds all the connections that it may.
const CROWDED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\
    Retry-After: 1\r\nContent-Length: 0\r\n\r\n";

/// A connection that has its seat.
pub(super) struct Entrance<S> {
    host: Arc<Host<S>>,
    stream: TcpStream,
    address: IpAddr,
    seat: Option<Seat>,
}

/// No seat is left for this address; it has been told.
pub(super) struct Crowded;

pub(super) fn enter<S: Application>(
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
    pub(super) async fn plain<P>(self, place: P) {
        let peer = Peer::network(self.address, false);
        self.host.serve(self.stream, peer).await;
        drop((self.seat, place));
    }

    pub(super) async fn encrypted<P>(self, acceptor: TlsAcceptor, place: P) {
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
