//! Search the journal, the newest first.

use std::fmt::Write;

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::from_file::{FromFile, Read, Wanted};
use super::verify::judge;
use super::{Filter, sentence};
use crate::exit::Fault;
use crate::output::{self, Format};
use crate::transport::Transport;

/// Entries of one answer at most.
pub(super) const PAGE: usize = 200;

/// Searches the journal.
#[derive(Args, Debug)]
pub(crate) struct Search {
    #[command(flatten)]
    filter: Filter,
    /// How many entries at most
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 100)]
    limit: usize,
    /// Only from then on, in milliseconds since 1970
    #[arg(long, value_name = "MILLIS")]
    since: Option<i64>,
    /// Only before then, in milliseconds since 1970
    #[arg(long, value_name = "MILLIS")]
    until: Option<i64>,
    #[command(flatten)]
    from: FromFile,
}

impl Search {
    pub(super) fn is_offline(&self) -> bool {
        self.from.file.is_some()
    }

    pub(super) fn offline(&self, format: Format) -> Result<(), Fault> {
        let wanted = Wanted {
            filter: &self.filter,
            since: self.since,
            until: self.until,
            limit: self.limit,
        };
        let Some(mut read) = self.from.read(&wanted)? else {
            return Ok(());
        };
        read.records.reverse();
        show_read(&read, format)
    }

    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let mut query = self.filter.query();
        for (name, value) in [("since", self.since), ("until", self.until)] {
            if let Some(value) = value {
                let _infallible = write!(query, "&{name}={value}");
            }
        }
        let records = newest(api, &query, self.limit).await?;
        show(&records, format);
        Ok(())
    }
}

/// The newest entries that match, the newest first.
pub(super) async fn newest(
    api: &mut Transport,
    query: &str,
    limit: usize,
) -> Result<Vec<Value>, Fault> {
    let (mut records, mut before) = (Vec::new(), String::new());
    while records.len() < limit {
        let page = (limit - records.len()).min(PAGE);
        let path = format!("/v1/journal?limit={page}{query}{before}");
        let mut page = api.ask(Method::GET, &path, None).await?;
        if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
            records.extend(items);
        }
        match page.get("next").and_then(Value::as_i64) {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    Ok(records)
}

/// Shows a file's entries, and says where the file is not what was exported.
pub(super) fn show_read(read: &Read, format: Format) -> Result<(), Fault> {
    show(&read.records, format);
    match judge(&read.report) {
        Err(Fault::Acknowledged(breaks)) => {
            output::message(&breaks);
            Ok(())
        }
        other => other,
    }
}

/// Shows entries in the order given: a line each, and as JSON an object a line.
pub(super) fn show(records: &[Value], format: Format) {
    for record in records {
        output::line(&match format {
            Format::Table => sentence(record),
            Format::Json => record.to_string(),
        });
    }
}
