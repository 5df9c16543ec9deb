//! Create a subject.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::setting::Settings;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Makes a subject.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What it is: person, device, agent
    #[arg(long, value_name = "KIND")]
    kind: String,
    #[command(flatten)]
    settings: Settings,
}

impl Create {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut members = self.settings.members(self.kind == "person")?;
        members.insert("kind".to_owned(), self.kind.into());
        let body = Value::Object(members);
        let made = api.ask(Method::POST, "/v1/subjects", Some(&body)).await?;
        format.record(&made);
        Ok(())
    }
}
