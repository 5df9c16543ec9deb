//! What verbs over subjects say.

use symbolon_identity::subject::{ChangeError, CreateError};

use super::Problem;

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Name => Self::bad("invalid_name", error.to_string()),
            CreateError::Service => Self::bad("invalid_kind", error.to_string()),
            CreateError::Write(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown(_) => Self::not_found("subject_unknown", error.to_string()),
            ChangeError::Write(error) => error.into(),
        }
    }
}
