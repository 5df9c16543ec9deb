//! Sessions: who is signed in.

mod end;
mod end_all;
mod list;
mod show;

use clap::{Args, Subcommand};

use super::context::Context;
use super::whose::Whose;
use crate::exit::Fault;
use crate::transport::escaped;

/// What lives on where a session ends.
const OFFLINE: &str = "what was allowed to outlive it (offline_access) lives on until its grant is \
                       withdrawn: symbolon grant list";

/// What can be done with sessions.
#[derive(Subcommand, Debug)]
pub(crate) enum Session {
    /// List the sessions of a person, the oldest first
    List(Whose),
    /// Show a session
    Show(Named),
    /// End a session, with every token that descends from it
    End(end::End),
    /// End every session of a person
    EndAll(end_all::EndAll),
}

/// The session meant.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The session's id, as `session list` shows it
    id: String,
}

impl Named {
    /// Where the API has it.
    fn path(&self) -> String {
        format!("/v1/sessions/{}", escaped(&self.id))
    }
}

impl Session {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        context
            .api(async |api, format| match self {
                Self::List(whose) => list::run(&whose, api, format).await,
                Self::Show(named) => show::run(&named, api, format).await,
                Self::End(end) => end.run(api).await,
                Self::EndAll(end_all) => end_all.run(api, format).await,
            })
            .await
    }
}
