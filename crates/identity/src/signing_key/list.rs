//! List a realm's signing keys, with the phase that each is in now.

use symbolon_keys::signing_key::list::{self, Listed};
use symbolon_keys::signing_key::of_realm;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::find::load_error;
use crate::{LoadError, World};

/// The keys by algorithm, the newest of each first.
///
/// # Errors
/// [`LoadError`].
pub async fn list(world: &World, realm: RealmNode, now: Time) -> Result<Vec<Listed>, LoadError> {
    let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
    Ok(list::list(&rows, now))
}
