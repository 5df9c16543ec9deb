//! Signing keys of a realm.

mod list;
mod revoke;
mod rotate;

use clap::Subcommand;

use super::context::Context;
use crate::exit::Fault;

/// What can be done with signing keys.
#[derive(Subcommand, Debug)]
pub(crate) enum Key {
    /// List the realm's signing keys, with the phase that each is in
    List,
    /// Announce a successor, or let it sign at once
    Rotate(rotate::Rotate),
    /// Revoke a stolen key: nothing that it signed is believed any more
    Revoke(revoke::Revoke),
}

impl Key {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        context
            .api(async |api, format| match self {
                Self::List => list::run(api, format).await,
                Self::Rotate(rotate) => rotate.run(api, format).await,
                Self::Revoke(revoke) => revoke.run(api).await,
            })
            .await
    }
}
