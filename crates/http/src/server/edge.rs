//! One request, from the wire to the application and back.
//!
//! 1. It is in progress from now on.
//! 2. Its peer is known: the connection's, or the one behind a configured proxy.
//! 3. Its head names one host, and its body is read whole; or it is refused.
//! 4. The application answers.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, Version};
use hyper::body::Incoming;
use ipnet::IpNet;
use tokio::time::Instant;
use tower::{Service, ServiceExt};

use super::body::whole;
use super::forwarded::{Peer, Via, behind, is_proxy};
use super::host;
use super::limit::Limits;
use super::pulse::Pulse;
use super::reply::{Refusal, Reply, refusal};

/// What the server serves: an `axum::Router`, or any other tower service of this shape. It is
/// implemented for all of them.
pub trait Application:
    Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Application for S where
    S: Service<
            Request<Body>,
            Response = Response<Body>,
            Error = Infallible,
            Future: Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static
{
}

/// One connection's side of the application.
pub(super) struct Edge<S> {
    pub(super) application: S,
    pub(super) limits: Arc<Limits>,
    pub(super) proxies: Arc<[IpNet]>,
    /// Who opened the connection.
    pub(super) caller: Peer,
    pub(super) pulse: Arc<Pulse>,
}

impl<S: Application> Edge<S> {
    /// Answers one request.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Reply>, Infallible> {
        let version = request.version();
        let multiplexed = version == Version::HTTP_2;
        let flight = self.pulse.begin(multiplexed, Instant::now);
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(self.peer(&parts.headers));
        let taken = match host::check(&parts.headers, version) {
            Ok(()) => whole(body, &self.limits).await.map_err(Refusal::from),
            Err(fault) => Err(fault.into()),
        };
        let response = match taken {
            Ok(body) => {
                let application = self.application.clone();
                application
                    .oneshot(Request::from_parts(parts, body))
                    .await?
            }
            Err(why) => {
                flight.refuse();
                refusal(why, version)
            }
        };
        Ok(response.map(|body| Reply::new(body, flight)))
    }

    fn peer(&self, headers: &HeaderMap) -> Peer {
        let proxied =
            self.caller.via == Via::Network && is_proxy(self.caller.address, &self.proxies);
        if proxied {
            behind(self.caller, headers, &self.proxies)
        } else {
            self.caller
        }
    }
}
