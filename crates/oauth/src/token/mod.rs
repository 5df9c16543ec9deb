//! The token endpoint (RFC 6749 §3.2): one request, one grant, one token.
//!
//! The grants of passwords and of the implicit flow do not exist here (RFC 9700 §2.1.2, §2.4).

mod authorization_code;
mod client_credentials;
mod give;
mod refresh_token;
mod reply;

pub use reply::TokenReply;

use crate::Request;
use symbolon_identity::client::AuthenticatedClient;
use symbolon_journal::{Event, Noun, Verb};

use crate::client_auth::authenticate;
use crate::error::{ErrorCode, OauthError};

/// The grants that exist, for metadata.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "client_credentials", "refresh_token"];

/// What a request asks for.
#[derive(Clone, Copy)]
enum Grant {
    AuthorizationCode,
    ClientCredentials,
    RefreshToken,
}

impl Grant {
    fn parse(name: &str) -> Result<Self, OauthError> {
        match name {
            "authorization_code" => Ok(Self::AuthorizationCode),
            "client_credentials" => Ok(Self::ClientCredentials),
            "refresh_token" => Ok(Self::RefreshToken),
            "password" | "implicit" => Err(OauthError::new(
                ErrorCode::UnsupportedGrantType,
                "this grant is unsafe and does not exist here (RFC 9700); use authorization_code",
            )),
            _ => Err(OauthError::new(
                ErrorCode::UnsupportedGrantType,
                "there is no such grant; use authorization_code, client_credentials or refresh_token",
            )),
        }
    }

    /// What a refusal is about.
    const fn noun(self) -> Noun {
        match self {
            Self::AuthorizationCode => Noun::Code,
            Self::ClientCredentials => Noun::Access,
            Self::RefreshToken => Noun::Refresh,
        }
    }
}

/// Answers a token request.
///
/// # Errors
/// [`OauthError`]; no token left.
pub async fn token(request: &Request<'_>) -> Result<TokenReply, OauthError> {
    let grant = Grant::parse(request.params.required("grant_type")?)?;
    let client = authenticate(request).await?;
    let answered = match grant {
        Grant::AuthorizationCode => authorization_code::redeem(request, &client).await,
        Grant::ClientCredentials => client_credentials::issue(request, &client).await,
        Grant::RefreshToken => refresh_token::rotate(request, &client).await,
    };
    if let Err(error) = &answered {
        journal(request, (&client, grant), error).await;
    }
    answered
}

/// A recognised client that is refused a token is journaled, within the rate; a failure of the
/// authority is not its refusal.
async fn journal(
    request: &Request<'_>,
    (client, grant): (&AuthenticatedClient, Grant),
    error: &OauthError,
) {
    if error.code.status() >= 500 {
        return;
    }
    let (call, realm) = (client.call(&request.call), request.realm.node);
    let verb = match grant {
        Grant::AuthorizationCode => Verb::Redeem,
        Grant::ClientCredentials => Verb::Issue,
        Grant::RefreshToken => Verb::Rotate,
    };
    let event = Event::refused(&call, realm, verb, grant.noun(), error.code.name());
    let event = event.client(client.client().node);
    request.world.refuse(event).await;
}
