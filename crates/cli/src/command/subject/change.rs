//! Change what is set about a subject: what was named changes, the rest stays (RFC 7396).

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::Named;
use super::setting::Settings;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Changes what is set about a subject.
#[derive(Args, Debug)]
pub(crate) struct Change {
    #[command(flatten)]
    subject: Named,
    #[command(flatten)]
    settings: Settings,
}

impl Change {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let path = self.subject.path();
        let is_person = if self.settings.names_it() {
            let subject = api.ask(Method::GET, &path, None).await?;
            subject.get("kind").and_then(Value::as_str) == Some("person")
        } else {
            false
        };
        let body = Value::Object(self.settings.members(is_person)?);
        let changed = api.ask(Method::PATCH, &path, Some(&body)).await?;
        format.record(&changed);
        Ok(())
    }
}
