//! What commands print: data on standard output, as a table for people or JSON for programs, and
//! messages on standard error.

mod bar;
mod cell;
mod progress;
mod table;

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde_json::Value;

pub(crate) use bar::Bar;
pub(crate) use cell::{ago, text, time};
pub(crate) use progress::Progress;
pub(crate) use table::{Column, print_record, print_rows};

/// How data looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    Table,
    /// JSON for programs
    Json,
}

impl Format {
    /// What was asked for; else a table on a terminal and JSON anywhere else.
    pub(crate) fn or_default(asked: Option<Self>) -> Self {
        match asked {
            Some(format) => format,
            None if io::stdout().is_terminal() => Self::Table,
            None => Self::Json,
        }
    }
}

/// One line of data. Whoever closes the pipe has read enough.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _closed = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// One message.
pub(crate) fn message(text: &str) {
    let _closed = writeln!(io::stderr().lock(), "{text}");
}

/// A JSON value, over several lines.
pub(crate) fn json(value: &Value) {
    line(&serde_json::to_string_pretty(value).unwrap_or_default());
}
