//! What verbs over clients and their secrets say. Where RFC 7591 §3.2.2 has a code, it stands there too.

use axum::http::StatusCode;
use symbolon_identity::client::{ChangeError, CreateError, SettingsError};
use symbolon_identity::client_secret::{RevokeError, SecretError};

use super::Problem;

/// The code of RFC 7591 for what has none of its own.
const METADATA: &str = "invalid_client_metadata";

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::ClientId | CreateError::LooksLikeSubject => {
                Self::bad("invalid_client_id", error.to_string()).registration(METADATA)
            }
            CreateError::Reserved => {
                Self::conflict("client_built_in", error.to_string()).registration(METADATA)
            }
            CreateError::ClientIdTaken(_) => {
                Self::conflict("client_id_taken", error.to_string()).registration(METADATA)
            }
            CreateError::Settings(error) => error.into(),
            CreateError::Secret(error) => error.into(),
            CreateError::Write(error) => error.into(),
        }
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        let code = error.code();
        Self::bad(code, error.to_string()).registration(code)
    }
}

impl From<SecretError> for Problem {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Text | SecretError::TooShortForJwt | SecretError::Expired => {
                Self::bad("invalid_client_secret", error.to_string()).registration(METADATA)
            }
            SecretError::NoSecrets => Self::conflict("client_has_no_secrets", error.to_string()),
            SecretError::TooMany => Self::conflict("too_many_secrets", error.to_string()),
            SecretError::Write(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown(_) => Self::not_found("client_unknown", error.to_string()),
            ChangeError::BuiltIn(_) => Self::conflict("client_built_in", error.to_string()),
            ChangeError::Settings(error) => error.into(),
            ChangeError::Write(error) => error.into(),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Unknown(_) => Self::not_found("client_secret_unknown", error.to_string()),
            RevokeError::Write(error) => error.into(),
        }
    }
}

impl Problem {
    /// The client that a path names is not there.
    pub(crate) fn no_client(client_id: &str) -> Self {
        ChangeError::Unknown(client_id.to_owned()).into()
    }

    /// A document about a client that cannot be read.
    pub(crate) fn no_metadata(self) -> Self {
        match self.status {
            StatusCode::BAD_REQUEST => self.registration(METADATA),
            _ => self,
        }
    }
}
