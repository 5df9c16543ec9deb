//! Find out what a text is: which kind of token, and whether it lives.

use symbolon_identity::access::{self, Refusal, VerifyError};
use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_token::time::Time;
use thiserror::Error;

use super::Token;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum FindError {
    /// The database does not answer.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// This node has not heard from the database for too long to judge.
    #[error("this node has fallen behind the journal")]
    Behind,
}

/// What a text is, if the authority issued it in this realm; dead or alive.
///
/// # Errors
/// [`FindError`] where it cannot be known now.
pub async fn find(
    world: &World,
    realm: &Realm,
    text: &str,
    now: Time,
) -> Result<Result<Token, Refusal>, FindError> {
    split(
        access::authentic(world, realm, text, now)
            .await
            .map(Token::Access),
    )
}

/// What a text is, if the authority issued it in this realm and it lives.
///
/// # Errors
/// [`FindError`] where it cannot be known now.
pub async fn find_alive(
    world: &World,
    realm: &Realm,
    text: &str,
    now: Time,
) -> Result<Result<Token, Refusal>, FindError> {
    split(
        access::verify(world, realm, text, now)
            .await
            .map(Token::Access),
    )
}

/// A refusal is an answer; the other errors are none.
pub(super) fn split<T>(found: Result<T, VerifyError>) -> Result<Result<T, Refusal>, FindError> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(VerifyError::Refused(refusal)) => {
            if refusal.is_forgery() {
                tracing::error!(%refusal, "a token was forged with a stolen signing key; revoke the key");
            }
            Ok(Err(refusal))
        }
        Err(VerifyError::Load(error)) => Err(error.into()),
        Err(VerifyError::Behind) => Err(FindError::Behind),
    }
}
