//! Change a client's settings: what was named changes, the rest stays (RFC 7396).

use axum::http::Method;
use clap::Args;
use serde_json::{Map, Value};

use super::Named;
use super::setting::Settings;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Changes a client's settings.
#[derive(Args, Debug)]
pub(crate) struct Change {
    #[command(flatten)]
    client: Named,
    #[command(flatten)]
    settings: Settings,
}

impl Change {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut members = Map::new();
        self.settings.write(&mut members)?;
        let path = self.client.path();
        let body = Value::Object(members);
        let changed = api.ask(Method::PATCH, &path, Some(&body)).await?;
        format.record(&changed);
        Ok(())
    }
}
