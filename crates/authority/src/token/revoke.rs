//! Revoke any one token.

use symbolon_identity::{World, WriteError, access};
use symbolon_token::call::Call;

use super::Token;

/// Revokes a token. One that is dead already stays so.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke(world: &World, call: &Call, token: &Token) -> Result<(), WriteError> {
    match token {
        Token::Access(access) => access::revoke(world, call, access).await,
    }
}
