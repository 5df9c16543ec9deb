//! The token endpoint (RFC 6749 §3.2): one request, one grant, one token.
//!
//! The grants of passwords and of the implicit flow do not exist here (RFC 9700 §2.1.2, §2.4).

mod client_credentials;
mod reply;

pub use reply::TokenReply;

use crate::Request;
use crate::client_auth::authenticate;
use crate::error::{ErrorCode, OauthError};

/// The grants that exist, for metadata.
pub const GRANT_TYPES: [&str; 1] = ["client_credentials"];

/// Answers a token request.
///
/// # Errors
/// [`OauthError`]; no token left.
pub async fn token(request: &Request<'_>) -> Result<TokenReply, OauthError> {
    let grant = request.params.required("grant_type")?;
    match grant {
        "client_credentials" => {
            let client = authenticate(request).await?;
            client_credentials::issue(request, &client).await
        }
        "password" | "implicit" => Err(OauthError::new(
            ErrorCode::UnsupportedGrantType,
            "this grant is unsafe and does not exist here (RFC 9700); use client_credentials",
        )),
        _ => Err(OauthError::new(
            ErrorCode::UnsupportedGrantType,
            "there is no such grant; use client_credentials",
        )),
    }
}
