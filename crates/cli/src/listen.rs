//! Serve: the address, the local socket and the background tasks, until a signal says leave.
//!
//! 1. SIGTERM and SIGINT begin the drain; requests in progress finish. SIGHUP, which asks a server to
//!    read its certificate again, never ends one; it ends `dev`, whose terminal is gone then.
//! 2. Both doors drain at once, then the tasks end, then the database closes.

use std::path::Path;
use std::sync::Arc;

use symbolon_http::server::unix::Socket;
use symbolon_http::server::{Drained, Server};
use symbolon_http::{App, Options, router};
use symbolon_outbound::Outbound;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::exit::StartError;
use crate::jwks::Jwks;
use crate::node_lease::{guarded, timed};
use crate::open::Open;
use crate::{clock, feed, operator, task};

/// The doors, open but not yet answered: until then the kernel holds callers.
pub(crate) struct Doors {
    /// The address.
    pub(crate) server: Server,
    /// The local socket, where there is one.
    pub(crate) socket: Option<Socket>,
    /// What closes them. It listens before anybody is told that the doors are open.
    pub(crate) signals: Signals,
}

/// Makes the local socket.
///
/// # Errors
/// [`StartError`].
pub(crate) async fn local(path: Option<&Path>) -> Result<Option<Socket>, StartError> {
    match path {
        Some(path) => Ok(Some(Socket::bind(path).await?)),
        None => Ok(None),
    }
}

/// Serves until a signal.
///
/// # Errors
/// [`StartError`] where a listening socket breaks.
pub(crate) async fn serve(
    open: Open,
    doors: Doors,
    options: Options,
    outbound: symbolon_outbound::Options,
) -> Result<(), StartError> {
    let (now, lag) = (Arc::new(clock::now), Arc::new(clock::lag));
    let app = App::with_lag(Arc::clone(&open.world), now, options, lag);
    let app = app.with_trust(Arc::new(clock::is_trusted));
    let application = timed(router(app.clone()), clock::is_trusted);
    let application = guarded(application, Arc::clone(&open.lease), clock::now);
    let beside = operator::beside(application.clone(), open.world.clone());
    let (leave, left) = watch::channel(false);
    let leaver = app.clone();
    tokio::spawn(async move {
        doors.signals.next().await;
        // Streams never end by themselves; a drain would wait for them.
        leaver.feed().leave();
        leave.send_replace(true);
    });
    // Each with places of its own: hosts of keys that hang hold up no news of a sign-out.
    let jwks = Jwks(Outbound::new(outbound.clone()));
    open.world.jwks_uris.connect(Arc::new(jwks));
    let outbound = Outbound::new(outbound);
    let tasks = task::start(&open, outbound).and(feed::tell(app.clone(), app.options().canary));
    let tasks = tasks.and(feed::share(app.clone()));
    let tasks = tasks.and(feed::collect(app.clone()));
    let network = doors.server.run(application, leaving(left.clone()));
    let local = async {
        match doors.socket {
            Some(socket) => socket.run(beside, leaving(left)).await.map(Some),
            None => Ok(None),
        }
    };
    let (network, local) = tokio::join!(network, local);
    app.sign_in().settle().await;
    tasks.end(&open.world).await;
    open.close().await;
    let (network, _local) = (network?, local?);
    let Drained { cut } = network;
    if cut > 0 {
        tracing::warn!(connections.cut = cut, "stopped, and some requests were cut");
    } else {
        tracing::info!("stopped");
    }
    Ok(())
}

/// Waits for the order to leave, or for the end of whoever would give it.
async fn leaving(mut left: watch::Receiver<bool>) {
    let _ordered = left.wait_for(|left| *left).await;
}

/// The signals that end a server.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    at_hangup: Hangup,
}

/// What a hang-up means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hangup {
    /// The terminal is gone.
    Leave,
    /// Something is to be read again.
    Stay,
}

impl Signals {
    /// Begins to listen; from then on a signal ends nothing by itself.
    ///
    /// # Errors
    /// [`StartError`].
    pub(crate) fn listen(at_hangup: Hangup) -> Result<Self, StartError> {
        let on = |kind| {
            signal(kind).map_err(|error| {
                StartError::Sentence(format!("signals cannot be received: {error}"))
            })
        };
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hangup: on(SignalKind::hangup())?,
            at_hangup,
        })
    }

    /// Waits for one.
    pub(crate) async fn next(mut self) {
        let name = loop {
            tokio::select! {
                _ = self.terminate.recv() => break "SIGTERM",
                _ = self.interrupt.recv() => break "SIGINT",
                _ = self.hangup.recv() => if self.at_hangup == Hangup::Leave {
                    break "SIGHUP";
                },
            }
        };
        tracing::info!(signal = name, "draining");
    }
}
