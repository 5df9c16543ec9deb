//! Client secrets: several may live at once, so that a new one is rolled out before the old one ends.

mod issue;
mod list;
mod revoke;

use clap::Subcommand;

use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// What can be done with a client's secrets.
#[derive(Subcommand, Debug)]
pub(crate) enum Secret {
    /// Issue one more secret; it is shown this once
    Issue(issue::Issue),
    /// List the live secrets, the newest first; none can be shown again
    List(super::Named),
    /// Revoke a secret, with every token it was used for
    Revoke(revoke::Revoke),
}

impl Secret {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        match self {
            Self::Issue(issue) => issue.run(api, format).await,
            Self::List(client) => list::run(&client, api, format).await,
            Self::Revoke(revoke) => revoke.run(api).await,
        }
    }
}
