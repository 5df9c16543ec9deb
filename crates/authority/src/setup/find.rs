//! Find out whether a link can be used, and whether there should be one.

use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::time::Time;

use super::rows;

/// Whether the link with this text waits to be used. Spends nothing.
///
/// # Errors
/// [`LoadError`].
pub async fn find(world: &World, realm: &Realm, text: &str, now: Time) -> Result<bool, LoadError> {
    if opaque::kind(text) != Ok(Kind::Setup) {
        return Ok(false);
    }
    let peppers = &world.material.peppers;
    for one in peppers.digests(realm.node, Kind::Setup, text) {
        if let Some(end) = rows::waiting(&world.db, one.digest).await? {
            return Ok(now < end);
        }
    }
    Ok(false)
}

/// Whether a start should issue a link: nobody has used one yet.
///
/// # Errors
/// [`LoadError`].
pub async fn is_due(world: &World) -> Result<bool, LoadError> {
    Ok(!rows::any_spent(&world.db).await?)
}
