//! Why the bench stopped: one sentence that says what to do.

use std::io;

use thiserror::Error;

/// Why the bench stopped.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// A program that it measures with or against is not installed.
    #[error("the bench needs {what}; run: {command}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// The command that brings it.
        command: &'static str,
    },
    /// A server ended, or did not answer in time.
    #[error("{program} does not become ready; its log says:\n{log}")]
    NotReady {
        /// Which.
        program: &'static str,
        /// What it wrote.
        log: String,
    },
    /// A server ended while it was measured.
    #[error("{0} has ended by itself")]
    Ended(&'static str),
    /// A server answered otherwise than it should.
    #[error("{what}: answered {status}: {body}")]
    Reply {
        /// What was asked.
        what: String,
        /// The HTTP status.
        status: u16,
        /// What it said.
        body: String,
    },
    /// A server could not be asked.
    #[error("{what}: {source}")]
    Connection {
        /// What was asked.
        what: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// No row was asked for.
    #[error("no row has this in its name; docs/performance.md names them all")]
    Nothing,
    /// Some rows mean nothing.
    #[error("rows with errors: {0}; what happened stands in the table")]
    Rows(String),
}
