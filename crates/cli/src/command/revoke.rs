//! Revoke by cause: everything that descends from it is dead at that commit.

use axum::http::Method;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::cause::{Between, Cause};
use super::context::Context;
use crate::exit::Fault;
use crate::output::{self, Bar};
use crate::transport::{Transport, escaped};

/// Revokes what descends from a cause.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    #[command(flatten)]
    cause: Cause,
    #[command(flatten)]
    between: Between,
    /// Why, for the journal: one line
    #[arg(long, value_name = "TEXT", required_unless_present = "preview")]
    reason: Option<String>,
    /// Revoke nothing; count what would die
    #[arg(long)]
    preview: bool,
    /// Disable the client, subject or realm too; everything else dies for good anyhow
    #[arg(long)]
    disable: bool,
    /// Which verifiers to wait for
    #[arg(long, value_enum, default_value_t, value_name = "WHOM")]
    wait: Wait,
    /// How long to wait for them, in milliseconds
    #[arg(long, value_name = "MS")]
    timeout_ms: Option<u32>,
}

/// Which verifiers to wait for.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
enum Wait {
    /// Every one that follows the feed
    All,
    /// Half of them
    Quorum,
    /// None
    #[default]
    None,
}

impl Wait {
    /// The word in the API.
    const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Quorum => "quorum",
            Self::None => "none",
        }
    }
}

impl Revoke {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        let cause = self.between.on(self.cause.document()?);
        if self.preview {
            let body = json!({ "cause": cause });
            let look = async |api: &mut Transport, format: output::Format| {
                let path = "/v1/revocations/preview";
                let answer = api.ask(Method::POST, path, Some(&body)).await?;
                format.record(&answer);
                output::message("nothing was revoked: this is what would die now");
                Ok(())
            };
            return context.api(look).await;
        }
        let mut body = json!({
            "cause": cause,
            "reason": self.reason,
            "wait": self.wait.name(),
            "disable": self.disable,
        });
        if let (Some(limit), Value::Object(body)) = (self.timeout_ms, &mut body) {
            body.insert("timeout_ms".to_owned(), json!(limit));
        }
        let done = async |api: &mut Transport, format: output::Format| {
            let answer = api
                .ask(Method::POST, "/v1/revocations", Some(&body))
                .await?;
            let answer = finished(api, answer).await?;
            format.record(&answer);
            output::message("revoked: everything that descends from it is dead");
            Ok(())
        };
        context.api(done).await
    }
}

/// The answer of a revocation; of one that runs over the journal, when it is done. Whoever stops
/// waiting does not stop it.
async fn finished(api: &mut Transport, mut answer: Value) -> Result<Value, Fault> {
    let Some(id) = answer.get("id").and_then(Value::as_str) else {
        return Ok(answer);
    };
    let path = format!("/v1/revocations/{}", escaped(id));
    let bar = Bar::begin("looking through the journal");
    while answer.get("state").and_then(Value::as_str) != Some("done") {
        let number = |name| answer.get(name).and_then(Value::as_u64).unwrap_or(0);
        bar.show(number("scanned"), number("total"));
        api.work().await?;
        answer = api.ask(Method::GET, &path, None).await?;
    }
    drop(bar);
    Ok(answer)
}
