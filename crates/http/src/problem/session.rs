//! What verbs over sessions say.

use symbolon_identity::session::RevokeError;

use super::Problem;

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Unknown(_) => Self::not_found("session_unknown", error.to_string()),
            RevokeError::Write(error) => error.into(),
        }
    }
}
