//! What verbs over grants say.

use symbolon_identity::grant::RevokeError;

use super::Problem;

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Unknown(_) => Self::not_found("grant_unknown", error.to_string()),
            RevokeError::Write(error) => error.into(),
        }
    }
}
