//! Revocation (RFC 7009): a client says that it no longer needs a token.
//!
//! 1. The caller is a client that was recognised.
//! 2. The token was issued to it; another client's is refused, and that is journaled.
//! 3. A token that is unknown, dead or malformed is as revoked as can be: the answer is the same.

use symbolon_authority::token::{self, Token, find};
use symbolon_identity::client::AuthenticatedClient;
use symbolon_journal::{Event, Noun, Verb};

use crate::Request;
use crate::client_auth::authenticate;
use crate::error::{ErrorCode, OauthError};
use crate::forgery::report;

/// Answers a revocation request.
///
/// # Errors
/// [`OauthError`] for a caller that was not recognised, another client's token, or a request that
/// cannot be read.
pub async fn revoke(request: &Request<'_>) -> Result<(), OauthError> {
    let caller = authenticate(request).await?;
    let text = request.params.required("token")?;
    let found = find(request.world, request.realm, text, request.call.now).await?;
    let found = match found {
        Ok(found) => found,
        Err(refusal) => {
            report(request, &caller, Verb::Revoke, &refusal).await;
            return Ok(());
        }
    };
    if !is_own(&caller, &found) {
        refuse(request, &caller, &found).await;
        return Err(OauthError::new(
            ErrorCode::UnauthorizedClient,
            "this token was issued to another client, which alone may revoke it",
        ));
    }
    let call = caller.call(&request.call);
    token::revoke(request.world, &call, &found).await?;
    Ok(())
}

fn is_own(caller: &AuthenticatedClient, found: &Token) -> bool {
    match found {
        Token::Access(access) => access.client == caller.client().node,
        Token::Refresh(token) => token.client.node == caller.client().node,
    }
}

async fn refuse(request: &Request<'_>, caller: &AuthenticatedClient, found: &Token) {
    let (call, realm) = (caller.call(&request.call), request.realm.node);
    let noun = match found {
        Token::Access(_) => Noun::Access,
        Token::Refresh(_) => Noun::Refresh,
    };
    let event = Event::refused(&call, realm, Verb::Revoke, noun, "unauthorized_client");
    let event = match found {
        Token::Access(access) => event.client(access.client).status(access.status),
        Token::Refresh(token) => {
            let family = token.presented.family.node;
            event.client(token.client.node).family(family)
        }
    };
    request.world.refuse(event).await;
}
