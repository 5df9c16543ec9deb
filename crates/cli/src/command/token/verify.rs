//! Verify a token: accepted or not, by exit code too.

use axum::http::Method;
use serde_json::{Value, json};
use symbolon_token::secret::Secret;

use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

pub(super) async fn run(token: &Secret, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let body = json!({ "token": token.reveal() });
    let told = api
        .ask(Method::POST, "/v1/tokens/verify", Some(&body))
        .await?;
    let alive = told.get("is_alive").and_then(Value::as_bool) == Some(true);
    let reason = told.get("reason").and_then(Value::as_str);
    match (format, alive) {
        (Format::Json, _) => output::json(&json!({ "is_alive": alive, "reason": reason })),
        (Format::Table, true) => output::line("alive"),
        (Format::Table, false) => output::line("dead"),
    }
    if alive {
        return Ok(());
    }
    Err(Fault::Refused(
        reason.unwrap_or("it is not alive").to_owned(),
    ))
}
