//! Create a resource.

use axum::http::Method;
use clap::Args;
use serde_json::{Map, Value};

use super::setting::Settings;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Makes a resource.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What stands in aud, and what clients ask for: mostly its URL
    audience: String,
    #[command(flatten)]
    settings: Settings,
}

impl Create {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut members = Map::new();
        members.insert("audience".to_owned(), self.audience.into());
        self.settings.write(&mut members, api).await?;
        let made = api
            .ask(Method::POST, "/v1/resources", Some(&Value::Object(members)))
            .await?;
        format.record(&made);
        Ok(())
    }
}
