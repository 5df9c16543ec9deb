//! What is counted: replies by route and status, how long they took, tokens by format.
//!
//! A request costs two additions to numbers that stand ready: no lock, no lookup by label. The text
//! form is made only when somebody reads it (`text`).

mod gate;
mod histogram;
mod kind;
mod text;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use symbolon_token::secret::Secret;

pub(crate) use gate::gate_text;
pub use gate::{Asked, GateCounts, Known};
use histogram::Histogram;
pub(crate) use kind::Route;
pub(crate) use text::text;

/// How every opaque token begins; no JWT does.
const PREFIX: &str = "sym_";

/// Statuses that are counted apart; every other is counted as 0.
const STATUSES: [u16; 21] = [
    0, 200, 201, 204, 302, 303, 304, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 429,
    500, 503,
];

/// What is counted since the start.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    routes: [PerRoute; Route::ALL.len()],
    jwt: AtomicU64,
    opaque: AtomicU64,
    revocation_lag: Histogram,
}

#[derive(Debug, Default)]
struct PerRoute {
    statuses: [AtomicU64; STATUSES.len()],
    seconds: Histogram,
}

impl Metrics {
    /// Counts a reply.
    pub(crate) fn answered(&self, route: Route, status: StatusCode, took: Duration) {
        let Some(counts) = self.routes.get(route as usize) else {
            return;
        };
        let known = STATUSES.binary_search(&status.as_u16()).unwrap_or(0);
        if let Some(count) = counts.statuses.get(known) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        counts.seconds.observe(took);
    }

    /// Counts how long it took until a follower enforced a death.
    pub(crate) fn enforced(&self, lag: Duration) {
        self.revocation_lag.observe(lag);
    }

    /// Counts an access token that was given out.
    pub(crate) fn issued(&self, token: &Secret) {
        let is_opaque = token.reveal().starts_with(PREFIX);
        let count = if is_opaque { &self.opaque } else { &self.jwt };
        count.fetch_add(1, Ordering::Relaxed);
    }
}
