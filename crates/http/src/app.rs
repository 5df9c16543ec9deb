//! What every route needs: the world, the clock, and what the operator chose. One `Arc`, cloned for
//! each request.

use std::sync::Arc;

use symbolon_identity::World;
use symbolon_token::time::Time;

use crate::metrics::Metrics;

/// The clock. Only the edge reads it, once for each request.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// What the operator may choose about the routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether anybody may read `/metrics`; otherwise only loopback and the local socket.
    pub metrics_public: bool,
    /// The audience of the demo resource, which is there only where this is.
    pub demo: Option<String>,
}

/// The application's state.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    world: Arc<World>,
    clock: Clock,
    options: Options,
    metrics: Metrics,
}

impl App {
    /// The state of a server over this world.
    #[must_use]
    pub fn new(world: Arc<World>, clock: Clock, options: Options) -> Self {
        Self(Arc::new(Inner {
            world,
            clock,
            options,
            metrics: Metrics::default(),
        }))
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

    /// What the operator chose.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// What is counted.
    #[must_use]
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
