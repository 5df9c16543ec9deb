//! Revoke any one token.

use symbolon_identity::{World, WriteError, access, refresh};
use symbolon_token::call::Call;

use super::Token;

/// Revokes a token. One that is dead already stays so.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke(world: &World, call: &Call, token: &Token) -> Result<(), WriteError> {
    match token {
        Token::Access(access) => access::revoke(world, call, access).await,
        // With a refresh token goes everything that the sign-in gave (RFC 7009 §2.1).
        Token::Refresh(token) => {
            let family = &token.presented.family;
            let whose = (family.node, family.client, family.allowance.subject);
            refresh::revoke(world, call, (family.realm, whose), "revoked").await
        }
    }
}
