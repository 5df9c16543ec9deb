//! End a resource. Tokens that were issued for it live on until they expire.

use axum::http::Method;
use clap::Args;

use super::Named;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Ends a resource.
#[derive(Args, Debug)]
pub(crate) struct End {
    #[command(flatten)]
    resource: Named,
    /// Say what would end, and end nothing
    #[arg(long)]
    dry_run: bool,
}

impl End {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let (path, id) = (self.resource.path(), self.resource.id);
        if self.dry_run {
            api.ask(Method::GET, &path, None).await?;
            output::message(&format!(
                "{id} would end: no more tokens would be issued for it"
            ));
            return Ok(());
        }
        api.ask(Method::DELETE, &path, None).await?;
        output::message(&format!("{id} has ended: no more tokens are issued for it"));
        Ok(())
    }
}
