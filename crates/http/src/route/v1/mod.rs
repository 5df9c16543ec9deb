//! The management API. Every noun has its folder, every action its file.
//!
//! A realm's own tokens manage it, each action by its scope; realms are managed with tokens of the
//! first one. Errors are problem documents, lists are pages, and a POST with an `Idempotency-Key` is
//! done once.

mod client;
mod grant;
mod journal;
mod key;
mod openapi;
mod password;
mod realm;
mod resource;
mod revocation;
mod secret;
mod session;
mod subject;
mod suspension;
mod token;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::app::App;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .merge(clients())
        .merge(subjects())
        .merge(others())
        .route("/v1/openapi.json", get(openapi::document))
}

fn clients() -> Router<App> {
    let one = get(client::show)
        .put(client::replace)
        .patch(client::merge)
        .delete(client::end);
    Router::new()
        .route("/v1/clients", get(client::list).post(client::create))
        .route("/v1/clients/{client_id}", one)
        .route("/v1/clients/{client_id}/disable", post(client::disable))
        .route("/v1/clients/{client_id}/enable", post(client::enable))
        .route(
            "/v1/clients/{client_id}/secrets",
            get(secret::list).post(secret::issue),
        )
        .route(
            "/v1/clients/{client_id}/secrets/{id}",
            delete(secret::revoke),
        )
}

fn subjects() -> Router<App> {
    let one = get(subject::show)
        .put(subject::replace)
        .patch(subject::merge)
        .delete(subject::end);
    Router::new()
        .route("/v1/subjects", get(subject::list).post(subject::create))
        .route("/v1/subjects/{id}", one)
        .route("/v1/subjects/{id}/disable", post(subject::disable))
        .route("/v1/subjects/{id}/enable", post(subject::enable))
        .route("/v1/subjects/{id}/erase", post(subject::erase))
        .route(
            "/v1/subjects/{id}/password",
            get(password::show).delete(password::end),
        )
        .route(
            "/v1/subjects/{id}/password/disable",
            post(password::disable),
        )
        .route("/v1/subjects/{id}/password/enable", post(password::enable))
        .route(
            "/v1/subjects/{id}/password-link",
            post(subject::issue_password_link),
        )
        .route(
            "/v1/subjects/{id}/sessions",
            get(session::list).delete(session::end_all),
        )
        .route("/v1/subjects/{id}/grants", get(grant::list))
        .route("/v1/sessions/{id}", get(session::show).delete(session::end))
        .route("/v1/grants/{id}", get(grant::show).delete(grant::withdraw))
}

fn others() -> Router<App> {
    let resource = get(resource::show)
        .put(resource::replace)
        .patch(resource::merge)
        .delete(resource::end);
    Router::new()
        .route("/v1/realms", get(realm::list).post(realm::create))
        .route("/v1/realms/{id}/enable", post(realm::enable))
        .route("/v1/resources", get(resource::list).post(resource::create))
        .route("/v1/resources/{id}", resource)
        .route("/v1/keys", get(key::list))
        .route("/v1/keys/rotate", post(key::rotate))
        .route("/v1/keys/{kid}/revoke", post(key::revoke))
        .route("/v1/journal", get(journal::search))
        .route("/v1/journal/tail", get(journal::tail))
        .route("/v1/journal/checkpoint", get(journal::checkpoint))
        .route("/v1/journal/proofs/{sequence}", get(journal::prove))
        .route("/v1/journal/growth", get(journal::growth))
        .route("/v1/revocations", post(revocation::create))
        .route("/v1/revocations/preview", post(revocation::preview))
        .route("/v1/revocations/{id}", get(revocation::progress))
        .route("/v1/suspensions", post(suspension::suspend))
        .route("/v1/suspensions/resume", post(suspension::resume))
        .route("/v1/tokens/inspect", post(token::inspect))
        .route("/v1/tokens/verify", post(token::verify))
        .route("/v1/tokens/revoke", post(token::revoke))
        .route("/v1/tokens/why", post(token::why))
}
