//! The password of a person. Nobody but the person sets it, with a link: `subject password-link`.

mod end;
mod show;
mod stand;

use clap::Subcommand;

use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// What can be done with a person's password.
#[derive(Subcommand, Debug)]
pub(crate) enum Password {
    /// Show whether there is one, and how it stands
    Show(Whose),
    /// Refuse it, with every session and token that descends from it, until it is enabled
    Disable(Whose),
    /// Accept it again, with what descends from it
    Enable(Whose),
    /// End it for good, with every session and token that descends from it
    End(end::End),
}

impl Password {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        match self {
            Self::Show(whose) => show::run(&whose, api, format).await,
            Self::Disable(whose) => stand::run(&whose, "disable", api).await,
            Self::Enable(whose) => stand::run(&whose, "enable", api).await,
            Self::End(end) => end.run(api).await,
        }
    }
}

/// Where the API has a person's password.
async fn path(whose: &Whose, api: &mut Transport) -> Result<String, Fault> {
    Ok(format!("{}/password", whose.path(api).await?))
}
