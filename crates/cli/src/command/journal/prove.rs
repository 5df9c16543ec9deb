//! Prove that an entry is in the journal, or that the journal has only grown since a checkpoint. The
//! proof is JSON that `symbolon journal check-proof` checks anywhere.

use std::path::PathBuf;

use axum::http::Method;
use clap::Args;

use super::verify::read;
use crate::exit::Fault;
use crate::output;
use crate::transport::{Transport, escaped};

/// Proves an entry, or growth.
#[derive(Args, Debug)]
pub(crate) struct Prove {
    /// The entry's place
    #[arg(required_unless_present = "since", conflicts_with = "since")]
    sequence: Option<i64>,
    /// Prove instead that nothing up to the checkpoint in this file was changed since
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
}

impl Prove {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let path = match self.since {
            Some(file) => format!("/v1/journal/growth?since={}", escaped(&read(&file)?)),
            None => format!("/v1/journal/proofs/{}", self.sequence.unwrap_or(0)),
        };
        output::json(&api.ask(Method::GET, &path, None).await?);
        Ok(())
    }
}
