//! What reading and writing say when they fail.

use symbolon_authority::token::FindError;
use symbolon_identity::{LoadError, WriteError};

use super::Problem;

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Unavailable(_) => Self::unavailable(error),
            LoadError::Column(_) | LoadError::Value(_) | LoadError::Seal(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Load(error) => error.into(),
            WriteError::Busy | WriteError::Clock => Self::unavailable(error),
        }
    }
}

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Load(error) => error.into(),
            FindError::Behind => Self::unavailable(error),
        }
    }
}
