//! Enable a realm again that was revoked and disabled.

use axum::http::Method;
use clap::Args;

use crate::command::list;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Enables a realm.
#[derive(Args, Debug)]
pub(crate) struct Enable {
    /// The realm's name
    name: String,
}

impl Enable {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let name = self.name;
        let realms = list::all(api, "/v1/realms").await?;
        let called = |realm: &&serde_json::Value| {
            realm.get("name").and_then(|one| one.as_str()) == Some(&name)
        };
        let id = realms.iter().find(called);
        let id = id.and_then(|realm| realm.get("id")?.as_str());
        let id = id.ok_or_else(|| Fault::Refused(format!("there is no realm {name:?}")))?;
        let path = format!("/v1/realms/{id}/enable");
        api.ask(Method::POST, &path, None).await?;
        output::message(&format!("{name} is enabled"));
        Ok(())
    }
}
