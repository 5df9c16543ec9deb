//! End a subject: it and every token that speaks for it are dead at that commit.

use axum::http::Method;
use clap::Args;

use super::Named;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Ends a subject.
#[derive(Args, Debug)]
pub(crate) struct End {
    #[command(flatten)]
    subject: Named,
    /// Say what would end, and end nothing
    #[arg(long)]
    dry_run: bool,
}

impl End {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let (path, id) = (self.subject.path(), self.subject.id);
        if self.dry_run {
            api.ask(Method::GET, &path, None).await?;
            output::message(&format!(
                "{id} would end, with every token that speaks for it"
            ));
            return Ok(());
        }
        api.ask(Method::DELETE, &path, None).await?;
        output::message(&format!(
            "{id} has ended, with every token that speaks for it"
        ));
        Ok(())
    }
}
