//! Suspend a client secret, or resume it: it proves nothing meanwhile, and every token that it was used
//! for is refused.

use symbolon_journal::{Event, Noun};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, ClientSecretNode, RealmNode};

use super::{RevokeError, rows};
use crate::{Draft, Order, Recorded, Way, World, WriteError};

/// Takes a secret out of use, or puts it into use again.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    ((realm, client), secret): ((RealmNode, ClientNode), ClientSecretNode),
    (way, order): (Way, &Order<'_>),
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(secret).await;
    while turn.again().await {
        let owner = rows::owner(&world.db, realm, secret).await;
        if owner.map_err(WriteError::from)? != Some(client) {
            return Err(RevokeError::Unknown(secret));
        }
        let event = Event::done(call, realm, way.verb(), Noun::ClientSecret)
            .client(client)
            .client_secret(secret);
        let (draft, stood) = Draft::stand(world, call, event, (secret, way.change()), order);
        if let Some(recorded) = draft.ordered(world, call.now, (order, stood)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
