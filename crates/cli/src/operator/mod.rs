//! What only an operator on this machine may ask: routes beside the API's, on the local socket and
//! inside this process alone. No token opens them.
//!
//! | route | does |
//! |---|---|
//! | `POST /v1/operator/backup` `{"file": …}` | copies the live database into a new file |
//! | `POST /v1/operator/journal/verify` `{"against": […]}` | walks through the whole journal |
//! | `POST /v1/operator/journal/acknowledge` `{"unsigned": …}` | goes on behind seals that broke |
//! | `POST /v1/operator/journal/export` `{"file": …}` | writes sealed segments into a new file |
//! | `POST /v1/operator/journal/retention` `{"days": …}` | says or sets how long a realm's is kept |
//! | `GET /v1/operator/state` | says how database, journal and keys stand |

mod backup;
mod breach;
mod journal;
mod state;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use serde_json::Value;
use symbolon_http::server::Application;
use symbolon_identity::World;
use tower::service_fn;

/// Where the copy is asked for.
pub(crate) const BACKUP: &str = "/v1/operator/backup";

/// Where the state is asked for.
pub(crate) const STATE: &str = "/v1/operator/state";

/// Where the journal is verified.
pub(crate) const VERIFY: &str = "/v1/operator/journal/verify";

/// Where a break of the seals is acknowledged.
pub(crate) const ACKNOWLEDGE: &str = "/v1/operator/journal/acknowledge";

/// Where segments are exported.
pub(crate) const EXPORT: &str = "/v1/operator/journal/export";

/// Where it is said how long a realm's entries are kept.
pub(crate) const RETENTION: &str = "/v1/operator/journal/retention";

/// The routes of the API, and these beside them.
pub(crate) fn beside(routes: impl Application, world: Arc<World>) -> impl Application {
    service_fn(move |request: Request<Body>| {
        let (mut routes, world) = (routes.clone(), Arc::clone(&world));
        async move {
            let method = request.method().clone();
            match (method, request.uri().path()) {
                (Method::POST, path) if path.ends_with(BACKUP) => {
                    Ok(backup::answer(&world, request).await)
                }
                (Method::POST, path) if path.ends_with(VERIFY) => {
                    Ok(journal::verify(&world, request).await)
                }
                (Method::POST, path) if path.ends_with(ACKNOWLEDGE) => {
                    Ok(breach::answer(&world, request).await)
                }
                (Method::POST, path) if path.ends_with(EXPORT) => {
                    Ok(journal::export(&world, request).await)
                }
                (Method::POST, path) if path.ends_with(RETENTION) => {
                    Ok(journal::retention(&world, request).await)
                }
                (Method::GET, path) if path.ends_with(STATE) => Ok(state::answer(&world).await),
                (_, _) => routes.call(request).await,
            }
        }
    })
}

/// A JSON answer.
fn reply(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
}
