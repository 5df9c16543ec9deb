//! The private half: a key that signs, bound to one algorithm.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair,
    Signature,
};
use zeroize::Zeroizing;

#[cfg(feature = "ml-dsa")]
use super::ml_dsa::{self, PqdsaKeyPair, PqdsaSigningAlgorithm};
use super::{KeyError, Operation, VerifyingKey, check_fit, curve, rsa};
use crate::jwk::{Material, RsaPrivate};
use crate::{Algorithm, Jwk, SignError};

/// Longest signature, in bytes: that of an RSA key of 8192 bits.
#[cfg(not(feature = "ml-dsa"))]
pub(crate) const MAX_SIGNATURE_LEN: usize = rsa::MAX_RSA_BITS / 8;

/// Longest signature, in bytes: that of ML-DSA-87.
#[cfg(feature = "ml-dsa")]
pub(crate) const MAX_SIGNATURE_LEN: usize = ml_dsa::MAX_SIGNATURE_LEN;

/// A private key and its algorithm. Has no `Debug`; the library below wipes it when dropped.
///
/// Signing needs no exclusive access: share one in an [`Arc`](std::sync::Arc).
pub struct SigningKey {
    pair: Pair,
    public: VerifyingKey,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    Ecdsa(EcdsaKeyPair),
    Rsa {
        pair: RsaKeyPair,
        encoding: &'static dyn RsaEncoding,
    },
    #[cfg(feature = "ml-dsa")]
    MlDsa(PqdsaKeyPair),
}

impl SigningKey {
    /// Makes a new key from the system's randomness; RSA keys get 2048 bits.
    ///
    /// # Errors
    /// [`KeyError::Symmetric`] for HMAC; [`KeyError::Generation`] where the library fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let pair = match Scheme::of(algorithm)? {
            Scheme::Ed25519 => {
                Pair::Ed25519(Ed25519KeyPair::generate().map_err(|_| KeyError::Generation)?)
            }
            Scheme::Ecdsa(curve) => {
                Pair::Ecdsa(EcdsaKeyPair::generate(curve).map_err(|_| KeyError::Generation)?)
            }
            Scheme::Rsa(encoding) => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048);
                Pair::Rsa {
                    pair: pair.map_err(|_| KeyError::Generation)?,
                    encoding,
                }
            }
            #[cfg(feature = "ml-dsa")]
            Scheme::MlDsa(set) => {
                Pair::MlDsa(PqdsaKeyPair::generate(set).map_err(|_| KeyError::Generation)?)
            }
        };
        Self::new(pair, algorithm)
    }

    /// Reads an unencrypted PKCS#8 document (RFC 5208) that holds a key fit for the algorithm.
    ///
    /// # Errors
    /// [`KeyError::Inconsistent`] for a document of another key type or curve, or a damaged one; the
    /// RSA errors for a key outside the limits.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = match Scheme::of(algorithm)? {
            Scheme::Ed25519 => Pair::Ed25519(
                Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Inconsistent)?,
            ),
            Scheme::Ecdsa(curve) => Pair::Ecdsa(
                EcdsaKeyPair::from_pkcs8(curve, pkcs8).map_err(|_| KeyError::Inconsistent)?,
            ),
            Scheme::Rsa(encoding) => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Inconsistent)?;
                Pair::Rsa { pair, encoding }
            }
            #[cfg(feature = "ml-dsa")]
            Scheme::MlDsa(set) => Pair::MlDsa(
                PqdsaKeyPair::from_pkcs8(set, pkcs8).map_err(|_| KeyError::Inconsistent)?,
            ),
        };
        Self::new(pair, algorithm)
    }

    /// Loads a private JWK, whose public members must belong to its private ones. RSA keys need all
    /// of `d`, `p`, `q`, `dp`, `dq`, `qi`. The JWK's `kid` is kept.
    ///
    /// # Errors
    /// [`KeyError`] where the JWK does not fit the algorithm, is not private, or is inconsistent.
    pub fn from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        let scheme = Scheme::of(algorithm)?;
        check_fit(jwk, algorithm, Operation::Sign)?;
        let pair = match (scheme, &jwk.material) {
            (Scheme::Ed25519, Material::Okp { crv, x, d }) => {
                check_curve(algorithm, crv)?;
                let d = d.as_ref().ok_or(KeyError::NotPrivate)?;
                if d.len() != curve::ED25519_LEN {
                    return Err(KeyError::CoordinateLength);
                }
                let pair = Ed25519KeyPair::from_seed_and_public_key(d, x);
                Pair::Ed25519(pair.map_err(|_| KeyError::Inconsistent)?)
            }
            (Scheme::Ecdsa(on), Material::Ec { crv, x, y, d }) => {
                check_curve(algorithm, crv)?;
                let d = d.as_ref().ok_or(KeyError::NotPrivate)?;
                let point = curve::uncompressed(algorithm, x, y)?;
                if d.len() != x.len() {
                    return Err(KeyError::CoordinateLength);
                }
                let pair = EcdsaKeyPair::from_private_key_and_public_key(on, d, &point);
                Pair::Ecdsa(pair.map_err(|_| KeyError::Inconsistent)?)
            }
            (Scheme::Rsa(encoding), Material::Rsa { n, e, private }) => {
                let private = private.as_ref().ok_or(KeyError::NotPrivate)?;
                Pair::Rsa {
                    pair: rsa_pair(n, e, private)?,
                    encoding,
                }
            }
            #[cfg(feature = "ml-dsa")]
            (Scheme::MlDsa(set), Material::Akp { public, private }) => {
                let seed = private.as_ref().ok_or(KeyError::NotPrivate)?;
                Pair::MlDsa(ml_dsa::pair(set, public, seed)?)
            }
            (_, Material::Oct { .. }) => return Err(KeyError::Symmetric),
            (
                _,
                Material::Okp { .. }
                | Material::Ec { .. }
                | Material::Rsa { .. }
                | Material::Akp { .. },
            ) => return Err(KeyError::KeyType),
        };
        let key = Self::new(pair, algorithm)?;
        Ok(match jwk.kid() {
            Some(kid) => key.with_kid(kid),
            None => key,
        })
    }

    fn new(pair: Pair, algorithm: Algorithm) -> Result<Self, KeyError> {
        let public = match &pair {
            Pair::Ed25519(pair) => VerifyingKey::ed25519(algorithm, pair.public_key().as_ref())?,
            Pair::Ecdsa(pair) => VerifyingKey::ecdsa(algorithm, pair.public_key().as_ref())?,
            Pair::Rsa { pair, .. } => {
                let der = pair.public_key().as_ref();
                let (n, e) = rsa::read_public(der).ok_or(KeyError::RsaForm)?;
                VerifyingKey::rsa(algorithm, n, e)?
            }
            #[cfg(feature = "ml-dsa")]
            Pair::MlDsa(pair) => VerifyingKey::ml_dsa(algorithm, pair.public_key().as_ref())?,
        };
        Ok(Self { pair, public })
    }

    /// The key as an unencrypted PKCS#8 document, wiped when dropped. Seal it before it is stored.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] where the library fails.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.pair {
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|one| one.as_ref().to_vec()),
            Pair::Ecdsa(pair) => pair.to_pkcs8v1().map(|one| one.as_ref().to_vec()),
            Pair::Rsa { pair, .. } => {
                AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map(|one| one.as_ref().to_vec())
            }
            #[cfg(feature = "ml-dsa")]
            Pair::MlDsa(pair) => pair.to_pkcs8v1().map(|one| one.as_ref().to_vec()),
        };
        document.map(Zeroizing::new).map_err(|_| KeyError::Encoding)
    }

    /// The public half, under the same `kid` and algorithm.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        self.public.clone()
    }

    /// Names the key: the name goes into every header that it signs and into its JWK.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.public = self.public.with_kid(kid);
        self
    }

    /// The key's name, if it has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.public.kid()
    }

    /// The algorithm that it signs by.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// Signs a message. The signature has JOSE's form: `r || s` for ECDSA (RFC 7518 §3.4).
    ///
    /// # Errors
    /// [`SignError::Refused`] where the library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign_into(message, &mut [0; MAX_SIGNATURE_LEN])
            .map(<[u8]>::to_vec)
    }

    /// Signs into the caller's buffer, so that the hot path need not allocate.
    pub(crate) fn sign_into<'b>(
        &self,
        message: &[u8],
        buffer: &'b mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<&'b [u8], SignError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ed25519(pair) => lend(
                &pair.try_sign(message).map_err(|_| SignError::Refused)?,
                buffer,
            ),
            Pair::Ecdsa(pair) => lend(
                &pair
                    .sign(&random, message)
                    .map_err(|_| SignError::Refused)?,
                buffer,
            ),
            Pair::Rsa { pair, encoding } => {
                let room = buffer.get_mut(..pair.public_modulus_len());
                let signature = room.ok_or(SignError::Refused)?;
                pair.sign(*encoding, &random, message, signature)
                    .map_err(|_| SignError::Refused)?;
                Ok(signature)
            }
            #[cfg(feature = "ml-dsa")]
            Pair::MlDsa(pair) => {
                let len = pair.sign(message, buffer).map_err(|_| SignError::Refused)?;
                buffer.get(..len).ok_or(SignError::Refused)
            }
        }
    }
}

fn lend<'b>(
    signature: &Signature,
    buffer: &'b mut [u8; MAX_SIGNATURE_LEN],
) -> Result<&'b [u8], SignError> {
    let bytes = signature.as_ref();
    let room = buffer.get_mut(..bytes.len()).ok_or(SignError::Refused)?;
    room.copy_from_slice(bytes);
    Ok(room)
}

fn check_curve(algorithm: Algorithm, crv: &str) -> Result<(), KeyError> {
    if curve::name(algorithm) == Some(crv) {
        Ok(())
    } else {
        Err(KeyError::Curve)
    }
}

/// The key pair of these members, which must belong to each other.
pub(crate) fn rsa_pair(n: &[u8], e: &[u8], private: &RsaPrivate) -> Result<RsaKeyPair, KeyError> {
    rsa::check_public(n, e)?;
    RsaKeyPair::from_components(&aws_lc_rs::rsa::KeyPairComponents {
        public_key: signature::RsaPublicKeyComponents { n, e },
        d: private.d.as_slice(),
        p: private.p.as_slice(),
        q: private.q.as_slice(),
        dP: private.dp.as_slice(),
        dQ: private.dq.as_slice(),
        qInv: private.qi.as_slice(),
    })
    .map_err(|_| KeyError::Inconsistent)
}

/// How an algorithm signs.
enum Scheme {
    Ed25519,
    Ecdsa(&'static EcdsaSigningAlgorithm),
    Rsa(&'static dyn RsaEncoding),
    #[cfg(feature = "ml-dsa")]
    MlDsa(&'static PqdsaSigningAlgorithm),
}

impl Scheme {
    fn of(algorithm: Algorithm) -> Result<Self, KeyError> {
        Ok(match algorithm {
            Algorithm::Ed25519 | Algorithm::EdDsa => Self::Ed25519,
            Algorithm::Es256 => Self::Ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => Self::Ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::Es512 => Self::Ecdsa(&signature::ECDSA_P521_SHA512_FIXED_SIGNING),
            Algorithm::Ps256 => Self::Rsa(&signature::RSA_PSS_SHA256),
            Algorithm::Ps384 => Self::Rsa(&signature::RSA_PSS_SHA384),
            Algorithm::Ps512 => Self::Rsa(&signature::RSA_PSS_SHA512),
            Algorithm::Rs256 => Self::Rsa(&signature::RSA_PKCS1_SHA256),
            Algorithm::Rs384 => Self::Rsa(&signature::RSA_PKCS1_SHA384),
            Algorithm::Rs512 => Self::Rsa(&signature::RSA_PKCS1_SHA512),
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => {
                Self::MlDsa(ml_dsa::signing(algorithm).ok_or(KeyError::KeyType)?)
            }
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => {
                return Err(KeyError::Symmetric);
            }
        })
    }
}
