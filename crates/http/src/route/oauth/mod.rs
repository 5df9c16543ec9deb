//! The OAuth endpoints of a realm. What they mean is `symbolon_oauth`'s; here is how they are asked
//! and answered over HTTP.

mod answer;
mod cors;
mod form;
mod introspect;
mod jwks;
mod metadata;
mod revoke;
mod status_list;
mod token;
mod userinfo;

pub(super) use answer::Refused;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Those that a program in a browser may call, and introspection, which is for servers.
pub(super) fn routes(app: &App) -> Router<App> {
    let shared = Router::new()
        .route(
            "/.well-known/oauth-authorization-server",
            get(metadata::metadata),
        )
        .route("/.well-known/openid-configuration", get(metadata::metadata))
        .route("/jwks", get(jwks::jwks))
        .route("/status", get(status_list::all))
        .route("/status/{bucket}", get(status_list::one))
        .route("/token", post(token::token))
        .route("/revoke", post(revoke::revoke))
        .route("/userinfo", get(userinfo::asked).post(userinfo::posted));
    cors::share(shared, app).route("/introspect", post(introspect::introspect))
}
