//! Create a client (register it, RFC 7591).

#![expect(
    clippy::doc_markdown,
    reason = "the help is read on a terminal, where backticks are noise"
)]

use std::path::PathBuf;

use axum::http::Method;
use clap::Args;
use serde_json::{Map, Value};

use super::setting::Settings;
use crate::command::input;
use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

/// Registers a client.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Its client_id; made where it is not named
    client_id: Option<String>,
    /// The same as CLIENT_ID
    #[arg(long, value_name = "CLIENT_ID", conflicts_with = "client_id")]
    id: Option<String>,
    /// File with the secret it already has (- is standard input); made where it is not named
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

impl Create {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut members = Map::new();
        if let Some(client_id) = self.client_id.or(self.id) {
            members.insert("client_id".to_owned(), client_id.into());
        }
        self.settings.or_usual().write(&mut members)?;
        if let Some(path) = &self.secret_file {
            let secret = input::secret(path, "Client secret: ")?;
            members.insert("client_secret".to_owned(), secret.reveal().into());
        }
        let made = api
            .ask(Method::POST, "/v1/clients", Some(&Value::Object(members)))
            .await?;
        format.record(&made);
        if made.get("client_secret").is_some() {
            output::message("the client_secret is shown this once; keep it now");
        }
        Ok(())
    }
}
