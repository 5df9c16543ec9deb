//! Suspend and resume, by the noun's own verb.

use symbolon_identity::realm::Realm;
use symbolon_identity::{
    Order, Recorded, Way, World, WriteError, client, client_secret, grant, session, subject,
};
use symbolon_signin::password;
use symbolon_token::call::Call;
use thiserror::Error;

use crate::revocation::{FindError, Target};

/// Why nothing was suspended or resumed.
#[derive(Debug, Error)]
pub enum SuspendError {
    /// There is no such cause.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It has no way back.
    #[error("a {0} cannot be suspended; revoke it, or suspend what it descends from")]
    NoWayBack(&'static str),
    /// A realm has its own way.
    #[error("a realm is disabled with its revocation, and enabled by itself")]
    Realm,
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
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Takes something out of use, or puts it into use again.
///
/// # Errors
/// [`SuspendError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    realm: &Realm,
    (target, way): (&Target, Way),
    order: &Order<'_>,
) -> Result<Recorded, SuspendError> {
    let whose = realm.node;
    let what = way.change();
    Ok(match target {
        Target::Session(node) => {
            session::suspend(world, call, (whose, *node), (way, order)).await?
        }
        Target::Grant(node) => grant::suspend(world, call, (whose, *node), (way, order)).await?,
        Target::ClientSecret(client, secret) => {
            let secret = ((whose, *client), *secret);
            client_secret::suspend(world, call, secret, (way, order)).await?
        }
        Target::Client(client_id) => {
            client::stand(world, call, (whose, client_id), (what, order)).await?
        }
        Target::Subject(node) => subject::stand(world, call, (whose, *node), (what, order)).await?,
        Target::Authenticator(node) => {
            password::stand_ordered(world, call, (whose, *node), (what, order)).await?
        }
        Target::Realm(_) => return Err(SuspendError::Realm),
        Target::SigningKey(_) | Target::Family(..) | Target::Access(_) => {
            return Err(SuspendError::NoWayBack(target.role()));
        }
    })
}
