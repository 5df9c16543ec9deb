//! Why a chore stopped: one sentence that says what to do.

use std::io;

use thiserror::Error;

/// Why a chore stopped.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The arguments name no chore or no option of it.
    #[error("{0}")]
    Usage(String),
    /// A program could not be started.
    #[error("cannot start `{command}`: {source}")]
    Start {
        /// The command line.
        command: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A program ran and reported failure; its own output is above.
    #[error("`{0}` failed; what it said is above")]
    Command(String),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A program's or a file's text does not have the expected shape.
    #[error("{what} is not as expected: {why}")]
    Shape {
        /// Whose text it is.
        what: &'static str,
        /// What the parser said.
        why: String,
    },
    /// The tree breaks rules of the house; each is printed above.
    #[error("{count} {}; each is named above with its rule", if *count == 1 { "fault" } else { "faults" })]
    Faults {
        /// How many.
        count: usize,
    },
    /// A step of several failed.
    #[error("stopped at the step \"{step}\": {source}")]
    Step {
        /// Its name as announced.
        step: &'static str,
        /// Why it failed.
        source: Box<Failure>,
    },
    /// The tests need something that is not installed and may not be installed from here.
    #[error("the tests need {what}; run: {command}")]
    Missing {
        /// What is missing.
        what: String,
        /// The command that brings it.
        command: String,
    },
    /// Fuzzing needs a tool that is not installed.
    #[error("fuzzing needs {what}; run: {command}")]
    Tool {
        /// What is missing.
        what: &'static str,
        /// The command that brings it.
        command: &'static str,
    },
    /// The bench stopped.
    #[error(transparent)]
    Bench(#[from] crate::bench::Fault),
}
