//! Which web pages may read an answer (Fetch standard, CORS protocol).
//!
//! A preflight names no client, so any origin that a client of the realm registered passes; `null`
//! never, and never with credentials: clients prove themselves by parameters, not by cookies.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use symbolon_identity::client;

use crate::app::App;
use crate::call::Asked;
use crate::route::unknown;

/// How long a browser may remember a preflight, in seconds: what Chromium allows at most.
const MAX_AGE: &str = "7200";

/// Lets the pages of registered origins read what these routes answer. No route answers `OPTIONS`, so
/// what is said of a wrong method must pass through here too: a layer reaches only what stands before
/// it.
pub(super) fn share(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .method_not_allowed_fallback(unknown::method)
        .layer(from_fn_with_state(app.clone(), allow))
}

async fn allow(State(app): State<App>, asked: Asked, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        // A cache must not give this answer, which lets nobody read it, to a page.
        let mut response = next.run(request).await;
        let vary = HeaderValue::from_static("origin");
        response.headers_mut().append(VARY, vary);
        return response;
    };
    let is_allowed = is_registered(&app, &asked, &origin).await;
    let is_preflight = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        preflight(is_allowed)
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if is_allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}

async fn is_registered(app: &App, asked: &Asked, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    match client::origins(app.world(), asked.realm.node).await {
        Ok(origins) => origins.contains(origin),
        Err(error) => {
            tracing::warn!(%error, "the registered origins could not be read");
            false
        }
    }
}

fn preflight(is_allowed: bool) -> Response {
    if !is_allowed {
        return StatusCode::NO_CONTENT.into_response();
    }
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
