//! Verify a client secret: which of the client's live secrets was presented, if any.

use serde::de::DeserializeOwned;
use symbolon_jose::jwt::{Expected, Verified};
use symbolon_jose::{SymmetricKey, VerifyError, symmetric};
use symbolon_token::kind::Kind;
use symbolon_token::lineage::Ancestor;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use super::ClientSecret;
use super::issue::place;
use crate::client_assertion::HS_ALGORITHMS;
use crate::directory::KnownClient;
use crate::{LoadError, World};

/// The live secret that this text is, with the epoch that its node had when it was loaded.
#[must_use]
pub fn verify(world: &World, client: &KnownClient, text: &Secret, now: Time) -> Option<Ancestor> {
    let peppers = &world.material.peppers;
    let realm = client.client.realm;
    let matches = |secret: &ClientSecret| {
        peppers.matches(&secret.digest, realm, Kind::ClientSecret, text.reveal())
    };
    let living = client.secrets.iter().filter(|secret| secret.lives(now));
    let mut found = living.filter(|secret| matches(secret));
    found.next().map(ancestor)
}

/// The live secret that authenticates this assertion, and its claims.
///
/// # Errors
/// [`LoadError`] where a sealed secret does not open; inside, what is wrong with the assertion.
pub fn verify_jwt<C: DeserializeOwned>(
    world: &World,
    client: &KnownClient,
    (assertion, expected): (&str, &Expected<'_>),
    now: Time,
) -> Result<Result<(Ancestor, Verified<C>), VerifyError>, LoadError> {
    let mut refusal = VerifyError::KeyUnknown;
    for secret in client.secrets.iter().filter(|secret| secret.lives(now)) {
        let Some(sealed) = &secret.sealed else {
            continue;
        };
        let opened = world
            .material
            .seals
            .open(&place(&client.client, secret.node), sealed);
        let opened = opened.map_err(|_| LoadError::Seal("client_secret.sealed"))?;
        for algorithm in HS_ALGORITHMS {
            let Ok(key) = SymmetricKey::new(algorithm, &opened) else {
                continue;
            };
            match symmetric::verify(assertion, &key, expected) {
                Ok(verified) => return Ok(Ok((ancestor(secret), verified))),
                Err(VerifyError::KeyUnknown | VerifyError::AlgorithmMismatch) => {}
                Err(other) => refusal = other,
            }
        }
    }
    Ok(Err(refusal))
}

fn ancestor(secret: &ClientSecret) -> Ancestor {
    Ancestor {
        node: secret.node.0,
        epoch: secret.epoch,
    }
}
