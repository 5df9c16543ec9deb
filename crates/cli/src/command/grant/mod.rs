//! Grants: what people allowed to clients.

mod list;
mod show;
mod withdraw;

use clap::{Args, Subcommand};

use super::context::Context;
use super::whose::Whose;
use crate::exit::Fault;
use crate::transport::escaped;

/// What can be done with grants.
#[derive(Subcommand, Debug)]
pub(crate) enum Grant {
    /// List what a person allowed to clients, the oldest first
    List(Whose),
    /// Show a grant
    Show(Named),
    /// Withdraw a grant, with every token that it gave; the person is asked again
    Withdraw(withdraw::Withdraw),
}

/// The grant meant.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The grant's id, as `grant list` shows it
    id: String,
}

impl Named {
    /// Where the API has it.
    fn path(&self) -> String {
        format!("/v1/grants/{}", escaped(&self.id))
    }
}

impl Grant {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        context
            .api(async |api, format| match self {
                Self::List(whose) => list::run(&whose, api, format).await,
                Self::Show(named) => show::run(&named, api, format).await,
                Self::Withdraw(withdraw) => withdraw.run(api).await,
            })
            .await
    }
}
