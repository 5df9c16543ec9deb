//! Follow the feed of an issuer: know within milliseconds which tokens were revoked.
//!
//! [`Follow`] is told where and as whom; [`start`](Follow::start) spawns three tasks on the current tokio
//! runtime and gives a [`Following`], which ends them when it is dropped:
//!
//! - one listens: a stream that begins with a snapshot, deltas where frames are missing, polls where streams do not pass;
//! - one acknowledges, once a second and at once after a frame that kills; its echo makes what is known
//!   fresh as of the moment at which its nonce left;
//! - one keeps the issuer's keys: fetched ahead, kept when they cannot be fetched, with a cool-down for
//!   names that nobody knows.

mod acknowledge;
mod backoff;
mod clock;
pub mod http;
mod keys;
mod listen;
mod poll;
mod shared;
mod source;
mod status;

use std::sync::Arc;
use std::time::Duration;

use symbolon_token::random::Random;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use self::shared::{MAX_REPORTS, Shared};
use self::status::count;
use crate::freshness::{Bounds, Freshness};
use crate::guard::Guard;
use crate::moment::Clock;
use crate::verifier::Verifier;

pub use backoff::LONGEST;
pub use clock::System;
pub use keys::{ANNOUNCED, COOL_DOWN};
pub use source::{Event, Events, Failure, Fetched, Polled, Source, Wanted};
pub use status::{Counted, Status};

/// What to follow, and how.
pub struct Follow {
    verifier: Verifier,
    source: Box<dyn Source>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    stays_open: bool,
}

impl Follow {
    /// Follows a source, for a verifier that was made to follow
    /// ([`Verifier::following`](crate::Verifier::following)). The machine's own clocks and chance.
    #[must_use]
    pub fn new(verifier: Verifier, source: impl Source) -> Self {
        Self {
            verifier,
            source: Box::new(source),
            clock: Arc::new(System),
            random: Arc::new(System),
            stays_open: false,
        }
    }

    /// Over HTTP: the issuer's metadata says where everything is, and the client authenticates itself
    /// by its secret.
    ///
    /// # Errors
    /// [`Failure::Refused`] for an issuer that is no https address (http passes on loopback).
    pub fn http(issuer: &str, audience: &str, client: http::Client) -> Result<Self, Failure> {
        let source = http::Http::new(issuer, audience, client)?;
        Ok(Self::new(Verifier::following(issuer, audience), source))
    }

    /// When knowledge is FRESH, STALE, DARK.
    #[must_use]
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.verifier = self.verifier.bounds(bounds);
        self
    }

    /// Changes the verifier: the type of its tokens, how many it remembers.
    #[must_use]
    pub fn verifier(mut self, change: impl FnOnce(Verifier) -> Verifier) -> Self {
        self.verifier = change(self.verifier);
        self
    }

    /// Says that some route goes on in the DARK ([`Policy::BoundedOpen`](crate::Policy::BoundedOpen)), so
    /// that the authority's receipts do not promise that this follower refuses by itself. Layers and
    /// requests say so too, from when they are met; this says it from the start.
    #[must_use]
    pub fn stays_open(mut self) -> Self {
        self.stays_open = true;
        self
    }

    /// Other clocks and chance: a simulation's.
    #[must_use]
    pub fn edge(mut self, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        self.clock = clock;
        self.random = random;
        self
    }

    /// Starts on the current tokio runtime. It does not wait: until the feed has come, nothing passes.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start(self) -> Following {
        let (sender, mut reports) = mpsc::channel(MAX_REPORTS);
        let bounds = self.verifier.bounds_kept();
        let verifier = Arc::new(self.verifier);
        let edge = (Arc::clone(&self.clock), self.random);
        let mut shared = Shared::new(Arc::clone(&verifier), self.source, edge, sender);
        shared.dark_after = (!self.stays_open).then_some(bounds.dark);
        let shared = Arc::new(shared);
        let guard = Guard::new(verifier, self.clock).asking(Arc::clone(&shared) as Arc<_>);
        let mut tasks = JoinSet::new();
        let own = Arc::clone(&shared);
        tasks.spawn(async move { own.listen().await });
        let acknowledging = tasks.spawn(Arc::clone(&shared).acknowledge_always());
        let own = Arc::clone(&shared);
        tasks.spawn(async move { own.keep_keys().await });
        let own = Arc::clone(&shared);
        tasks.spawn(async move {
            while let Some(report) = reports.recv().await {
                match own.source.report(&report).await {
                    Ok(()) => count(&own.counters.reports),
                    Err(failure) => own.failed(&failure),
                }
            }
        });
        Following {
            guard,
            shared,
            tasks,
            acknowledging,
        }
    }
}

/// A feed that is followed until this is dropped.
pub struct Following {
    guard: Guard,
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    acknowledging: AbortHandle,
}

impl Following {
    /// What stands before routes.
    #[must_use]
    pub fn guard(&self) -> Guard {
        self.guard.clone()
    }

    /// How it goes.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// Waits until the feed and the keys have come, or a time has passed. Whether they have.
    pub async fn ready(&self, within: Duration) -> bool {
        let mut news = self.shared.news.subscribe();
        let ready = async {
            while self.shared.status().freshness != Freshness::Fresh
                || !self.guard.verifier().has_keys()
            {
                let news = timeout(Duration::from_millis(20), news.changed());
                if let Ok(Err(_)) = news.await {
                    return;
                }
            }
        };
        timeout(within, ready).await.is_ok()
    }

    /// Stops, and says so to the authority, so that no receipt waits for this follower.
    pub async fn leave(mut self) {
        self.acknowledging.abort();
        // Its stream stays until then: who does not listen is not known to other processes.
        self.shared.farewell().await;
        self.tasks.shutdown().await;
    }
}
