//! How the process ends: the codes, and the faults behind them, one sentence each.

use std::process::ExitCode;

use symbolon_http::server::{BindError, RunError};
use symbolon_identity::realm::CreateError;
use symbolon_identity::{LoadError, WriteError};
use symbolon_keys::root::check::WrongRootKey;
use symbolon_keys::root::file::RootFileError;
use symbolon_store::{OpenError, Unavailable};
use thiserror::Error;

/// What `--help` says about the exit codes.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  refused: the answer is no, and asking again will not change it
  2  cannot start: arguments, configuration, root key, database, address
  3  unavailable: the server or the database does not answer now; try again
  4  journal verify: nothing is wrong but breaks that an operator acknowledged";

/// Why the process ends without having done what it was asked.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// The answer is no.
    #[error("{0}")]
    Refused(String),
    /// It could not begin.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The journal broke, and an operator said that he knows.
    #[error("{0}")]
    Acknowledged(String),
    /// Nobody answers now.
    #[error("{0}")]
    Unavailable(String),
}

impl Fault {
    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Refused(_) => 1,
            Self::Start(_) => 2,
            Self::Unavailable(_) => 3,
            Self::Acknowledged(_) => 4,
        })
    }
}

/// Why the process could not begin. Each is one sentence for the operator.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    /// The database was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The root key cannot be read.
    #[error(transparent)]
    RootFile(#[from] RootFileError),
    /// The root key is another database's.
    #[error(transparent)]
    WrongRootKey(#[from] WrongRootKey),
    /// The address, the certificate or the local socket cannot be used.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The listening socket broke.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The memory could not be filled.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The first realm was not made.
    #[error("the first realm cannot be made: {0}")]
    Realm(#[from] CreateError),
    /// Something else that the installation needs was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file or folder cannot be used.
    #[error("{path}: {source}")]
    File {
        /// Its path.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Anything else, as a whole sentence.
    #[error("{0}")]
    Sentence(String),
}

impl StartError {
    /// A file that cannot be used.
    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.display().to_string();
        Self::File { path, source }
    }
}

impl From<Unavailable> for StartError {
    fn from(error: Unavailable) -> Self {
        Self::Load(error.into())
    }
}
