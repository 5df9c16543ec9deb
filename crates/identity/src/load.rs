//! Why something could not be read from the database.

use symbolon_store::{ColumnError, CommitError, Unavailable};
use thiserror::Error;

/// Why a row could not be read.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Schema and code differ.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// A value that this version does not write.
    #[error("the database holds a value in {0} that this version does not know")]
    Value(&'static str),
    /// A sealed value that the root key does not open.
    #[error("the value sealed in {0} does not open with the root key")]
    Seal(&'static str),
}

impl From<symbolon_lineage::LoadError> for LoadError {
    fn from(error: symbolon_lineage::LoadError) -> Self {
        match error {
            symbolon_lineage::LoadError::Unavailable(error) => Self::Unavailable(error),
            symbolon_lineage::LoadError::Column(error) => Self::Column(error),
            symbolon_lineage::LoadError::Value(place) => Self::Value(place),
        }
    }
}

/// How often to load again after a lost race. Each loss means that somebody else moved on.
pub const MAX_CONFLICTS: usize = 3;

/// Why something that is only written, or written again after a lost race, was not.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It could not be read first.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Others were faster, again and again.
    #[error("too many changes at once; try again")]
    Busy,
    /// It was to be issued, and what time it is, is not known.
    #[error("the machine's clock jumped; nothing is issued until it has been steady")]
    Clock,
}

impl WriteError {
    /// The database does not answer, or is too busy: asking again later may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Load(error) => matches!(error, LoadError::Unavailable(_)),
            Self::Busy | Self::Clock => true,
        }
    }
}

impl From<Unavailable> for WriteError {
    fn from(error: Unavailable) -> Self {
        Self::Load(LoadError::Unavailable(error))
    }
}

impl From<CommitError> for WriteError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict { .. } => Self::Busy,
            CommitError::Unavailable(error) => error.into(),
        }
    }
}
