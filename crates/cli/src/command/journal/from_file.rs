//! Entries of an exported file, by the same filters as those of a journal. No installation is needed.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use symbolon_journal::archive::search;
use symbolon_journal::{Filter, Noun, Outcome, Verb};
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use super::verify::{read, told_keys};
use crate::clock;
use crate::exit::{Fault, StartError};

/// Which file, if any.
#[derive(Args, Debug)]
pub(super) struct FromFile {
    /// Read an exported file instead, with the entries of all realms; no installation is needed
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// The keys to trust with --file, as JWKs (`keys` of GET /v1/journal/checkpoint); else those that
    /// the file names
    #[arg(long, value_name = "FILE", requires = "file")]
    keys: Option<PathBuf>,
}

/// What is wanted of it.
pub(super) struct Wanted<'a> {
    /// Which entries.
    pub(super) filter: &'a super::Filter,
    /// From then on.
    pub(super) since: Option<i64>,
    /// Before then.
    pub(super) until: Option<i64>,
    /// The newest so many.
    pub(super) limit: usize,
}

/// What a file says.
pub(super) struct Read {
    /// The entries, the oldest first.
    pub(super) records: Vec<Value>,
    /// What the file was found to be, as `journal verify` tells it.
    pub(super) report: Value,
}

impl FromFile {
    /// Reads a file's entries; `None` where no file is named.
    pub(super) fn read(&self, wanted: &Wanted<'_>) -> Result<Option<Read>, Fault> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let filter = filter(wanted)?;
        let source = File::open(file).map_err(|error| StartError::file(file, error))?;
        let keys = self.keys.as_deref().map(read).transpose()?;
        let (keys, now) = (keys.as_deref(), clock::now());
        let found = search(source, keys, (&filter, wanted.limit), now);
        let found = found.map_err(|error| Fault::Refused(error.to_string()))?;
        told_keys(keys.is_some(), &found.verified);
        Ok(Some(Read {
            records: found.records.iter().map(|one| json!(one)).collect(),
            report: json!(found.verified.report),
        }))
    }
}

fn filter(wanted: &Wanted<'_>) -> Result<Filter, Fault> {
    let asked = wanted.filter;
    let node = asked.node.as_deref().map(str::parse::<NodeId>);
    let unknown = |_| Fault::Refused("node is an id as the journal shows it".to_owned());
    Ok(Filter {
        node: node.transpose().map_err(unknown)?,
        verb: named(asked.verb.as_deref(), &Verb::ALL, Verb::name)?,
        noun: named(asked.noun.as_deref(), &Noun::ALL, Noun::name)?,
        outcome: named(asked.outcome.as_deref(), &Outcome::ALL, Outcome::name)?,
        since: wanted.since.map(Time),
        until: wanted.until.map(Time),
        ..Filter::default()
    })
}

/// The one that has this name.
fn named<T: Copy>(
    text: Option<&str>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, Fault> {
    let Some(text) = text else {
        return Ok(None);
    };
    let found = all.iter().copied().find(|one| name(*one) == text);
    let unknown = || {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        Fault::Refused(format!("{text:?} is none of {}", names.join(", ")))
    };
    found.map(Some).ok_or_else(unknown)
}
