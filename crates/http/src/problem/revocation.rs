//! What revoking by cause says.

use symbolon_authority::revocation::{FindError, PreviewError, RevokeError};
use symbolon_authority::revocation_job::{AskError, ReceiptError};
use symbolon_identity::signing_key::SignError;

use super::Problem;

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Unknown(_) => Self::not_found("cause_unknown", error.to_string()),
            FindError::Token(error) => error.into(),
        }
    }
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::Find(error) => error.into(),
            PreviewError::Read(error) => error.into(),
            PreviewError::Load(error) => error.into(),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Find(error) => error.into(),
            RevokeError::DiesForGood(_) => {
                let detail = format!("disable: {error}; leave disable out");
                Self::bad("cannot_be_disabled", detail)
            }
            RevokeError::AlreadyDead => Self::conflict("already_dead", error.to_string()),
            RevokeError::Subject(error) => error.into(),
            RevokeError::Client(error) => error.into(),
            RevokeError::ClientSecret(error) => error.into(),
            RevokeError::Session(error) => error.into(),
            RevokeError::Grant(error) => error.into(),
            RevokeError::Authenticator(error) => error.into(),
            RevokeError::SigningKey(error) => error.into(),
            RevokeError::Write(error) => error.into(),
        }
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Find(error) => error.into(),
            AskError::Write(error) => error.into(),
        }
    }
}

impl From<ReceiptError> for Problem {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::Read(error) => error.into(),
            ReceiptError::Sign(error) => error.into(),
        }
    }
}

/// The deed is done; its receipt is not.
impl From<SignError> for Problem {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Key(error) => error.into(),
            SignError::Sign(_) | SignError::Recipient(_) => Self::internal(error),
        }
    }
}
