//! Inspect a token, for people or programs.

use axum::http::Method;
use serde_json::{Value, json};
use symbolon_token::secret::Secret;

use super::story;
use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

/// What the API tells of a token.
pub(super) async fn ask(token: &Secret, api: &mut Transport) -> Result<Value, Fault> {
    let body = json!({ "token": token.reveal() });
    api.ask(Method::POST, "/v1/tokens/inspect", Some(&body))
        .await
}

pub(super) async fn run(token: &Secret, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let told = ask(token, api).await?;
    match format {
        Format::Json => output::json(&told),
        Format::Table => story::print(&told),
    }
    Ok(())
}
