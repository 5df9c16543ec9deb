//! The routes, and what surrounds each of them.
//!
//! 1. The request gets its name and time, and its realm ([`crate::realm`]).
//! 2. A route answers, by the realm's own path.
//! 3. A problem is written; every reply carries the request's name and the headers that keep browsers
//!    from guessing and caches from keeping.
//! 4. It is counted.

mod demo;
mod feed;
mod gate;
mod health;
mod oauth;
mod page;
mod setup;
mod unknown;
mod v1;

pub use gate::{Alone, Meter, gate_router};

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use axum::response::IntoResponse;
use futures_util::FutureExt;
use symbolon_token::call::{Actor, Call, RequestId};
use tower::{Service, service_fn};

use crate::app::App;
use crate::call::Arrival;
use crate::metrics::Route;
use crate::problem::{Problem, oauth as oauth_shape};
use crate::realm::resolve;
use crate::server::{Application, Peer, Via};

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything that is served over these routes.
#[must_use]
pub fn router(app: App) -> impl Application {
    let routes = routes(&app).with_state(app.clone());
    service_fn(move |request| answer(app.clone(), routes.clone(), request))
}

fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(oauth::routes(app))
        .merge(feed::routes())
        .merge(health::routes())
        .merge(v1::routes())
        .merge(page::routes())
        .merge(setup::routes())
        .merge(demo::routes(app))
        .merge(gate::routes(app))
        .fallback(unknown::path)
        .method_not_allowed_fallback(unknown::method)
}

async fn answer(
    app: App,
    mut routes: Router,
    mut request: Request<Body>,
) -> Result<Response<Body>, Infallible> {
    let began = Instant::now();
    let arrival = arrive(&app, &mut request);
    let name = arrival.call.request_id;
    request.extensions_mut().insert(arrival);
    let route = Route::of(request.uri().path());
    let path = request.uri().path().to_owned();
    let mut response = match caught(routes.call(request)).await {
        Ok(answered) => answered?,
        Err(Panicked) => failed(&path, name),
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = written(problem, (&path, name), &mut response);
    }
    finish(&mut response, name);
    app.metrics()
        .answered(route, response.status(), began.elapsed());
    Ok(response)
}

/// Step 3: a problem in the shape of its place.
fn written(
    problem: Problem,
    (path, name): (&str, RequestId),
    response: &mut Response<Body>,
) -> Response<Body> {
    let problem = if oauth_shape::is_endpoint(path) {
        problem.at_endpoint()
    } else {
        problem
    };
    let mut written = problem.response(name);
    if let Some(allowed) = response.headers_mut().remove(ALLOW) {
        written.headers_mut().insert(ALLOW, allowed);
    }
    written
}

/// A route panicked.
#[derive(Debug)]
struct Panicked;

/// A route that panics costs its own request a 500, not the connection's other requests.
async fn caught<T>(answered: impl Future<Output = T>) -> Result<T, Panicked> {
    let answered = AssertUnwindSafe(answered).catch_unwind().await;
    answered.map_err(|_| Panicked)
}

/// The answer of a route that panicked, in the shape of its place.
fn failed(path: &str, name: RequestId) -> Response<Body> {
    if oauth_shape::is_endpoint(path) {
        tracing::error!(request.id = %name, "an OAuth endpoint panicked");
        oauth_shape::failed()
    } else {
        Problem::internal("a route panicked").into_response()
    }
}

/// Step 1.
fn arrive(app: &App, request: &mut Request<Body>) -> Arrival {
    let peer = request.extensions().get::<Peer>();
    let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.address);
    let via = peer.map_or(Via::Network, |peer| peer.via);
    let now = app.now();
    let call = Call {
        now,
        request_id: RequestId(app.world().ids.next(now)),
        actor: Actor::Anonymous,
        address: (peer.is_some() && via == Via::Network).then_some(address),
    };
    Arrival {
        call,
        via,
        peer: address,
        realm: resolve(app.world(), request),
    }
}

/// Step 3.
fn finish(response: &mut Response<Body>, name: RequestId) {
    let is_empty = response.status() == StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if let Ok(name) = HeaderValue::try_from(name.to_string()) {
        headers.insert(&X_REQUEST_ID, name);
    }
    if is_empty {
        // RFC 9110 §8.6.
        headers.remove(CONTENT_LENGTH);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use symbolon_token::node::NodeId;

    use super::*;

    async fn after_a_panic(path: &str) -> Response<Body> {
        let name = RequestId(NodeId::from_number(7).unwrap());
        let answered = caught(async { panic!("a test") }).await;
        let Err(Panicked): Result<(), _> = answered else {
            panic!("it was not caught");
        };
        failed(path, name)
    }

    #[tokio::test]
    async fn a_panic_at_an_oauth_endpoint_is_a_server_error() {
        let answer = after_a_panic("/token").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(answer.into_body(), 4096)
            .await
            .unwrap();
        let said: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(said["error"], json!("server_error"));
    }

    #[tokio::test]
    async fn a_panic_elsewhere_is_a_problem() {
        let mut answer = after_a_panic("/v1/tokens/revoke").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.extensions_mut().remove::<Problem>().is_some());
    }
}
