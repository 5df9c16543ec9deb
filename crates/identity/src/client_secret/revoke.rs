//! Revoke a client secret: it proves nothing any more, and every token that it was used for is dead
//! at this commit. The client and its other secrets live on.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::ClientSecretNode;
use thiserror::Error;

use super::rows;
use crate::client::Client;
use crate::load::MAX_CONFLICTS;
use crate::{World, WriteError};

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
    for _ in 0..MAX_CONFLICTS {
        let (after, step) = change(
            &world.lineages,
            (client.realm, secret.0),
            Change::End,
            call.now,
        );
        let event = Event::done(call, client.realm, Verb::Revoke, Noun::ClientSecret)
            .client(client.node)
            .client_secret(secret)
            .stands(after.fact(secret))
            .request(call);
        let unit = Unit::entry(event.entry())
            .step(rows::end(client.node, secret, call.now))
            .step(step);
        match world.db.commit(unit).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict { step: 0 }) => return Err(RevokeError::Unknown(secret)),
            Err(CommitError::Conflict { .. }) => {
                world.catch_up(call.now).await.map_err(WriteError::from)?;
            }
            Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
        }
    }
    Err(WriteError::Busy.into())
}
