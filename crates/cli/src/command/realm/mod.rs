//! Realms: tenants, each with an issuer of its own.

mod create;
mod enable;
mod list;

use clap::Subcommand;

use super::context::Context;
use crate::exit::Fault;

/// What can be done with realms.
#[derive(Subcommand, Debug)]
pub(crate) enum Realm {
    /// Make a realm, with a signing key of its own
    Create(create::Create),
    /// Accept the tokens again of a realm that was disabled
    Enable(enable::Enable),
    /// List the realms, the first one first
    List,
}

impl Realm {
    /// Does it. Realms are the first realm's to manage, whichever is named.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        context
            .api(async |api, format| match self {
                Self::Create(create) => create.run(api, format).await,
                Self::Enable(enable) => enable.run(api).await,
                Self::List => list::run(api, format).await,
            })
            .await
    }
}
