//! The token endpoint (RFC 6749 §3.2): one request, one grant, one token.
//!
//! The grants of passwords and of the implicit flow do not exist here (RFC 9700 §2.1.2, §2.4).

mod client_credentials;
mod reply;

pub use reply::TokenReply;

use crate::Request;
use symbolon_identity::client::AuthenticatedClient;
use symbolon_journal::{Event, Noun, Verb};

use crate::client_auth::authenticate;
use crate::error::{ErrorCode, OauthError};

/// The grants that exist, for metadata.
pub const GRANT_TYPES: [&str; 1] = ["client_credentials"];

/// A recognised client that is refused a token is journaled, within the rate; a failure of the
/// authority is not its refusal.
async fn journal(request: &Request<'_>, client: &AuthenticatedClient, error: &OauthError) {
    if error.code.status() >= 500 {
        return;
    }
    let (call, realm) = (client.call(&request.call), request.realm.node);
    let event = Event::refused(&call, realm, Verb::Issue, Noun::Access, error.code.name());
    let event = event.client(client.client().node);
    request.world.refuse(event).await;
}

/// Answers a token request.
///
/// # Errors
/// [`OauthError`]; no token left.
pub async fn token(request: &Request<'_>) -> Result<TokenReply, OauthError> {
    let grant = request.params.required("grant_type")?;
    match grant {
        "client_credentials" => {
            let client = authenticate(request).await?;
            let issued = client_credentials::issue(request, &client).await;
            if let Err(error) = &issued {
                journal(request, &client, error).await;
            }
            issued
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
