//! The answer of the token endpoint (RFC 6749 §5.1).

use serde::Serialize;
use symbolon_identity::access::Issued;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;

/// A token, and what to know of it.
#[derive(Serialize)]
pub struct TokenReply {
    /// The token itself.
    #[serde(serialize_with = "reveal")]
    pub access_token: Secret,
    /// Whoever bears it may use it.
    pub token_type: &'static str,
    /// How many seconds it lives.
    pub expires_in: u64,
    /// What it allows.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// What gets the next one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "reveal_some"
    )]
    pub refresh_token: Option<Secret>,
    /// What tells of the sign-in.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "reveal_some"
    )]
    pub id_token: Option<Secret>,
}

/// The one answer that hands the token out.
fn reveal<S: serde::Serializer>(token: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.reveal())
}

#[expect(
    clippy::ref_option,
    reason = "serde hands over a reference to the member"
)]
fn reveal_some<S: serde::Serializer>(
    token: &Option<Secret>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&token.as_ref().map(Secret::reveal))
}

impl From<Issued> for TokenReply {
    fn from(issued: Issued) -> Self {
        Self {
            access_token: issued.token,
            token_type: "Bearer",
            expires_in: issued.lifetime.as_secs(),
            scope: issued.scope,
            refresh_token: None,
            id_token: None,
        }
    }
}
