//! What verbs over realms say.

use symbolon_identity::realm::CreateError;

use super::Problem;

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Name => Self::bad("invalid_realm_name", error.to_string()),
            CreateError::Issuer(error) => Self::bad("invalid_issuer", error.to_string()),
            CreateError::Taken => Self::conflict("realm_taken", error.to_string()),
            CreateError::Key(error) => error.into(),
            CreateError::Write(error) => error.into(),
        }
    }
}
