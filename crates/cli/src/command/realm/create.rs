//! Create a realm.

use axum::http::Method;
use clap::Args;
use serde_json::json;

use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Makes a realm.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Name that operators use: lower-case letters, digits, hyphens
    name: String,
    /// Issuer URL, with a host or a path of its own
    #[arg(long, value_name = "URL")]
    issuer: String,
}

impl Create {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let body = json!({ "name": self.name, "issuer": self.issuer });
        let made = api.ask(Method::POST, "/v1/realms", Some(&body)).await?;
        format.record(&made);
        Ok(())
    }
}
