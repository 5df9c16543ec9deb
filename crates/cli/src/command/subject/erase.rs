//! Erase a subject: it ends, and nothing of it is left but the id that tokens and the journal know.

use axum::http::Method;
use clap::Args;

use super::Named;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Erases a subject.
#[derive(Args, Debug)]
pub(crate) struct Erase {
    #[command(flatten)]
    subject: Named,
    /// Say what would be erased, and erase nothing
    #[arg(long)]
    dry_run: bool,
}

impl Erase {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let (path, id) = (self.subject.path(), self.subject.id);
        if self.dry_run {
            api.ask(Method::GET, &path, None).await?;
            output::message(&format!(
                "{id} would end; its names, claims and password would be gone, and what the journal \
                 says of it in words"
            ));
            return Ok(());
        }
        api.ask(Method::POST, &format!("{path}/erase"), None)
            .await?;
        output::message(&format!(
            "{id} has ended; its names, claims and password are gone, and what the journal says of it \
             in words; backups that were made before still hold them"
        ));
        Ok(())
    }
}
