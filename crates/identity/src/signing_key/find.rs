//! Find a realm's key ring: in memory, or read and opened once.

use std::sync::Arc;

use symbolon_keys::ring::KeyRing;
use symbolon_keys::signing_key::{LoadError as KeyLoadError, of_realm};
use symbolon_token::node::RealmNode;

use crate::{LoadError, World};

/// The realm's keys in memory.
///
/// # Errors
/// [`LoadError`].
pub async fn ring(world: &World, realm: RealmNode) -> Result<Arc<KeyRing>, LoadError> {
    if let Some(ring) = world.rings.get(realm) {
        return Ok(ring);
    }
    let _turn = world.rings.opening.lock().await;
    if let Some(ring) = world.rings.get(realm) {
        return Ok(ring);
    }
    let version = world.rings.version();
    let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
    let ring = KeyRing::open(realm, &rows, &world.material.seals, &world.policy);
    let ring = ring.map_err(|error| {
        tracing::error!(%realm, %error, "a signing key cannot be opened");
        LoadError::Seal("signing_key.sealed_private")
    })?;
    let ring = Arc::new(ring);
    world.rings.keep(&ring, version);
    Ok(ring)
}

pub(super) fn load_error(error: KeyLoadError) -> LoadError {
    match error {
        KeyLoadError::Unavailable(error) => error.into(),
        KeyLoadError::Column(error) => error.into(),
        KeyLoadError::Value(_) => LoadError::Value("signing_key"),
    }
}
