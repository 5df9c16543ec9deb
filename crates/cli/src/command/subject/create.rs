//! Create a subject; a person gets the link by which it sets its password.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::password_link::{self, HAND_OVER};
use super::path_of;
use super::setting::Settings;
use crate::exit::Fault;
use crate::output::{self, Format};
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
        let is_person = self.kind == "person";
        let mut members = self.settings.members(is_person)?;
        members.insert("kind".to_owned(), self.kind.into());
        let body = Value::Object(members);
        let mut made = api.ask(Method::POST, "/v1/subjects", Some(&body)).await?;
        let issued = if is_person {
            add_link(&mut made, api).await
        } else {
            Ok(())
        };
        // Without its link it was made all the same.
        format.record(&made);
        if is_person && issued.is_ok() {
            output::message(HAND_OVER);
        }
        issued
    }
}

async fn add_link(made: &mut Value, api: &mut Transport) -> Result<(), Fault> {
    let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
    let mut link = password_link::issue(&path_of(id), api).await?;
    if let Some(members) = made.as_object_mut() {
        let members_of = [
            ("password_link", "url"),
            ("password_link_expires_at", "expires_at"),
        ];
        for (name, member) in members_of {
            let value = link.get_mut(member).map(Value::take);
            members.insert(name.to_owned(), value.unwrap_or_default());
        }
    }
    Ok(())
}
