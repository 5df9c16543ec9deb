//! The first start's one-time link. Fetching it shows a page and spends nothing; the page's button, a
//! POST, spends it and shows an administrator's token, this once.

mod look;
mod page;
mod redeem;

use axum::routing::{Router, get};

use crate::app::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/setup/{text}", get(look::look).post(redeem::redeem))
}
