//! Where and how to listen, and what can be wrong with it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};

use super::limit::{BACKLOG, Limits};
use super::tls::{CertificateError, TlsFiles};

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct Listen {
    /// The address; port 0 takes any free one. `[::]` takes IPv4 too.
    pub address: SocketAddr,
    /// Serve TLS with these files; without them, plain text.
    pub tls: Option<TlsFiles>,
    /// Proxies whose forwarding headers are believed. Empty: nobody's.
    pub proxies: Vec<IpNet>,
    /// What is allowed.
    pub limits: Limits,
}

/// Why the server cannot listen. Each sentence says what to do.
#[derive(Debug, Error)]
pub enum BindError {
    /// Another process listens there.
    #[error("{address} is in use by another process; stop it or listen elsewhere")]
    AddressInUse {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Ports below 1024 need a privilege.
    #[error(
        "this user may not listen on {address}; take a port above 1023 or grant CAP_NET_BIND_SERVICE"
    )]
    AddressForbidden {
        /// The address asked for.
        address: SocketAddr,
    },
    /// No interface has the address.
    #[error("this machine has no address {}; listen on one of its own, or on 0.0.0.0", address.ip())]
    AddressForeign {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Something else.
    #[error("cannot listen on {address}: {source}")]
    Address {
        /// The address asked for.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// TLS files that cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A running server answers on the local socket.
    #[error("a server is already running behind {}; stop it first", path.display())]
    SocketServed {
        /// The socket.
        path: PathBuf,
    },
    /// There is a file, and it is no socket.
    #[error("{} is a file and not a socket; move it away or choose another path", path.display())]
    SocketOccupied {
        /// The file.
        path: PathBuf,
    },
    /// The local socket cannot be made.
    #[error("cannot make the local socket {}: {source}; its directory must exist, be writable and have a path below 80 characters", path.display())]
    Socket {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Why a running server ended by itself.
#[derive(Debug, Error)]
pub enum RunError {
    /// The kernel closed the listening socket.
    #[error("the listening socket is broken: {0}")]
    Listener(io::Error),
}

/// A listening socket.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, BindError> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    };
    socket
        .and_then(|socket| {
            // A restart must not wait for the connections of the process before to time out.
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)
        })
        .map_err(|source| explained(address, source))
}

fn explained(address: SocketAddr, source: io::Error) -> BindError {
    let kind = source.kind();
    if kind == ErrorKind::AddrInUse {
        BindError::AddressInUse { address }
    } else if kind == ErrorKind::PermissionDenied {
        BindError::AddressForbidden { address }
    } else if kind == ErrorKind::AddrNotAvailable {
        BindError::AddressForeign { address }
    } else {
        BindError::Address { address, source }
    }
}
