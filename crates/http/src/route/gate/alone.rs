//! A gate in a process of its own: its endpoints, its public key, whether it lives, and what it counts.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use axum::response::IntoResponse;
use symbolon_gate::{Decision, Gate, Judge, Sign};
use tower::service_fn;

use super::asked;
use crate::app::Clock;
use crate::metrics::{GateCounts, Known, gate_text};
use crate::route::health::{OPEN_METRICS, is_near};
use crate::server::{Application, Peer};

/// How long services may keep the public key: a restart makes another.
const KEPT: &str = "public, max-age=60";

/// A gate, and whom it asks.
pub struct Alone<J, S> {
    /// What the operator chose.
    pub gate: Gate,
    /// Who judges.
    pub judge: J,
    /// Who signs.
    pub signer: S,
    /// The JWK set by which assertions are checked, where they are wanted.
    pub jwks: Option<String>,
    /// The clock.
    pub clock: Clock,
    /// What is counted, and who may read it.
    pub meter: Meter,
}

/// What is counted, and who may read it.
pub struct Meter {
    /// What is counted.
    pub counts: Arc<GateCounts>,
    /// How what is known by the feed stands now, audience by audience.
    pub known: Arc<dyn Fn() -> Vec<Known> + Send + Sync>,
    /// Whether anybody may read `/metrics`; otherwise only who asks from this machine.
    pub public: bool,
}

impl Meter {
    fn answer(&self, request: &Request<Body>) -> Response<Body> {
        let peer = request.extensions().get::<Peer>();
        let near = peer.is_some_and(|peer| is_near((peer.via, peer.hop), request.headers()));
        if !near && !self.public {
            return StatusCode::FORBIDDEN.into_response();
        }
        match gate_text(&self.counts, (self.known)()) {
            Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// Everything that such a process serves.
#[must_use]
pub fn gate_router<J, S>(alone: Arc<Alone<J, S>>) -> impl Application
where
    J: Judge + 'static,
    S: Sign + 'static,
{
    service_fn(move |request| answer(Arc::clone(&alone), request))
}

async fn answer<J: Judge, S: Sign>(
    alone: Arc<Alone<J, S>>,
    request: Request<Body>,
) -> Result<Response<Body>, Infallible> {
    let mut response = match (request.uri().path(), &alone.jwks) {
        ("/healthz", _) => "ok\n".into_response(),
        ("/metrics", _) => alone.meter.answer(&request),
        ("/gate/jwks", Some(jwks)) => {
            let about = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, KEPT)];
            (about, jwks.clone()).into_response()
        }
        (_, _) => {
            let ports = (&alone.judge, &alone.signer);
            let answered = asked(&alone.gate, ports, request, (alone.clock)()).await;
            let answered = answered.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response());
            if let Some(decision) = answered.extensions().get::<Decision>() {
                alone.meter.counts.decided(decision);
            }
            answered
        }
    };
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    Ok(response)
}
