//! Clients: the programs that ask for tokens.

#![expect(
    clippy::doc_markdown,
    reason = "the help is read on a terminal, where backticks are noise"
)]

mod change;
mod create;
mod end;
mod list;
mod people;
mod secret;
mod setting;
mod show;
mod stand;

use clap::{Args, Subcommand};

use super::context::Context;
use crate::exit::Fault;
use crate::transport::escaped;

/// What can be done with clients.
#[derive(Subcommand, Debug)]
pub(crate) enum Client {
    /// Register a client; its secret is shown this once
    Create(Box<create::Create>),
    /// List the realm's clients, the oldest first
    List,
    /// Show a client
    Show(Named),
    /// Change a client's settings; what is not named stays
    Change(Box<change::Change>),
    /// Refuse a client and its tokens until it is enabled
    Disable(Named),
    /// Accept a client and its tokens again
    Enable(Named),
    /// End a client for good, with every token that descends from it
    End(end::End),
    /// The secrets that a client proves itself with
    #[command(subcommand)]
    Secret(secret::Secret),
}

/// The client meant.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The client's client_id
    client_id: String,
}

impl Named {
    /// Where the API has it.
    pub(super) fn path(&self) -> String {
        format!("/v1/clients/{}", escaped(&self.client_id))
    }
}

impl Client {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        context
            .api(async |api, format| match self {
                Self::Create(create) => create.run(api, format).await,
                Self::List => list::run(api, format).await,
                Self::Show(named) => show::run(&named, api, format).await,
                Self::Change(change) => change.run(api, format).await,
                Self::Disable(named) => stand::run(&named, "disable", api).await,
                Self::Enable(named) => stand::run(&named, "enable", api).await,
                Self::End(end) => end.run(api).await,
                Self::Secret(secret) => secret.run(api, format).await,
            })
            .await
    }
}
