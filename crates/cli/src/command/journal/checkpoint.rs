//! A checkpoint: where the journal stands now, signed. Kept elsewhere, it shows later whether an end was
//! cut off or the past written anew.

use axum::http::Method;
use serde_json::Value;

use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

pub(super) async fn run(api: &mut Transport) -> Result<(), Fault> {
    let told = api.ask(Method::GET, "/v1/journal/checkpoint", None).await?;
    let text = told.get("checkpoint").and_then(Value::as_str);
    output::line(text.unwrap_or_default());
    Ok(())
}
