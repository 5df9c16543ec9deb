//! Tail the journal: the newest entries, the oldest of them first, and then those that come.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::Filter;
use super::from_file::{FromFile, Wanted};
use super::search::{newest, show, show_read};
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

/// How long the server may wait for something to tell before it answers with nothing, in milliseconds.
const WAIT: u32 = 10_000;

/// Shows the end of the journal.
#[derive(Args, Debug)]
pub(crate) struct Tail {
    #[command(flatten)]
    filter: Filter,
    /// Go on with what comes, until interrupted
    #[arg(short, long, conflicts_with = "file")]
    follow: bool,
    /// How many entries to begin with
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    from: FromFile,
}

impl Tail {
    pub(super) fn is_offline(&self) -> bool {
        self.from.file.is_some()
    }

    pub(super) fn offline(&self, format: Format) -> Result<(), Fault> {
        let wanted = Wanted {
            filter: &self.filter,
            since: None,
            until: None,
            limit: self.limit,
        };
        match self.from.read(&wanted)? {
            Some(read) => show_read(&read, format),
            None => Ok(()),
        }
    }

    pub(super) async fn run(self, api: &mut Transport, format: Format) -> Result<(), Fault> {
        let query = self.filter.query();
        // Where the journal ends is asked first: what comes meanwhile may be shown twice, not lost.
        let mut after = if self.follow { end(api).await? } else { 0 };
        let mut records = newest(api, &query, self.limit).await?;
        records.reverse();
        records.retain(|record| !self.follow || place(record) <= after);
        show(&records, format);
        if !self.follow {
            return Ok(());
        }
        loop {
            let path = format!("/v1/journal/tail?after={after}&wait_ms={WAIT}{query}");
            let news = api.ask(Method::GET, &path, None).await?;
            if let Some(Value::Array(items)) = news.get("items") {
                show(items, format);
            }
            after = news.get("after").and_then(Value::as_i64).unwrap_or(after);
        }
    }
}

async fn end(api: &mut Transport) -> Result<i64, Fault> {
    let now = api.ask(Method::GET, "/v1/journal/tail", None).await?;
    Ok(now.get("after").and_then(Value::as_i64).unwrap_or(0))
}

fn place(record: &Value) -> i64 {
    record.get("sequence").and_then(Value::as_i64).unwrap_or(0)
}
