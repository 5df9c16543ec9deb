//! The key of a gate of its own: read from a file that several gates may share, or made at its start and
//! never written anywhere. Services fetch its public half where the gate listens, and fetch it again
//! when they meet a `kid` that they do not know: its thumbprint (RFC 7638).

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use symbolon_gate::{Claims, NotSigned, Sign};
use symbolon_jose::jwt::{Purpose, Signer};
use symbolon_jose::{Algorithm, KeySet, SigningKey};
use zeroize::Zeroizing;

use crate::exit::StartError;

/// An Ed25519 key for assertions alone.
pub(crate) struct OwnKey(Signer);

impl OwnKey {
    /// Makes one, and the JWK set that tells of it.
    ///
    /// # Errors
    /// [`StartError`] where the machine makes no keys.
    pub(crate) fn make() -> Result<(Self, String), StartError> {
        let key = SigningKey::generate(Algorithm::Ed25519).map_err(|error| wrong(&error))?;
        Self::of(key)
    }

    /// Reads one from a file in PEM (PKCS#8), and makes the JWK set that tells of it.
    ///
    /// # Errors
    /// [`StartError`] where there is no such key.
    pub(crate) fn read(path: &Path) -> Result<(Self, String), StartError> {
        let text = std::fs::read(path).map_err(|error| StartError::file(path, error))?;
        let text = Zeroizing::new(text);
        let unfit = || {
            StartError::Sentence(format!(
                "gate.assertion_key: {} holds no Ed25519 key; make one with openssl genpkey \
                 -algorithm ed25519",
                path.display()
            ))
        };
        let der = PrivateKeyDer::from_pem_slice(&text).map_err(|_| unfit())?;
        let key = SigningKey::from_pkcs8(Algorithm::Ed25519, der.secret_der());
        Self::of(key.map_err(|_| unfit())?)
    }

    fn of(key: SigningKey) -> Result<(Self, String), StartError> {
        let kid = key.public().to_jwk().thumbprint();
        let key = key.with_kid(kid);
        let set = KeySet::new([key.public()]).map_err(|error| wrong(&error))?;
        let jwks = serde_json::to_string(&set.to_jwks()).map_err(|error| wrong(&error))?;
        let signer = Signer::new(Arc::new(key), Purpose::GateAssertion);
        Ok((Self(signer.map_err(|error| wrong(&error))?), jwks))
    }
}

fn wrong(error: &dyn Display) -> StartError {
    StartError::Sentence(format!("the key of assertions cannot be used: {error}"))
}

impl Sign for OwnKey {
    async fn sign(&self, claims: &Claims<'_>) -> Result<String, NotSigned> {
        let signed = self.0.sign(claims);
        signed.map_err(|error| NotSigned(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `openssl genpkey -algorithm ed25519` writes; the key of RFC 8410 §10.3, its public half of
    /// §10.1.
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";

    #[test]
    fn gates_that_share_a_key_publish_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("assertion.pem");
        std::fs::write(&path, PEM).unwrap();
        let jwks = OwnKey::read(&path).ok().unwrap().1;
        let public = "\"x\":\"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE\"";
        assert!(jwks.contains(public), "{jwks}");
        assert_eq!(OwnKey::read(&path).ok().unwrap().1, jwks);
        assert_ne!(OwnKey::make().ok().unwrap().1, jwks);
    }

    #[test]
    fn a_file_that_holds_no_such_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("assertion.pem");
        std::fs::write(&path, "nothing").unwrap();
        let error = OwnKey::read(&path).err().unwrap().to_string();
        assert!(error.contains("holds no Ed25519 key"), "{error}");
    }
}
