//! Acknowledge that the journal's seals broke, so that sealing goes on behind the break. It is told for
//! ever after.

use axum::http::Method;
use clap::Args;
use serde_json::json;

use crate::command::context::Context;
use crate::exit::Fault;
use crate::{operator, output};

/// Acknowledges a break.
#[derive(Args, Debug)]
pub(crate) struct Acknowledge {
    #[command(flatten)]
    finding: Named,
    /// Why, for the journal: one line
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    reason: Option<String>,
    /// Say what would be put aside, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What was found, by its place.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Named {
    /// The last seals were changed or are not of this installation, from this entry on: the first place
    /// of what `journal verify` found
    #[arg(long, value_name = "SEQUENCE")]
    unsigned: Option<i64>,
    /// The seals are gone; the journal had been sealed up to this entry, as the server's log says
    #[arg(long, value_name = "SEQUENCE")]
    lost: Option<i64>,
}

impl Acknowledge {
    pub(super) async fn run(self, context: &Context) -> Result<(), Fault> {
        let reason = self.reason.filter(|_| !self.dry_run);
        let acknowledged = reason.is_some();
        let body = json!({
            "unsigned": self.finding.unsigned, "lost": self.finding.lost, "reason": reason,
        });
        context
            .api(async |api, format| {
                let told = api.ask(Method::POST, operator::ACKNOWLEDGE, Some(&body));
                format.record(&told.await?);
                output::message(if acknowledged {
                    "sealed anew behind the break, which is told for ever; keep what was put aside"
                } else {
                    "nothing was changed"
                });
                Ok(())
            })
            .await
    }
}
