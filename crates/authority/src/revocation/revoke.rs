//! Revoke what a cause was found to be, by its noun's own verb.

use symbolon_identity::realm::Realm;
use symbolon_identity::{
    Order, Recorded, World, WriteError, access, client, client_secret, grant, realm, refresh,
    session, signing_key, subject,
};
use symbolon_signin::password;
use symbolon_token::call::Call;
use thiserror::Error;

use super::{Afterwards, DiesForGood, FindError, Target};

/// Why nothing was revoked.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// There is no such cause.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It cannot be disabled.
    #[error(transparent)]
    DiesForGood(#[from] DiesForGood),
    /// It was revoked by itself before, or expired so long ago that it is forgotten.
    #[error("this token was revoked before, or expired long ago; there is nothing to revoke")]
    AlreadyDead,
    /// The subject is not to be had.
    #[error(transparent)]
    Subject(#[from] subject::ChangeError),
    /// The client is not to be had.
    #[error(transparent)]
    Client(#[from] client::ChangeError),
    /// The secret is not to be had.
    #[error(transparent)]
    ClientSecret(#[from] client_secret::RevokeError),
    /// The session is not to be had.
    #[error(transparent)]
    Session(#[from] session::RevokeError),
    /// The grant is not to be had.
    #[error(transparent)]
    Grant(#[from] grant::RevokeError),
    /// The password is not to be had.
    #[error(transparent)]
    Authenticator(#[from] password::EndError),
    /// The key is not to be had.
    #[error(transparent)]
    SigningKey(#[from] signing_key::RevokeError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Revokes it: epoch, state and journal entry become durable together.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    asking: &Realm,
    (target, afterwards): (&Target, Afterwards),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    let what = target.change(afterwards)?;
    let whose = asking.node;
    Ok(match target {
        Target::Realm(one) => realm::stand(world, call, one, (what, order)).await?,
        Target::Subject(node) => subject::stand(world, call, (whose, *node), (what, order)).await?,
        Target::Client(client_id) => {
            client::stand(world, call, (whose, client_id), (what, order)).await?
        }
        Target::ClientSecret(client, secret) => {
            let secret = ((whose, *client), *secret);
            client_secret::revoke_ordered(world, call, secret, order).await?
        }
        Target::Session(node) => {
            session::revoke_ordered(world, call, (whose, *node), order).await?
        }
        Target::Grant(node) => grant::revoke_ordered(world, call, (whose, *node), order).await?,
        Target::Authenticator(node) => {
            password::end_ordered(world, call, (whose, *node), order).await?
        }
        Target::SigningKey(node) => {
            signing_key::revoke_ordered(world, call, (whose, *node), order).await?
        }
        Target::Family(family, client, subject) => {
            let family = (whose, (*family, *client, *subject));
            let done = refresh::revoke_ordered(world, call, family, order).await?;
            done.ok_or(RevokeError::AlreadyDead)?
        }
        Target::Access(access) => {
            let done = access::revoke_ordered(world, call, access, order).await?;
            done.ok_or(RevokeError::AlreadyDead)?
        }
    })
}
