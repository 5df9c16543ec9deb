//! What every route needs: the world, the clock, and what the operator chose. One `Arc`, cloned for
//! each request.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use symbolon_authority::feed::Feed;
use symbolon_authority::status_list::StatusLists;
use symbolon_gate::Gate;
use symbolon_identity::{LoadError, World};
use symbolon_signin::SignIn;
use symbolon_signin::pool::Limits;
use symbolon_token::time::Time;

use crate::demo::Verifiers;
use crate::metrics::Metrics;

/// The clock. Only the edge reads it, once for each request.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// How far the clock is ahead of the machine's: it never goes back, so it may have to wait.
pub type Lag = Arc<dyn Fn() -> Duration + Send + Sync>;

pub use symbolon_identity::Trust;

/// What the operator may choose about the routes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether anybody may read `/metrics`; otherwise only loopback and the local socket.
    pub metrics_public: bool,
    /// The audience of the demo resource, which is there only where this is.
    pub demo: Option<String>,
    /// The demo app's `client_id`; it is there only where this is.
    pub demo_app: Option<String>,
    /// What proxies ask of the first realm; the endpoints are there only where this is.
    pub gate: Option<Arc<Gate>>,
    /// How often a canary dies whose death verifiers acknowledge; none does where this is absent.
    pub canary: Option<Duration>,
}

/// The application's state.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    world: Arc<World>,
    clock: Clock,
    lag: Lag,
    trust: Trust,
    options: Options,
    metrics: Metrics,
    feed: Feed,
    demo: Verifiers,
    sign_in: SignIn,
    status_lists: StatusLists,
}

impl App {
    /// The state of a server over this world.
    #[must_use]
    pub fn new(world: Arc<World>, clock: Clock, options: Options) -> Self {
        Self::with_lag(world, clock, options, Arc::new(|| Duration::ZERO))
    }

    /// The same, with a clock that knows how far it is ahead of the machine's.
    #[must_use]
    pub fn with_lag(world: Arc<World>, clock: Clock, options: Options, lag: Lag) -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let asked = Arc::clone(&clock);
        let now = move || asked();
        Self(Arc::new(Inner {
            sign_in: SignIn::new(Limits::of_processors(processors)).beside(&world, now),
            world,
            clock,
            lag,
            trust: Arc::new(|| true),
            options,
            metrics: Metrics::default(),
            feed: Feed::default(),
            status_lists: StatusLists::default(),
            demo: Verifiers::default(),
        }))
    }

    /// The same, with a clock that knows whether it is to be believed; while nobody else has it.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.0.world.trust_clock(Arc::clone(&trust));
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.trust = trust;
        }
        self
    }

    /// Everything that verbs need.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.0.world
    }

    /// What time it is. For the edge; routes have `Asked::call`.
    #[must_use]
    pub fn now(&self) -> Time {
        (self.0.clock)()
    }

    /// How far that time is ahead of the machine's clock.
    #[must_use]
    pub(crate) fn lag(&self) -> Duration {
        (self.0.lag)()
    }

    /// Whether that time is believed.
    #[must_use]
    pub(crate) fn is_trusted(&self) -> bool {
        (self.0.trust)()
    }

    /// What the operator chose.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// What verifiers are told.
    #[must_use]
    pub fn feed(&self) -> &Feed {
        &self.0.feed
    }

    /// What the demo resource verifies by.
    #[must_use]
    pub(crate) fn demo(&self) -> &Verifiers {
        &self.0.demo
    }

    /// What signing in needs.
    #[must_use]
    pub fn sign_in(&self) -> &SignIn {
        &self.0.sign_in
    }

    /// The status lists that are kept.
    #[must_use]
    pub(crate) fn status_lists(&self) -> &StatusLists {
        &self.0.status_lists
    }

    /// Hears what followers of this process acknowledged at others.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn collect_acknowledgements(&self) -> Result<(), LoadError> {
        let lags = self.feed().collect(self.world(), self.now()).await?;
        for lag in lags {
            self.metrics().enforced(lag);
        }
        Ok(())
    }

    /// What is counted.
    #[must_use]
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
