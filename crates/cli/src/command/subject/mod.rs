//! Subjects: who a token speaks for.

mod change;
mod create;
mod end;
mod erase;
mod list;
mod password;
mod password_link;
mod setting;
mod show;
mod stand;

use clap::{Args, Subcommand};

use super::context::Context;
use crate::exit::Fault;
use crate::transport::escaped;

/// What can be done with subjects.
#[derive(Subcommand, Debug)]
pub(crate) enum Subject {
    /// Make a subject, a person with a link to set a password; a service comes with its client instead
    Create(create::Create),
    /// List the realm's subjects, the oldest first, or search its persons
    List(list::List),
    /// Show a subject
    Show(Named),
    /// Change what is set about a subject
    Change(change::Change),
    /// Give a person a one-time link to set a password; the one before is dead
    PasswordLink(Named),
    /// The password of a person
    #[command(subcommand)]
    Password(password::Password),
    /// Refuse a subject's tokens until it is enabled
    Disable(Named),
    /// Accept a subject's tokens again
    Enable(Named),
    /// End a subject for good, with every token that speaks for it
    End(end::End),
    /// End a subject and forget what is known of it, also what the journal says of it in words
    Erase(erase::Erase),
}

/// The subject meant.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The subject's id, as `subject list` shows it
    id: String,
}

impl Named {
    /// Where the API has it.
    pub(super) fn path(&self) -> String {
        path_of(&self.id)
    }
}

/// Where the API has the subject with this id.
fn path_of(id: &str) -> String {
    format!("/v1/subjects/{}", escaped(id))
}

impl Subject {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        context
            .api(async |api, format| match self {
                Self::Create(create) => create.run(api, format).await,
                Self::List(list) => list.run(api, format).await,
                Self::Show(named) => show::run(&named, api, format).await,
                Self::Change(change) => change.run(api, format).await,
                Self::PasswordLink(named) => password_link::run(&named, api, format).await,
                Self::Password(password) => password.run(api, format).await,
                Self::Disable(named) => stand::run(&named, "disable", api).await,
                Self::Enable(named) => stand::run(&named, "enable", api).await,
                Self::End(end) => end.run(api).await,
                Self::Erase(erase) => erase.run(api).await,
            })
            .await
    }
}
