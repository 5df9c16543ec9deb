//! The pages: where people sign in, allow, sign out and set passwords; and the two endpoints that send
//! their browsers here, `/authorize` and `/logout`.
//!
//! 1. What is asked travels sealed in `request`, so that nothing is stored for strangers.
//! 2. Every form carries a token that binds it to browser and request ([`browser`]).
//! 3. A POST that was understood answers 303 (RFC 9700 §4.12), or the page with what was wrong.

mod answer;
mod asset;
mod authorize;
mod browser;
mod consent;
mod home;
mod logout;
mod set_password;
mod sign_in;
mod sign_out;
mod visit;

pub(super) use answer::Reply;
pub(super) use browser::cookie;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, ALLOW};
use axum::http::{HeaderMap, HeaderValue, Method, Response};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use symbolon_web::error::Cause;

use super::unknown;
use crate::app::App;
use crate::call::Asked;
use crate::problem::Problem;
use answer::Fault;
use visit::Visit;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/assets/{file}", get(asset::send))
        .route(
            "/authorize",
            get_or_post(get(authorize::begin).post(authorize::again)),
        )
        .route(
            "/logout",
            get_or_post(get(logout::begin).post(logout::again)),
        )
        .route("/sign-in/", get(sign_in::show).post(sign_in::submit))
        .route("/consent/", get(consent::show).post(consent::submit))
        .route("/sign-out/", get(sign_out::show).post(sign_out::submit))
        .route("/sign-out/done", get(sign_out::done))
        .route(
            "/set-password/",
            get(set_password::show).post(set_password::change),
        )
        .route(set_password::DONE, get(set_password::is_set))
        .route(
            "/set-password/{link}",
            get(set_password::look).post(set_password::redeem),
        )
        .merge(without_slash())
}

/// The same pages as people type them.
fn without_slash() -> Router<App> {
    let paths = ["/sign-in", "/consent", "/sign-out", "/set-password"];
    let routes = paths.into_iter();
    routes.fold(Router::new(), |router, path| {
        let on = move |visit| async move { with_slash(&visit, path) };
        router.route(path, get(on))
    })
}

fn with_slash(visit: &Visit, path: &str) -> Result<Response<Body>, Fault> {
    let request = visit.field("request")?;
    let path = format!("{path}/");
    Ok(visit.reply().go_to(visit.site(), (&path, request)))
}

/// A HEAD changes nothing (RFC 9110 §9.2.1), and these two endpoints do: it is refused as other methods
/// are, and `Allow` does not list it.
fn get_or_post(on: MethodRouter<App>) -> MethodRouter<App> {
    on.head(head).fallback(other)
}

async fn head(asked: Asked) -> Response<Body> {
    with_allowed(not_allowed(&asked))
}

async fn other(
    asked: Result<Asked, Problem>,
    headers: HeaderMap,
    method: Method,
) -> Response<Body> {
    with_allowed(unknown::method(asked, headers, method).await)
}

fn with_allowed(mut response: Response<Body>) -> Response<Body> {
    let methods = HeaderValue::from_static("GET,POST");
    response.headers_mut().insert(ALLOW, methods);
    response
}

/// Whether the caller is a browser: only they ask for HTML by name.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter();
    let mut lines = lines.filter_map(|line| line.to_str().ok());
    lines.any(|line| line.contains("text/html"))
}

/// The page where none is.
pub(super) fn unknown(asked: &Asked) -> Response<Body> {
    Fault::new(asked, Cause::NotFound).into_response()
}

/// The page where one is that knows other methods.
pub(super) fn not_allowed(asked: &Asked) -> Response<Body> {
    Fault::new(asked, Cause::MethodNotAllowed).into_response()
}
