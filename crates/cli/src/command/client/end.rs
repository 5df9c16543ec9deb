//! End a client: it, its secrets and every token that descends from it are dead at that commit.

use axum::http::Method;
use clap::Args;

use super::Named;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Ends a client.
#[derive(Args, Debug)]
pub(crate) struct End {
    #[command(flatten)]
    client: Named,
    /// Say what would end, and end nothing
    #[arg(long)]
    dry_run: bool,
}

impl End {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let (path, client) = (self.client.path(), self.client.client_id);
        if self.dry_run {
            api.ask(Method::GET, &path, None).await?;
            let what = "with its secrets and every token that descends from it, for good";
            output::message(&format!("{client} would end, {what}"));
            return Ok(());
        }
        api.ask(Method::DELETE, &path, None).await?;
        output::message(&format!(
            "{client} has ended, with every token that descends from it"
        ));
        Ok(())
    }
}
