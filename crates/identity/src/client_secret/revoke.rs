//! Revoke a client secret: it proves nothing any more, and every token that it was used for is dead
//! at this commit. The client and its other secrets live on.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, ClientSecretNode, RealmNode};
use thiserror::Error;

use super::rows;
use crate::client::Client;
use crate::{Draft, Order, Recorded, World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// The client has no such secret, or it has ended.
    #[error("this client has no secret {0}")]
    Unknown(ClientSecretNode),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Revokes one secret of a client.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    client: &Client,
    secret: ClientSecretNode,
) -> Result<(), RevokeError> {
    let whose = (client.realm, client.node);
    let done = revoke_ordered(world, call, (whose, secret), &Order::default()).await;
    done.map(|_| ())
}

/// Revokes one secret of a client, as it was ordered.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke_ordered(
    world: &World,
    call: &Call,
    ((realm, client), secret): ((RealmNode, ClientNode), ClientSecretNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(secret).await;
    while turn.again().await {
        let owner = rows::owner(&world.db, realm, secret).await;
        if owner.map_err(WriteError::from)? != Some(client) {
            return Err(RevokeError::Unknown(secret));
        }
        let event = Event::done(call, realm, Verb::Revoke, Noun::ClientSecret)
            .client(client)
            .client_secret(secret);
        let (draft, revoked) = Draft::stand(world, call, event, (secret, Change::End), order);
        let draft = draft.and(Draft::steps([rows::end(client, secret, call.now)]));
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
