//! Revoke one access token: its status bit is set, in the database, in every node's memory, and with
//! the feed in every verifier's (RFC 7009).

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::status;
use symbolon_token::call::Call;

use super::Access;
use crate::{Draft, Order, Recorded, Revoked, World, WriteError};

/// Revokes a token. One that is dead already stays so.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke(world: &World, call: &Call, access: &Access) -> Result<(), WriteError> {
    let done = revoke_ordered(world, call, access, &Order::default()).await;
    done.map(|_| ())
}

/// Revokes a token, as it was ordered; nothing is done to one that was revoked by itself before, or
/// that expired so long ago that it is forgotten.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke_ordered(
    world: &World,
    call: &Call,
    access: &Access,
    order: &Order<'_>,
) -> Result<Option<Recorded>, WriteError> {
    let lineages = &world.lineages;
    let is_swept = Some(access.status.bucket) <= lineages.floor();
    if is_swept || lineages.is_revoked(access.realm, access.status) {
        return Ok(None);
    }
    let event = Event::done(call, access.realm, Verb::Revoke, Noun::Access)
        .client(access.client)
        .subject(access.subject)
        .status(access.status)
        .expires(access.expires_at);
    let event = order.on(event).request(call);
    let step = status::revoke(access.realm, access.status);
    let draft = Draft::event(&event).and(Draft::steps([step]));
    let recorded = draft
        .ordered(world, call.now, (order, Revoked::TOKEN))
        .await?;
    recorded.map(Some).ok_or(WriteError::Busy)
}
