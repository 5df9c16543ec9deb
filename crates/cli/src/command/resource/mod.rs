//! Resources: the APIs and servers that tokens are meant for.

mod change;
mod create;
mod end;
mod list;
mod setting;
mod show;

use clap::{Args, Subcommand};

use super::context::Context;
use crate::exit::Fault;
use crate::transport::escaped;

/// What can be done with resources.
#[derive(Subcommand, Debug)]
pub(crate) enum Resource {
    /// Make a resource
    Create(create::Create),
    /// List the realm's resources, the oldest first
    List,
    /// Show a resource
    Show(Named),
    /// Change a resource's settings; what is not named stays
    Change(change::Change),
    /// End a resource: no more tokens are issued for it
    End(end::End),
}

/// The resource meant.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The resource's id, as `resource list` shows it
    id: String,
}

impl Named {
    /// Where the API has it.
    pub(super) fn path(&self) -> String {
        format!("/v1/resources/{}", escaped(&self.id))
    }
}

impl Resource {
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
                Self::End(end) => end.run(api).await,
            })
            .await
    }
}
