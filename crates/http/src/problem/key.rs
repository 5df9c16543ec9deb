//! What verbs over signing keys say.

use symbolon_identity::signing_key::{EnsureError, RevokeError, RotateError};
use symbolon_keys::signing_key::create::CreateError;
use symbolon_keys::signing_key::{revoke, rotate};

use super::Problem;

impl From<RotateError> for Problem {
    fn from(error: RotateError) -> Self {
        match error {
            RotateError::Rule(rule) => match rule {
                rotate::RotateError::NoKey { .. } => {
                    Self::not_found("key_unknown", rule.to_string())
                }
                rotate::RotateError::AlreadyAnnounced { .. } => {
                    Self::conflict("successor_announced", rule.to_string())
                }
                rotate::RotateError::TooMany { .. } => {
                    Self::conflict("too_many_keys", rule.to_string())
                }
            },
            RotateError::Make(error) => Self::internal(error),
            RotateError::Write(error) => error.into(),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Rule(rule) => match rule {
                revoke::RevokeError::Unknown { .. } => {
                    Self::not_found("key_unknown", rule.to_string())
                }
                revoke::RevokeError::AlreadyRevoked { .. } => {
                    Self::conflict("key_revoked", rule.to_string())
                }
            },
            RevokeError::Make(error) => Self::internal(error),
            RevokeError::Write(error) => error.into(),
        }
    }
}

impl From<EnsureError> for Problem {
    fn from(error: EnsureError) -> Self {
        match error {
            EnsureError::Make(error) => Self::internal(error),
            EnsureError::Create(rule) => match rule {
                CreateError::Exists { .. } => Self::unavailable(rule),
                CreateError::Symmetric { .. } => Self::internal(rule),
            },
            EnsureError::Write(error) => error.into(),
        }
    }
}
