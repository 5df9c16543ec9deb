//! Verify the journal: against its seals, and against what was given out.

use std::fs::File;
use std::path::{Path, PathBuf};

use axum::http::Method;
use clap::Args;
use serde_json::{Value, json};
use symbolon_journal::archive::{Verified, verify};

use crate::command::context::Context;
use crate::exit::{Fault, StartError};
use crate::output::{self, Format, Progress};
use crate::{clock, operator};

/// Verifies the journal.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Hold it against a checkpoint, or the receipt of a revocation, in this file; more than once for
    /// several
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// Verify an exported file instead; no installation is needed
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The keys to trust with --file, as JWKs (`keys` of GET /v1/journal/checkpoint); else those that
    /// the file names
    #[arg(long, value_name = "FILE", requires = "file")]
    keys: Option<PathBuf>,
}

impl Verify {
    pub(super) async fn run(self, context: &Context) -> Result<(), Fault> {
        let against: Result<Vec<_>, _> = self.against.iter().map(|file| read(file)).collect();
        let against = against?;
        if let Some(file) = &self.file {
            return self.exported(file, &against, context.format);
        }
        let body = json!({ "against": against });
        context
            .api(async |api, format| {
                let progress = Progress::begin("verifying the journal");
                let report = api.ask(Method::POST, operator::VERIFY, Some(&body)).await;
                drop(progress);
                tell(&report?, format)
            })
            .await
    }
}

impl Verify {
    fn exported(&self, file: &Path, against: &[String], format: Format) -> Result<(), Fault> {
        let source = File::open(file).map_err(|error| StartError::file(file, error))?;
        let keys = self.keys.as_deref().map(read).transpose()?;
        let verified = verify(source, keys.as_deref(), against, clock::now());
        let verified = verified.map_err(|error| Fault::Refused(error.to_string()))?;
        told_keys(keys.is_some(), &verified);
        tell(&json!(verified.report), format)
    }
}

/// Says which key was trusted, where nobody named one.
pub(super) fn told_keys(are_named: bool, verified: &Verified) {
    if !are_named {
        let trusted = verified.keys.join(", ");
        output::message(&format!(
            "the key is the one that the file names itself, {trusted}: compare it, or use --keys"
        ));
    }
}

/// What a file holds: a text, without the line's end.
pub(super) fn read(file: &Path) -> Result<String, Fault> {
    let text = std::fs::read_to_string(file).map_err(|error| StartError::file(file, error))?;
    Ok(text.trim().to_owned())
}

/// Says what was found; it is refused where anything was.
fn tell(report: &Value, format: Format) -> Result<(), Fault> {
    let number = |member| report.get(member).and_then(Value::as_i64).unwrap_or(0);
    match format {
        Format::Json => output::json(report),
        Format::Table => {
            let (found, known) = (list(report, "findings"), list(report, "acknowledged"));
            for one in found.iter().chain(known) {
                output::line(&detail(one));
            }
            output::line(&format!(
                "{} entries, {} dropped after their retention, {} segments; sealed up to {}, ends at {}",
                number("entries"),
                number("dropped"),
                number("segments"),
                number("sealed"),
                number("head"),
            ));
            output::line(&witnessed(report));
        }
    }
    for place in list(report, "unheld") {
        output::message(&format!(
            "entry {place} was dropped, so nothing can be held against what was said of it"
        ));
    }
    judge(report)
}

/// What this machine saw of it, and what bears no seal yet.
fn witnessed(report: &Value) -> String {
    let place = |value: Option<&Value>| value.and_then(Value::as_i64);
    let seen = match place(report.get("witnessed")) {
        Some(through) => format!("as this machine's witness saw it up to {through}"),
        None => "no witness: this machine has seen no seal before".to_owned(),
    };
    let unsealed = report.get("unsealed");
    let ends = |member| place(unsealed.and_then(|one| one.get(member)));
    match (ends("from"), ends("to")) {
        (Some(from), Some(to)) => format!("{seen}; {from} to {to} bear no seal yet"),
        (_, _) => seen,
    }
}

/// What the process ends with.
pub(super) fn judge(report: &Value) -> Result<(), Fault> {
    match (list(report, "findings"), list(report, "acknowledged")) {
        ([], []) => Ok(()),
        ([], [one, ..]) => Err(Fault::Acknowledged(format!(
            "nothing was found but what was acknowledged: {}",
            detail(one)
        ))),
        ([one], _) => Err(Fault::Refused(detail(one))),
        ([first, rest @ ..], _) => Err(Fault::Refused(format!(
            "{}, and {} more",
            detail(first),
            rest.len()
        ))),
    }
}

fn list<'a>(report: &'a Value, member: &str) -> &'a [Value] {
    let list = report.get(member).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

fn detail(finding: &Value) -> String {
    finding.get("detail").map(output::text).unwrap_or_default()
}
