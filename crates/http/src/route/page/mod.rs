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

use axum::Router;
use axum::body::Body;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Response};
use axum::response::IntoResponse;
use axum::routing::get;
use symbolon_web::error::Cause;

use crate::app::App;
use crate::call::Asked;
use answer::Fault;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/assets/{file}", get(asset::send))
        .route("/authorize", get(authorize::begin).post(authorize::again))
        .route("/logout", get(logout::begin).post(logout::again))
        .route("/sign-in/", get(sign_in::show).post(sign_in::submit))
        .route("/consent/", get(consent::show).post(consent::submit))
        .route("/sign-out/", get(sign_out::show).post(sign_out::submit))
        .route("/sign-out/done", get(sign_out::done))
        .route(
            "/set-password/",
            get(set_password::show).post(set_password::change),
        )
        .route(
            "/set-password/{link}",
            get(set_password::look).post(set_password::redeem),
        )
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
