//! Rotate a signing key.

use axum::http::Method;
use clap::Args;
use serde_json::json;

use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// Rotates a signing key.
#[derive(Args, Debug)]
pub(crate) struct Rotate {
    /// Algorithm whose key is replaced
    #[arg(long, value_name = "ALG", default_value = "ES256")]
    algorithm: String,
    /// Sign with the new key at once; verifiers that keep the old key set refuse its tokens meanwhile
    #[arg(long)]
    now: bool,
}

impl Rotate {
    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let body = json!({ "algorithm": self.algorithm, "at_once": self.now });
        let made = api
            .ask(Method::POST, "/v1/keys/rotate", Some(&body))
            .await?;
        format.record(&made);
        Ok(())
    }
}
