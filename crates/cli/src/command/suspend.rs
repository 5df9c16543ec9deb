//! Suspend what may come back, and resume it.

use axum::http::Method;
use clap::Args;
use serde_json::json;

use super::cause::Cause;
use super::context::Context;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

/// Suspends or resumes a cause.
#[derive(Args, Debug)]
pub(crate) struct Suspend {
    #[command(flatten)]
    cause: Cause,
    /// Why, for the journal: one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Suspend {
    /// Refuses what descends from it, until it is resumed.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn suspend(self, context: &Context) -> Result<(), Fault> {
        let told = "suspended: what descends from it is refused until symbolon resume";
        self.run(context, ("/v1/suspensions", told)).await
    }

    /// Accepts it again.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn resume(self, context: &Context) -> Result<(), Fault> {
        let told = "resumed: what descends from it is accepted again";
        self.run(context, ("/v1/suspensions/resume", told)).await
    }

    async fn run(self, context: &Context, (path, told): (&str, &'static str)) -> Result<(), Fault> {
        let body = json!({"cause": self.cause.document()?, "reason": self.reason});
        let done = async |api: &mut Transport, format: output::Format| {
            let answer = api.ask(Method::POST, path, Some(&body)).await?;
            format.record(&answer);
            output::message(told);
            Ok(())
        };
        context.api(done).await
    }
}
