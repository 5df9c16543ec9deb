//! The public half: a key that verifies, bound to one algorithm, parsed and checked once.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{Digest, digest};
use aws_lc_rs::signature::{
    self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};

#[cfg(feature = "ml-dsa")]
use super::ml_dsa;
use super::written::Written;
use super::{KeyError, Operation, check_fit, curve, rsa};
use crate::jwk::Material;
use crate::jwt::Purpose;
use crate::{Algorithm, Jwk};

/// A public key and its algorithm. Cloning shares it.
#[derive(Clone)]
pub struct VerifyingKey(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    algorithm: Algorithm,
    kid: Option<String>,
    written: Written,
    material: Material,
    parsed: ParsedPublicKey,
}

impl VerifyingKey {
    /// Loads a JWK for verifying by the algorithm that the caller states.
    ///
    /// Checked: `kty` and `crv` are the algorithm's; `alg`, `use` and `key_ops`, where present, allow
    /// it; coordinates have their exact length and give a point on the curve, none of small order;
    /// RSA keys lie within [`MIN_RSA_BITS`](super::MIN_RSA_BITS) and
    /// [`MAX_RSA_BITS`](super::MAX_RSA_BITS), with an odd exponent of at least 3. Private members are
    /// left behind.
    ///
    /// # Errors
    /// [`KeyError`] names the first check that failed.
    pub fn from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        let scheme = Scheme::of(algorithm)?;
        check_fit(jwk, algorithm, Operation::Verify)?;
        let key = match (scheme, &jwk.material) {
            (Scheme::Ed25519, Material::Okp { crv, x, .. }) => {
                check_curve(algorithm, crv)?;
                Self::ed25519(algorithm, x)?
            }
            (Scheme::Ecdsa(_), Material::Ec { crv, x, y, .. }) => {
                check_curve(algorithm, crv)?;
                Self::ecdsa(algorithm, &curve::uncompressed(algorithm, x, y)?)?
            }
            (Scheme::Rsa(_), Material::Rsa { n, e, .. }) => Self::rsa(algorithm, n, e)?,
            #[cfg(feature = "ml-dsa")]
            (Scheme::MlDsa(_), Material::Akp { public, .. }) => Self::ml_dsa(algorithm, public)?,
            (_, Material::Oct { .. }) => return Err(KeyError::Symmetric),
            (
                _,
                Material::Okp { .. }
                | Material::Ec { .. }
                | Material::Rsa { .. }
                | Material::Akp { .. },
            ) => return Err(KeyError::KeyType),
        };
        Ok(match jwk.kid() {
            Some(kid) => key.with_kid(kid),
            None => key,
        })
    }

    pub(super) fn ed25519(algorithm: Algorithm, x: &[u8]) -> Result<Self, KeyError> {
        if x.len() != curve::ED25519_LEN {
            return Err(KeyError::CoordinateLength);
        }
        if curve::is_small_order(x) {
            return Err(KeyError::Point);
        }
        let parsed = ParsedPublicKey::new(&signature::ED25519, x).map_err(|_| KeyError::Point)?;
        let material = Material::Okp {
            crv: "Ed25519".to_owned(),
            x: x.to_vec(),
            d: None,
        };
        Ok(Self::new(algorithm, material, parsed))
    }

    /// From an uncompressed point, whose validity is checked here.
    pub(super) fn ecdsa(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let Scheme::Ecdsa(verification) = Scheme::of(algorithm)? else {
            return Err(KeyError::KeyType);
        };
        let parsed = ParsedPublicKey::new(verification, point).map_err(|_| KeyError::Point)?;
        let coordinates = point.strip_prefix(&[4]).ok_or(KeyError::Point)?;
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let crv = curve::name(algorithm).ok_or(KeyError::KeyType)?.to_owned();
        let material = Material::Ec {
            crv,
            x: x.to_vec(),
            y: y.to_vec(),
            d: None,
        };
        Ok(Self::new(algorithm, material, parsed))
    }

    pub(super) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let Scheme::Rsa(parameters) = Scheme::of(algorithm)? else {
            return Err(KeyError::KeyType);
        };
        rsa::check_public(n, e)?;
        let parsed = RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(parameters)
            .map_err(|_| KeyError::RsaForm)?;
        let material = Material::Rsa {
            n: n.to_vec(),
            e: e.to_vec(),
            private: None,
        };
        Ok(Self::new(algorithm, material, parsed))
    }

    #[cfg(feature = "ml-dsa")]
    pub(super) fn ml_dsa(algorithm: Algorithm, public: &[u8]) -> Result<Self, KeyError> {
        let Scheme::MlDsa(verification) = Scheme::of(algorithm)? else {
            return Err(KeyError::KeyType);
        };
        let parsed = ParsedPublicKey::new(verification, public).map_err(|_| KeyError::Length)?;
        let material = Material::Akp {
            public: public.to_vec(),
            private: None,
        };
        Ok(Self::new(algorithm, material, parsed))
    }

    fn new(algorithm: Algorithm, material: Material, parsed: ParsedPublicKey) -> Self {
        Self(Arc::new(Inner {
            algorithm,
            kid: None,
            written: Written::default(),
            material,
            parsed,
        }))
    }

    /// The key as a JWK for publishing: public members, `kid`, `use: sig` and `alg`.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        Jwk {
            material: self.0.material.clone(),
            kid: self.0.kid.clone(),
            alg: Some(self.0.algorithm.name().to_owned()),
            purpose: Some("sig".to_owned()),
            key_ops: None,
        }
    }

    /// The same key under another name.
    #[must_use]
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        let kid = kid.into();
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.written = Written::by(inner.algorithm, &kid);
        inner.kid = Some(kid);
        Self(Arc::new(inner))
    }

    /// The key's name, if it has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.0.kid.as_deref()
    }

    /// The one algorithm that it verifies by.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// Whether the encoded header is the one that this key's own signer writes for the purpose.
    pub(crate) fn writes(&self, header: &str, purpose: Purpose) -> bool {
        self.0.written.holds(header, purpose)
    }

    /// Whether the signature, in JOSE's form, is this key's over the message.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let parsed = &self.0.parsed;
        // In two steps, which AWS-LC takes faster than both in one.
        match self.0.algorithm.message_hash() {
            Some(hash) => parsed.verify_digest_sig(&digest(hash, message), signature),
            None => parsed.verify_sig(message, signature),
        }
        .is_ok()
    }

    /// The same, where the message's SHA-256 is known already.
    pub(crate) fn verify_hashed(&self, message: &[u8], sha256: &Digest, signature: &[u8]) -> bool {
        if self.0.algorithm.message_hash() == Some(sha256.algorithm()) {
            self.0.parsed.verify_digest_sig(sha256, signature).is_ok()
        } else {
            self.verify(message, signature)
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithm", &self.0.algorithm)
            .field("kid", &self.0.kid)
            .finish_non_exhaustive()
    }
}

fn check_curve(algorithm: Algorithm, crv: &str) -> Result<(), KeyError> {
    if curve::name(algorithm) == Some(crv) {
        Ok(())
    } else {
        Err(KeyError::Curve)
    }
}

/// How an algorithm verifies.
enum Scheme {
    Ed25519,
    Ecdsa(&'static dyn VerificationAlgorithm),
    Rsa(&'static RsaParameters),
    #[cfg(feature = "ml-dsa")]
    MlDsa(&'static dyn VerificationAlgorithm),
}

impl Scheme {
    fn of(algorithm: Algorithm) -> Result<Self, KeyError> {
        Ok(match algorithm {
            Algorithm::Ed25519 | Algorithm::EdDsa => Self::Ed25519,
            Algorithm::Es256 => Self::Ecdsa(&signature::ECDSA_P256_SHA256_FIXED),
            Algorithm::Es384 => Self::Ecdsa(&signature::ECDSA_P384_SHA384_FIXED),
            Algorithm::Es512 => Self::Ecdsa(&signature::ECDSA_P521_SHA512_FIXED),
            Algorithm::Ps256 => Self::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            Algorithm::Ps384 => Self::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            Algorithm::Ps512 => Self::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            Algorithm::Rs256 => Self::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Rs384 => Self::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            Algorithm::Rs512 => Self::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => {
                Self::MlDsa(ml_dsa::verification(algorithm).ok_or(KeyError::KeyType)?)
            }
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => {
                return Err(KeyError::Symmetric);
            }
        })
    }
}
