//! Revoke one access token: its status bit is set, in the database, in every node's memory, and with
//! the feed in every verifier's (RFC 7009).

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::status;
use symbolon_store::Unit;
use symbolon_token::call::Call;

use super::Access;
use crate::{World, WriteError};

/// Revokes a token. One that is dead already stays so.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke(world: &World, call: &Call, access: &Access) -> Result<(), WriteError> {
    let lineages = &world.lineages;
    let is_swept = Some(access.status.bucket) <= lineages.floor();
    if is_swept || lineages.is_revoked(access.realm, access.status) {
        return Ok(());
    }
    let event = Event::done(call, access.realm, Verb::Revoke, Noun::Access)
        .client(access.client)
        .subject(access.subject)
        .status(access.status)
        .expires(access.expires_at)
        .request(call);
    let unit = Unit::entry(event.entry()).step(status::revoke(access.realm, access.status));
    world.db.commit(unit).await?;
    Ok(())
}
