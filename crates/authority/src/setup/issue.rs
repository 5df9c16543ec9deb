//! Issue a link; the one that waited before is dead.

use symbolon_identity::realm::Realm;
use symbolon_identity::{World, WriteError};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::Unit;
use symbolon_token::call::Call;
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::secret::Secret;

use super::{LIFETIME, rows};

/// The text of a new link: it stands behind `<issuer>/setup/`.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn issue(world: &World, call: &Call, realm: &Realm) -> Result<Secret, WriteError> {
    let text = opaque::mint(Kind::Setup, &*world.random);
    let peppers = &world.material.peppers;
    let digest = peppers.digest(realm.node, Kind::Setup, text.reveal());
    let expires_at = call.now.plus(LIFETIME);
    let event = Event::done(call, realm.node, Verb::Issue, Noun::Setup)
        .expires(expires_at)
        .request(call);
    let steps = rows::put(realm.node, digest.digest, expires_at);
    let unit = Unit::entry(event.entry()).steps(steps);
    world.db.commit(unit).await?;
    Ok(text)
}
