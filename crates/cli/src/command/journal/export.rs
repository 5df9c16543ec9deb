//! Export sealed segments into a compressed file that can be verified alone. Nothing is dropped by it.

use std::path::PathBuf;

use axum::http::Method;
use clap::Args;
use serde_json::json;

use crate::command::backup::absolute;
use crate::command::context::Context;
use crate::exit::Fault;
use crate::operator;
use crate::output::Progress;

/// Exports segments.
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// The new file; one that is there already is refused
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// From the segment that holds this entry on
    #[arg(long, value_name = "SEQUENCE")]
    from: Option<i64>,
    /// Up to the segment that holds this entry
    #[arg(long, value_name = "SEQUENCE")]
    to: Option<i64>,
    /// Only segments whose entries are all older, in milliseconds since 1970
    #[arg(long, value_name = "MILLIS")]
    before: Option<i64>,
}

impl Export {
    pub(super) async fn run(self, context: &Context) -> Result<(), Fault> {
        let file = absolute(&self.out)?;
        let body = json!({
            "file": file, "from": self.from, "to": self.to, "before": self.before,
        });
        context
            .api(async |api, format| {
                let progress = Progress::begin("exporting the journal");
                let made = api.ask(Method::POST, operator::EXPORT, Some(&body)).await;
                drop(progress);
                format.record(&made?);
                Ok(())
            })
            .await
    }
}
