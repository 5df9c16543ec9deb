//! The routes, and what surrounds each of them.
//!
//! 1. The request gets its name and time, and its realm ([`crate::realm`]).
//! 2. A route answers, by the realm's own path.
//! 3. A problem is written; every reply carries the request's name and the headers that keep browsers
//!    from guessing and caches from keeping.
//! 4. It is counted.

mod demo;
mod health;
mod oauth;
mod setup;
mod unknown;
mod v1;

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
use crate::problem::Problem;
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
        .merge(health::routes())
        .merge(v1::routes())
        .merge(setup::routes())
        .merge(demo::routes(app))
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
    let mut response = caught(routes.call(request)).await?;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let mut written = problem.response(name);
        if let Some(allowed) = response.headers_mut().remove(ALLOW) {
            written.headers_mut().insert(ALLOW, allowed);
        }
        response = written;
    }
    finish(&mut response, name);
    app.metrics()
        .answered(route, response.status(), began.elapsed());
    Ok(response)
}

/// A route that panics costs its own request a 500, not the connection's other requests.
async fn caught(
    answered: impl Future<Output = Result<Response<Body>, Infallible>>,
) -> Result<Response<Body>, Infallible> {
    let answered = AssertUnwindSafe(answered).catch_unwind().await;
    answered.unwrap_or_else(|_| Ok(Problem::internal("a route panicked").into_response()))
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
