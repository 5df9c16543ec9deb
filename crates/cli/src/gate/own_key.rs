//! The key of a gate of its own: made at its start, and never written anywhere. Services fetch its
//! public half where the gate listens, and fetch it again when they meet a `kid` that they do not know.

use std::sync::Arc;

use symbolon_gate::{Claims, NotSigned, Sign};
use symbolon_jose::jwt::{Purpose, Signer};
use symbolon_jose::{Algorithm, KeySet, SigningKey};

use crate::exit::StartError;

/// An Ed25519 key for assertions alone.
pub(crate) struct OwnKey(Signer);

impl OwnKey {
    /// Makes one, and the JWK set that tells of it.
    ///
    /// # Errors
    /// [`StartError`] where the machine makes no keys.
    pub(crate) fn make() -> Result<(Self, String), StartError> {
        let wrong = |error: &dyn std::fmt::Display| {
            StartError::Sentence(format!("the key of assertions cannot be made: {error}"))
        };
        let key = SigningKey::generate(Algorithm::Ed25519).map_err(|error| wrong(&error))?;
        let kid = key.public().to_jwk().thumbprint();
        let key = key.with_kid(kid);
        let set = KeySet::new([key.public()]).map_err(|error| wrong(&error))?;
        let jwks = serde_json::to_string(&set.to_jwks()).map_err(|error| wrong(&error))?;
        let signer = Signer::new(Arc::new(key), Purpose::GateAssertion);
        Ok((Self(signer.map_err(|error| wrong(&error))?), jwks))
    }
}

impl Sign for OwnKey {
    async fn sign(&self, claims: &Claims<'_>) -> Result<String, NotSigned> {
        let signed = self.0.sign(claims);
        signed.map_err(|error| NotSigned(error.to_string()))
    }
}
