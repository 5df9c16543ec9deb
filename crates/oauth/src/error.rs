//! Errors in the shape of RFC 6749 §5.2: a code for programs, a sentence for people.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use symbolon_authority::token::FindError;
use symbolon_identity::access::IssueError;
use symbolon_identity::encryption::RecipientError;
use symbolon_identity::signing_key::SignError;
use symbolon_identity::{LoadError, WriteError, code};

/// What is wrong, as registered for OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 §5.2: a parameter is missing, repeated or malformed.
    InvalidRequest,
    /// RFC 6749 §5.2: the client is unknown or did not prove itself.
    InvalidClient,
    /// RFC 6749 §5.2: the client may not do this.
    UnauthorizedClient,
    /// RFC 6749 §5.2: there is no such grant here.
    UnsupportedGrantType,
    /// RFC 6749 §5.2: the scope is malformed or more than the client may have.
    InvalidScope,
    /// RFC 8707 §2: there is no such resource, or not for this client.
    InvalidTarget,
    /// RFC 6749 §5.2: the code or refresh token is no good, or not this client's.
    InvalidGrant,
    /// RFC 6749 §4.1.2.1: the person said no.
    AccessDenied,
    /// RFC 6749 §4.1.2.1: there is no such response type here.
    UnsupportedResponseType,
    /// OpenID Connect Core §3.1.2.6: the person must sign in, and `prompt` forbids to ask.
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6: the person must allow it, and `prompt` forbids to ask.
    ConsentRequired,
    /// OpenID Connect Core Unmet Authentication Requirements 1.0: nobody proves himself so here.
    UnmetAuthenticationRequirements,
    /// OpenID Connect Core §3.1.2.6: request objects are not read.
    RequestNotSupported,
    /// OpenID Connect Core §3.1.2.6: request objects are not fetched.
    RequestUriNotSupported,
    /// OpenID Connect Core §3.1.2.6: clients do not register by a request.
    RegistrationNotSupported,
    /// RFC 6749 §4.1.2.1: nothing is wrong with the request; ask again later.
    TemporarilyUnavailable,
    /// RFC 6749 §4.1.2.1: the authority failed.
    ServerError,
}

impl ErrorCode {
    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidGrant => "invalid_grant",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// The HTTP status that it is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::InvalidScope
            | Self::InvalidTarget
            | Self::InvalidGrant
            | Self::AccessDenied
            | Self::UnsupportedResponseType
            | Self::LoginRequired
            | Self::ConsentRequired
            | Self::UnmetAuthenticationRequirements
            | Self::RequestNotSupported
            | Self::RequestUriNotSupported
            | Self::RegistrationNotSupported => 400,
            Self::InvalidClient => 401,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
        }
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OauthError {
    /// The code.
    #[serde(rename = "error")]
    pub code: ErrorCode,
    /// What happened, why, and how to mend it. Printable ASCII without quotes (RFC 6749 §5.2).
    #[serde(rename = "error_description")]
    pub description: Cow<'static, str>,
}

impl OauthError {
    /// An error with its sentence. What the standard does not allow in it is replaced.
    #[must_use]
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        let allowed = |one: char| matches!(one, ' '..='~') && one != '"' && one != '\\';
        let description = if description.chars().all(allowed) {
            description
        } else {
            let clean = |one: char| if allowed(one) { one } else { '\'' };
            Cow::Owned(description.chars().map(clean).collect())
        };
        Self { code, description }
    }

    /// The authority failed: the log knows why, the client only that it did.
    fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        Self::new(
            ErrorCode::ServerError,
            "the authority failed; its log says why",
        )
    }

    /// Something that is needed does not answer: the database, or a client's key set.
    pub(crate) fn unavailable(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::warn!(error, "a request cannot be answered now");
        let text = "the authority cannot answer now; try again in a moment";
        Self::new(ErrorCode::TemporarilyUnavailable, text)
    }
}

impl From<LoadError> for OauthError {
    fn from(error: LoadError) -> Self {
        match &error {
            LoadError::Unavailable(_) => Self::unavailable(&error),
            LoadError::Column(_) | LoadError::Value(_) | LoadError::Seal(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<WriteError> for OauthError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Load(error) => error.into(),
            WriteError::Busy | WriteError::Clock => Self::unavailable(&error),
        }
    }
}

impl From<FindError> for OauthError {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Load(error) => error.into(),
            FindError::Behind => Self::unavailable(&error),
        }
    }
}

impl From<IssueError> for OauthError {
    fn from(error: IssueError) -> Self {
        if let IssueError::Recipient(error) = &error {
            return Self::unread(error, ErrorCode::InvalidTarget);
        }
        if matches!(error, IssueError::Mixed) {
            return Self::new(ErrorCode::InvalidTarget, error.to_string());
        }
        if matches!(error, IssueError::RealmDisabled) {
            return Self::new(ErrorCode::UnauthorizedClient, error.to_string());
        }
        if error.is_temporary() {
            Self::unavailable(&error)
        } else {
            Self::internal(&error)
        }
    }
}

impl From<code::IssueError> for OauthError {
    fn from(error: code::IssueError) -> Self {
        match error {
            code::IssueError::TooLong => Self::new(ErrorCode::InvalidRequest, error.to_string()),
            // Somebody signed out, or withdrew the grant, while the page was being answered.
            code::IssueError::Dead(_) => Self::new(
                ErrorCode::AccessDenied,
                "the sign-in or the grant ended meanwhile; start again",
            ),
            code::IssueError::Lineage(_) => Self::internal(&error),
            code::IssueError::Write(error) => error.into(),
        }
    }
}

impl From<code::RedeemError> for OauthError {
    fn from(error: code::RedeemError) -> Self {
        match error {
            code::RedeemError::Unknown
            | code::RedeemError::OtherClient
            | code::RedeemError::RedirectUri
            | code::RedeemError::Verifier
            | code::RedeemError::Expired
            | code::RedeemError::Dead(_)
            | code::RedeemError::Replayed => Self::new(ErrorCode::InvalidGrant, error.to_string()),
            code::RedeemError::Write(error) => error.into(),
        }
    }
}

impl From<SignError> for OauthError {
    fn from(error: SignError) -> Self {
        if let SignError::Recipient(error) = &error {
            return Self::unread(error, ErrorCode::InvalidRequest);
        }
        if error.is_temporary() {
            Self::unavailable(&error)
        } else {
            Self::internal(&error)
        }
    }
}

impl OauthError {
    /// Something could not be encrypted for whom it is meant. What is wrong with his keys is his to
    /// mend, and no fault of the authority.
    fn unread(error: &RecipientError, code: ErrorCode) -> Self {
        if error.is_temporary() {
            Self::unavailable(error)
        } else if error.is_recipients() {
            Self::new(code, error.to_string())
        } else {
            Self::internal(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_holds_only_what_the_standard_allows() {
        let error = OauthError::new(ErrorCode::InvalidScope, "the scope \"ä\\\n\" is unknown");
        let json = serde_json::to_value(&error).unwrap();
        let expected = serde_json::json!({
            "error": "invalid_scope",
            "error_description": "the scope ''''' is unknown",
        });
        assert_eq!(json, expected);
    }
}
