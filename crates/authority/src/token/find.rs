//! Find out what a text is: which kind of token, and whether it lives.

use symbolon_identity::access::{self, Refusal, VerifyError};
use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World, client, refresh};
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::time::Time;
use thiserror::Error;

use super::{Refresh, Token};

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
    if let Some(token) = refresh_token(world, realm, text).await? {
        return Ok(Ok(token));
    }
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
    if let Some(token) = refresh_token(world, realm, text).await? {
        let life = alive(world, &token, now).await?;
        return Ok(life.map(|()| token));
    }
    split(
        access::verify(world, realm, text, now)
            .await
            .map(Token::Access),
    )
}

/// Whether an authentic token lives.
///
/// # Errors
/// [`FindError`] where it cannot be known now.
pub async fn alive(
    world: &World,
    token: &Token,
    now: Time,
) -> Result<Result<(), Refusal>, FindError> {
    match token {
        Token::Access(access) => split(access::alive(world, access, now).await),
        Token::Refresh(token) => {
            let held = (&token.presented, &token.client);
            Ok(refresh::alive(world, held, now).await?)
        }
    }
}

/// The refresh token with this text, if it is one.
async fn refresh_token(
    world: &World,
    realm: &Realm,
    text: &str,
) -> Result<Option<Token>, FindError> {
    if opaque::kind(text) != Ok(Kind::Refresh) {
        return Ok(None);
    }
    let Some(presented) = refresh::verify(world, realm.node, text).await? else {
        return Ok(None);
    };
    let client = client::find(world, realm.node, presented.family.client).await?;
    Ok(client.map(|client| Token::Refresh(Box::new(Refresh { presented, client }))))
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
