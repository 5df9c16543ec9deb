//! Create a subject.

use axum::http::Method;
use clap::Args;
use serde_json::json;

use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Makes a subject.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What operators call it
    name: String,
    /// What it is: person, device, agent
    #[arg(long, value_name = "KIND")]
    kind: String,
}

impl Create {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let body = json!({ "kind": self.kind, "name": self.name });
        let made = api.ask(Method::POST, "/v1/subjects", Some(&body)).await?;
        format.record(&made);
        Ok(())
    }
}
