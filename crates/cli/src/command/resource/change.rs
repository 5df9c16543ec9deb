//! Change a resource's settings: what was named changes, the rest stays (RFC 7396).

use axum::http::Method;
use clap::Args;
use serde_json::{Map, Value};

use super::Named;
use super::setting::Settings;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Changes a resource's settings.
#[derive(Args, Debug)]
pub(crate) struct Change {
    #[command(flatten)]
    resource: Named,
    #[command(flatten)]
    settings: Settings,
}

impl Change {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut members = Map::new();
        self.settings.write(&mut members, api).await?;
        let path = self.resource.path();
        let body = Value::Object(members);
        let changed = api.ask(Method::PATCH, &path, Some(&body)).await?;
        format.record(&changed);
        Ok(())
    }
}
