//! Revoke a client secret: every token that it was used for is dead at that commit.

use axum::http::Method;
use clap::Args;

use crate::command::client::Named;
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
}

impl Revoke {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let path = format!("{}/secrets/{}", self.client.path(), escaped(&self.id));
        api.ask(Method::DELETE, &path, None).await?;
        let told = "is revoked, with every token that it was used for";
        output::message(&format!("secret {} {told}", self.id));
        Ok(())
    }
}
