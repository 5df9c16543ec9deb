//! What verbs over subjects say.

use symbolon_identity::subject::{ChangeError, CreateError, ProfileError, Taken};
use symbolon_signin::password_link::IssueError;

use super::Problem;

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Service => Self::bad("invalid_kind", error.to_string()),
            CreateError::Profile(error) => error.into(),
            CreateError::Taken(error) => error.into(),
            CreateError::Write(error) => error.into(),
        }
    }
}

impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        let code = match error {
            ProfileError::Name | ProfileError::NameFollows => "invalid_name",
            ProfileError::Reserved => {
                return Self::conflict("subject_built_in", error.to_string());
            }
            ProfileError::Username => "invalid_username",
            ProfileError::NotPerson => "not_a_person",
            ProfileError::Claims(_) => "invalid_claims",
        };
        Self::bad(code, error.to_string())
    }
}

impl From<Taken> for Problem {
    fn from(error: Taken) -> Self {
        let code = match error {
            Taken::Username => "username_taken",
            Taken::Email => "email_taken",
        };
        Self::conflict(code, error.to_string())
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::NotAPerson => Self::conflict("not_a_person", error.to_string()),
            IssueError::Lifetime => Self::bad("invalid_lifetime", error.to_string()),
            IssueError::Write(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown(_) => Self::not_found("subject_unknown", error.to_string()),
            ChangeError::Service => Self::conflict("subject_is_a_service", error.to_string()),
            ChangeError::Profile(error) => error.into(),
            ChangeError::Taken(error) => error.into(),
            ChangeError::Write(error) => error.into(),
        }
    }
}
