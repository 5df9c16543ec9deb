//! End a person's password: it and what descends from it are dead at that commit.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// What dies with a password.
const WITH: &str = "with every session and token that descends from it";

/// Ends a password.
#[derive(Args, Debug)]
pub(crate) struct End {
    #[command(flatten)]
    whose: Whose,
    /// Say what would end, and end nothing
    #[arg(long)]
    dry_run: bool,
}

impl End {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let path = super::path(&self.whose, api).await?;
        let who = self.whose.typed();
        if self.dry_run {
            let password = api.ask(Method::GET, &path, None).await?;
            if password.get("state").and_then(Value::as_str) == Some("none") {
                return Err(Fault::Refused(format!("{who} has no password")));
            }
            output::message(&format!("the password of {who} would end, {WITH}"));
            return Ok(());
        }
        api.ask(Method::DELETE, &path, None).await?;
        output::message(&format!(
            "the password of {who} has ended, {WITH}; the person sets another with a link: \
             symbolon subject password-link"
        ));
        Ok(())
    }
}
