//! Issue the one-time link by which a person sets a password.

use axum::http::Method;
use serde_json::Value;

use super::Named;
use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

/// What to do with a link.
pub(super) const HAND_OVER: &str =
    "hand the link to the person; it is shown this once, and sets a password once";

pub(super) async fn run(named: &Named, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let link = issue(&named.path(), api).await?;
    format.record(&link);
    output::message(HAND_OVER);
    Ok(())
}

/// A link for the person that the API has at this path.
pub(super) async fn issue(path: &str, api: &mut Transport) -> Result<Value, Fault> {
    let path = format!("{path}/password-link");
    api.ask(Method::POST, &path, None).await
}
