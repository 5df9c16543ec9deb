//! Revoke a signing key: it was stolen, so nothing that it signed is believed any more. Its node
//! ends in the same unit, and a successor signs at once.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_keys::signing_key::revoke::{self, Revocation};
use symbolon_keys::signing_key::{MakeError, of_realm};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SigningKeyNode};
use thiserror::Error;

use super::find::load_error;
use crate::{Draft, LoadError, Order, Recorded, Revoked, With, World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// The rules say no.
    #[error(transparent)]
    Rule(#[from] revoke::RevokeError),
    /// The pair of the key that replaces it was not made.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<LoadError> for RevokeError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// Revokes a key and everything that it signed.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (key, with): (SigningKeyNode, With<SigningKeyNode>),
) -> Result<(), RevokeError> {
    let mut turn = world.turn(key).await;
    while turn.again().await {
        let (draft, _) = draft(world, call, (realm, key), &Order::default()).await?;
        let draft = draft.and(Draft::steps(with.steps(&key)));
        if draft.applied(world, call.now).await? {
            return Ok(());
        }
    }
    Err(WriteError::Busy.into())
}

/// Revokes a key and everything that it signed, as it was ordered.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke_ordered(
    world: &World,
    call: &Call,
    whose: (RealmNode, SigningKeyNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(whose.1).await;
    while turn.again().await {
        let (draft, revoked) = draft(world, call, whose, order).await?;
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}

/// What revokes a key, and makes its successor where it was the one that signs.
async fn draft(
    world: &World,
    call: &Call,
    (realm, key): (RealmNode, SigningKeyNode),
    order: &Order<'_>,
) -> Result<(Draft, Revoked), RevokeError> {
    let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
    let Revocation { steps, replace } = revoke::decide(&rows, key, &world.policy, call.now)?;
    let event = Event::done(call, realm, Verb::Revoke, Noun::SigningKey).signing_key(key);
    let (draft, revoked) = Draft::stand(world, call, event, (key, Change::End), order);
    let mut draft = draft.and(Draft::steps(steps));
    if let Some(successor) = replace {
        let made = super::make(world, call, successor).await?;
        draft = draft.and(super::unit(call, Verb::Create, &made).into());
    }
    Ok((draft, revoked))
}
