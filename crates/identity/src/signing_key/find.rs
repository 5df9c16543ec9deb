//! Find a realm's key ring: in memory, or read and opened once.

use std::sync::Arc;

use symbolon_jose::{Jwk, KeySet, VerifyingKey};
use symbolon_keys::ring::KeyRing;
use symbolon_keys::signing_key::{LoadError as KeyLoadError, SigningKeyRow, of_realm};
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

/// The public halves of the realm's revoked keys, while they are remembered: for telling what they
/// signed, never for believing it.
///
/// # Errors
/// [`LoadError`].
pub(crate) async fn revoked(world: &World, realm: RealmNode) -> Result<KeySet, LoadError> {
    let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
    let revoked = rows.iter().filter(|row| row.life.revoked_at.is_some());
    let keys: Result<Vec<_>, LoadError> = revoked.map(public).collect();
    Ok(KeySet::new(keys?).unwrap_or_default())
}

fn public(row: &SigningKeyRow) -> Result<VerifyingKey, LoadError> {
    let unreadable = || LoadError::Value("signing_key.public_jwk");
    let jwk: Jwk = row.public_jwk.parse().map_err(|_| unreadable())?;
    VerifyingKey::from_jwk(&jwk, row.algorithm).map_err(|_| unreadable())
}

pub(super) fn load_error(error: KeyLoadError) -> LoadError {
    match error {
        KeyLoadError::Unavailable(error) => error.into(),
        KeyLoadError::Column(error) => error.into(),
        KeyLoadError::Value(_) => LoadError::Value("signing_key"),
    }
}
