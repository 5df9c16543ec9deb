//! What verbs over resources say.

use symbolon_identity::resource::{ChangeError, CreateError};

use super::Problem;

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        let code = match error {
            CreateError::AudienceTaken => {
                return Self::conflict("audience_taken", error.to_string());
            }
            CreateError::Key(error) => return error.into(),
            CreateError::Write(error) => return error.into(),
            CreateError::Audience | CreateError::OwnAudience => "invalid_audience",
            CreateError::Scope(_) => "invalid_scope",
            CreateError::Words => "invalid_name",
            CreateError::Algorithm => "invalid_token_algorithm",
            CreateError::Lifetime => "invalid_token_lifetime",
            CreateError::Jwks(_) | CreateError::JwksUri => "invalid_keys",
            CreateError::Encryption(_) | CreateError::OpaqueEncrypted => "invalid_encryption",
        };
        Self::bad(code, error.to_string())
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown(_) => Self::not_found("resource_unknown", error.to_string()),
            ChangeError::Settings(error) => error.into(),
            ChangeError::Write(error) => error.into(),
        }
    }
}

impl Problem {
    /// The client that is to run a resource is not there.
    pub(crate) fn no_owner(owner: &str) -> Self {
        let detail = format!("there is no client {owner:?} in this realm to be the owner");
        Self::bad("invalid_owner", detail)
    }
}
