//! What verbs over passwords say.

use symbolon_signin::password::EndError;

use super::Problem;

impl From<EndError> for Problem {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Unknown(_) => {
                let detail = format!("{error}; a password link lets the person set one");
                Self::not_found("password_unknown", detail)
            }
            EndError::NoPassword(_) => Self::not_found("password_unknown", error.to_string()),
            EndError::Write(error) => error.into(),
        }
    }
}
