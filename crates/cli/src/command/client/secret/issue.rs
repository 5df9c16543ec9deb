//! Issue one more secret to a client.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::Method;
use clap::Args;
use serde_json::{Map, Value};

use crate::clock;
use crate::command::client::Named;
use crate::command::input;
use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

/// Issues one more secret.
#[derive(Args, Debug)]
pub(crate) struct Issue {
    #[command(flatten)]
    client: Named,
    /// File with the secret it already has (- is standard input); made where it is not named
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// When it ends by itself, in days from now; never unless named
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
}

impl Issue {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut members = Map::new();
        if let Some(path) = &self.secret_file {
            let secret = input::secret(path, "Client secret: ")?;
            members.insert("client_secret".to_owned(), secret.reveal().into());
        }
        if let Some(days) = self.days {
            let end = clock::now().plus(Duration::from_hours(u64::from(days) * 24));
            members.insert("client_secret_expires_at".to_owned(), end.seconds().into());
        }
        let path = format!("{}/secrets", self.client.path());
        let made = api
            .ask(Method::POST, &path, Some(&Value::Object(members)))
            .await?;
        format.record(&made);
        output::message("the secret is shown this once; keep it now");
        Ok(())
    }
}
