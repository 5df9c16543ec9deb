//! End every session of a person: it is signed out everywhere.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::OFFLINE;
use crate::command::list;
use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

/// Ends every session of a person.
#[derive(Args, Debug)]
pub(crate) struct EndAll {
    #[command(flatten)]
    whose: Whose,
    /// Say how many would end, and end none
    #[arg(long)]
    dry_run: bool,
}

impl EndAll {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let path = format!("{}/sessions", self.whose.path(api).await?);
        let who = self.whose.typed();
        if self.dry_run {
            let count = list::all(api, &path).await?.len();
            output::message(&format!("{} of {who} would end", sessions(count)));
            return Ok(());
        }
        let answer = api.ask(Method::DELETE, &path, None).await?;
        let count = answer.get("ended").and_then(Value::as_u64).unwrap_or(0);
        format.record(&answer);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let verb = if count == 1 { "has" } else { "have" };
        output::message(&format!(
            "{} of {who} {verb} ended; {OFFLINE}",
            sessions(count)
        ));
        Ok(())
    }
}

fn sessions(count: usize) -> String {
    match count {
        0 => "no sessions".to_owned(),
        1 => "1 session".to_owned(),
        _ => format!("{count} sessions"),
    }
}
