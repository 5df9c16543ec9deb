//! What `dev` has to try things with: a resource that tokens are meant for, and an app that people sign
//! in to. Each is there only where the operator named it.

mod app;
mod resource;

use axum::routing::{Router, get};

use crate::app::App;

/// Where the resource describes itself.
const DESCRIBED: &str = "/.well-known/oauth-protected-resource/demo/resource";

pub(super) fn routes(app: &App) -> Router<App> {
    let mut router = Router::new();
    if app.options().demo.is_some() {
        router = router
            .route("/demo/resource", get(resource::resource))
            .route(DESCRIBED, get(resource::described));
    }
    if app.options().demo_app.is_some() {
        router = router
            .route("/demo/app", get(app::begin))
            .route("/demo/app/callback", get(app::finish));
    }
    router
}
