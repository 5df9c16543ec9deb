//! Logs: messages for people or for programs, on standard error, so that data stays alone on standard
//! output.

use std::io::IsTerminal;

use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::SystemTime;

/// The variable that overrides the configured level: `SYMBOLON_LOG=debug`.
const VARIABLE: &str = "SYMBOLON_LOG";

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// For people, and for systemd's journal, which adds the time itself.
    #[default]
    Plain,
    /// One JSON object a line.
    Json,
}

/// Starts logging, once for the process. A level that cannot be read means `info`.
pub(crate) fn start(format: Format, level: &str) {
    let wanted = std::env::var(VARIABLE).unwrap_or_else(|_| level.to_owned());
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        // A full disk under the log must not end what is being done: it would be told by a panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    // systemd sets it where it reads standard error, and stamps each line.
    let stamped = std::env::var_os("JOURNAL_STREAM").is_some();
    let started = match format {
        Format::Json => lines
            .json()
            .flatten_event(true)
            .with_timer(SystemTime)
            .try_init(),
        Format::Plain if stamped => lines.without_time().try_init(),
        Format::Plain => lines.with_timer(SystemTime).try_init(),
    };
    // Logging that runs already is as good.
    drop(started);
}
