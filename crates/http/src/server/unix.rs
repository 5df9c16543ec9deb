//! The local command socket: how commands reach a running server.
//!
//! Whoever can open the socket commands the server, so nobody else may, not for a moment:
//! 1. A live server behind the path is left alone; a file that is no socket too.
//! 2. The socket is made inside a new directory of mode 0700, where nobody else can reach it.
//! 3. It gets mode 0600 there.
//! 4. It is moved to its path, which replaces a stale one in the same step.
//!
//! Two servers that start at the same moment on the same path are told apart by the lock on the
//! database that they share, not here.

use std::fs::{self, DirBuilder, Permissions};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::{UnixListener, UnixStream};

use super::accept::admit;
use super::connection::Host;
use super::edge::Application;
use super::forwarded::Peer;
use super::gate::Drained;
use super::limit::{Limits, MAX_LOCAL_CONNECTIONS};
use super::listen::{BindError, RunError};

/// Only the owner reads and writes.
const SOCKET_MODE: u32 = 0o600;

/// Only the owner enters.
const DIRECTORY_MODE: u32 = 0o700;

/// Names tried for the private directory: each try means that a start before was killed in the
/// middle and left its directory.
const MAX_DIRECTORIES: u32 = 64;

/// A local socket that listens. Its file goes away with it.
pub struct Socket {
    listener: UnixListener,
    file: SocketFile,
}

/// Binds and serves in one step; see [`Socket`].
///
/// # Errors
/// [`LocalError`]: the socket cannot be made, or breaks later.
pub async fn run<S: Application>(
    path: &Path,
    application: S,
    shutdown: impl Future<Output = ()>,
) -> Result<Drained, LocalError> {
    let socket = Socket::bind(path).await?;
    Ok(socket.run(application, shutdown).await?)
}

/// Why a local socket is not served.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// It cannot be made.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// It broke.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Socket {
    /// Makes the socket, mode 0600, in the place of a stale one.
    ///
    /// # Errors
    /// [`BindError`]: a server answers there, the path is taken, or the system refuses.
    pub async fn bind(path: &Path) -> Result<Self, BindError> {
        vacate(path).await?;
        let refused = |source| BindError::Socket {
            path: path.to_owned(),
            source,
        };
        let listener = make(path).map_err(refused)?;
        let file = SocketFile::of(path).map_err(refused)?;
        let listener = UnixListener::from_std(listener).map_err(refused)?;
        Ok(Self { listener, file })
    }

    /// Serves until `shutdown`, then drains as [`super::Server::run`] does. Requests carry
    /// [`super::Via::Local`].
    ///
    /// # Errors
    /// [`RunError`] where the listener itself breaks.
    pub async fn run<S: Application>(
        self,
        application: S,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Drained, RunError> {
        let limits = Limits {
            max_connections: MAX_LOCAL_CONNECTIONS,
            ..Limits::default()
        };
        let host = Arc::new(Host::new(application, limits, Vec::new()));
        let Self { listener, file } = self;
        let broken = tokio::select! {
            error = admit(
                &host.gate,
                |cx| listener.poll_accept(cx),
                |(stream, _), place| {
                    let host = Arc::clone(&host);
                    tokio::spawn(async move {
                        host.serve(stream, Peer::LOCAL).await;
                        drop(place);
                    });
                },
            ) => Some(error),
            () = shutdown => None,
        };
        drop(listener);
        drop(file);
        host.end(broken).await
    }
}

/// The socket's file, removed when dropped if it is still this one.
struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            // A file that stays is a stale socket, and the next start replaces it.
            let _kept = fs::remove_file(&self.path);
        }
    }
}

/// Step 1: nobody answers behind the path, and nothing but a socket would be replaced.
async fn vacate(path: &Path) -> Result<(), BindError> {
    let path = path.to_owned();
    match fs::symlink_metadata(&path) {
        Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(BindError::Socket { path, source }),
        Ok(found) if !found.file_type().is_socket() => {
            return Err(BindError::SocketOccupied { path });
        }
        Ok(_) => {}
    }
    let Err(source) = UnixStream::connect(&path).await else {
        return Err(BindError::SocketServed { path });
    };
    if is_stale(&source) {
        Ok(())
    } else if source.kind() == ErrorKind::WouldBlock {
        // Its queue is full: it is alive.
        Err(BindError::SocketServed { path })
    } else {
        Err(BindError::Socket { path, source })
    }
}

/// Nobody listens behind the file, or it has just gone away.
fn is_stale(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::NotFound
    )
}

/// Steps 2 to 4.
fn make(path: &Path) -> io::Result<net::UnixListener> {
    let directory = private_directory(path)?;
    let made = make_inside(&directory, path);
    let _left = fs::remove_file(directory.join("s"));
    let _kept = fs::remove_dir(&directory);
    made
}

fn make_inside(directory: &Path, path: &Path) -> io::Result<net::UnixListener> {
    let hidden = directory.join("s");
    let listener = net::UnixListener::bind(&hidden)?;
    fs::set_permissions(&hidden, Permissions::from_mode(SOCKET_MODE))?;
    listener.set_nonblocking(true)?;
    fs::rename(&hidden, path)?;
    Ok(listener)
}

/// A new directory beside `path`: a move within one file system replaces in one step.
fn private_directory(path: &Path) -> io::Result<PathBuf> {
    let parent = path.parent().unwrap_or(Path::new(""));
    let process = std::process::id();
    let mut taken = io::Error::from(ErrorKind::AlreadyExists);
    for attempt in 0..MAX_DIRECTORIES {
        let directory = parent.join(format!(".{process:x}-{attempt:x}"));
        match DirBuilder::new().mode(DIRECTORY_MODE).create(&directory) {
            Ok(()) => return Ok(directory),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}
