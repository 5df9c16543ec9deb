//! Revoke a client secret: every token that it was used for is dead at that commit.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use crate::command::client::Named;
use crate::command::list;
use crate::exit::Fault;
use crate::output;
use crate::transport::{Transport, escaped};

/// Revokes a secret.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    #[command(flatten)]
    client: Named,
    /// The secret's id, as `client secret list` shows it
    id: String,
    /// Say what would be revoked, and revoke nothing
    #[arg(long)]
    dry_run: bool,
}

impl Revoke {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let all = format!("{}/secrets", self.client.path());
        if self.dry_run {
            let secrets = list::all(api, &all).await?;
            let is_it = |one: &Value| one.get("id").and_then(Value::as_str) == Some(&self.id);
            if !secrets.iter().any(is_it) {
                let sentence = format!("this client has no live secret {}", self.id);
                return Err(Fault::Refused(sentence));
            }
            let what = "with every token that it was used for";
            output::message(&format!("secret {} would be revoked, {what}", self.id));
            return Ok(());
        }
        let path = format!("{all}/{}", escaped(&self.id));
        api.ask(Method::DELETE, &path, None).await?;
        let told = "is revoked, with every token that it was used for";
        output::message(&format!("secret {} {told}", self.id));
        Ok(())
    }
}
