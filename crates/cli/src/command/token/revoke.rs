//! Revoke a token. One that is dead already stays so.

use axum::http::Method;
use clap::Args;
use serde_json::{Value, json};
use symbolon_token::secret::Secret;

use super::inspect;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Revokes a token.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// Say whether it would be revoked, and revoke nothing
    #[arg(long)]
    dry_run: bool,
}

impl Revoke {
    pub(super) async fn run(self, token: &Secret, api: &mut Transport) -> Result<(), Fault> {
        if self.dry_run {
            let told = inspect::ask(token, api).await?;
            let is = |member| told.get(member).and_then(Value::as_bool) == Some(true);
            output::message(match (is("is_ours"), is("is_alive")) {
                (true, true) => "it would be revoked",
                (true, false) => "it is dead already",
                (false, _) => "it is no token of this realm",
            });
            return Ok(());
        }
        let body = json!({ "token": token.reveal() });
        api.ask(Method::POST, "/v1/tokens/revoke", Some(&body))
            .await?;
        output::message("the token is revoked");
        Ok(())
    }
}
