//! Check a proof, with nothing but the proof and a public key: no installation is needed.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use symbolon_journal::proof::Document;

use super::sentence;
use super::verify::read;
use crate::clock;
use crate::exit::{Fault, StartError};
use crate::output::{self, Format};

/// Longest proof that is read, in bytes: an entry, two checkpoints and sixty hashes take 8 KiB.
const MAX_PROOF: u64 = 256 * 1024;

/// Checks a proof.
#[derive(Args, Debug)]
pub(crate) struct CheckProof {
    /// The proof; standard input where none is named
    file: Option<PathBuf>,
    /// The keys to trust, as JWKs (`keys` of GET /v1/journal/checkpoint); else those that the proof names
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

impl CheckProof {
    pub(super) fn run(self, format: Format) -> Result<(), Fault> {
        let text = match &self.file {
            Some(file) => read(file)?,
            None => input()?,
        };
        let keys = self.keys.as_deref().map(read).transpose()?;
        let proof: Document = serde_json::from_str(&text)
            .map_err(|error| Fault::Refused(format!("this is no proof: {error}")))?;
        let checked = proof.check(keys.as_deref(), clock::now());
        let checked = checked.map_err(|error| Fault::Refused(error.to_string()))?;
        let told = json!(checked);
        match format {
            Format::Json => output::json(&told),
            Format::Table => {
                if let Some(record) = told.get("record") {
                    output::line(&sentence(record));
                }
                let to = &checked.checkpoint;
                output::line(&match &checked.since {
                    Some(since) => format!(
                        "nothing up to entry {} was changed until entry {}",
                        since.sequence, to.sequence
                    ),
                    None => format!("it is in the journal that ends with entry {}", to.sequence),
                });
            }
        }
        if keys.is_none() {
            let trusted = checked.keys.join(", ");
            output::message(&format!(
                "the key is the one that the proof names itself, {trusted}: compare it, or use --keys"
            ));
        }
        Ok(())
    }
}

fn input() -> Result<String, Fault> {
    let mut text = String::new();
    let read = std::io::stdin().take(MAX_PROOF).read_to_string(&mut text);
    let unread = |error| StartError::Sentence(format!("standard input cannot be read: {error}"));
    read.map_err(unread)?;
    Ok(text)
}
