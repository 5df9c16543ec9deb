//! End a session: the person is signed out in that browser, and what descends from it is dead.

use axum::http::Method;
use clap::Args;

use super::{Named, OFFLINE};
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Ends a session.
#[derive(Args, Debug)]
pub(crate) struct End {
    #[command(flatten)]
    session: Named,
    /// Say what would end, and end nothing
    #[arg(long)]
    dry_run: bool,
}

impl End {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let (path, id) = (self.session.path(), self.session.id);
        if self.dry_run {
            api.ask(Method::GET, &path, None).await?;
            output::message(&format!(
                "{id} would end, with every token that descends from it"
            ));
            return Ok(());
        }
        api.ask(Method::DELETE, &path, None).await?;
        output::message(&format!(
            "{id} has ended, with every token that descends from it; {OFFLINE}"
        ));
        Ok(())
    }
}
