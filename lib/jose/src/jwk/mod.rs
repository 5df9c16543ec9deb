//! JSON Web Keys (RFC 7517): OKP (Ed25519, X25519), EC, RSA, AKP (ML-DSA) and oct.
//!
//! A [`Jwk`] is checked for its form here; whether it is fit for an algorithm is judged where it
//! becomes a key: [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk),
//! [`SigningKey::from_jwk`](crate::SigningKey::from_jwk),
//! [`SymmetricKey::from_jwk`](crate::SymmetricKey::from_jwk),
//! [`EncryptionKey::from_jwk`](crate::jwe::EncryptionKey::from_jwk),
//! [`DecryptionKey::from_jwk`](crate::jwe::DecryptionKey::from_jwk).
//!
//! Secret members are wiped when dropped and appear neither in `Debug` nor in what serde writes:
//! serialising gives the public members only. Members that this crate has no use for (`x5c`, `x5u`,
//! `x5t` and unknown ones) are dropped.

mod read;
mod set;
mod thumbprint;

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

pub use read::{JwkError, MAX_JWK_LEN};
pub use set::{JwkSet, MAX_KEYS, MAX_SET_LEN};
pub use thumbprint::{THUMBPRINT_URI_PREFIX, ThumbprintUriError};

use crate::base64url;

/// Bytes that are wiped when dropped.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// A JSON Web Key: public, private, or a shared secret.
#[derive(Clone, Deserialize)]
#[serde(try_from = "read::Raw")]
pub struct Jwk {
    pub(crate) material: Material,
    pub(crate) kid: Option<String>,
    pub(crate) alg: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) key_ops: Option<Vec<String>>,
}

/// What the key type brings. Public integers and points are big-endian, as on the wire.
#[derive(Clone)]
pub(crate) enum Material {
    /// RFC 8037: `crv` and `x`, with `d` the seed.
    Okp {
        crv: String,
        x: Vec<u8>,
        d: Option<Secret>,
    },
    /// RFC 7518 §6.2.
    Ec {
        crv: String,
        x: Vec<u8>,
        y: Vec<u8>,
        d: Option<Secret>,
    },
    /// RFC 7518 §6.3.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
        private: Option<Box<RsaPrivate>>,
    },
    /// RFC 9964 §3: `pub` and `priv`, in the form that the `alg` defines; such a key always has one.
    /// For ML-DSA `priv` is the seed.
    Akp {
        public: Vec<u8>,
        private: Option<Secret>,
    },
    /// RFC 7518 §6.4.
    Oct { k: Secret },
}

/// The private members of an RSA key with two primes.
#[derive(Clone)]
pub(crate) struct RsaPrivate {
    pub(crate) d: Secret,
    pub(crate) p: Secret,
    pub(crate) q: Secret,
    pub(crate) dp: Secret,
    pub(crate) dq: Secret,
    pub(crate) qi: Secret,
}

impl Jwk {
    /// The key type, `kty`.
    #[must_use]
    pub fn kty(&self) -> &'static str {
        match self.material {
            Material::Okp { .. } => "OKP",
            Material::Ec { .. } => "EC",
            Material::Rsa { .. } => "RSA",
            Material::Akp { .. } => "AKP",
            Material::Oct { .. } => "oct",
        }
    }

    /// The curve, `crv`, of an EC or OKP key.
    #[must_use]
    pub fn crv(&self) -> Option<&str> {
        match &self.material {
            Material::Okp { crv, .. } | Material::Ec { crv, .. } => Some(crv),
            Material::Rsa { .. } | Material::Akp { .. } | Material::Oct { .. } => None,
        }
    }

    /// The key's name, `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithm that the key is meant for, `alg`, as written: it may be one unknown here.
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// The intended use, `use`: `sig`, `enc` or another.
    #[must_use]
    pub fn key_use(&self) -> Option<&str> {
        self.purpose.as_deref()
    }

    /// The permitted operations, `key_ops`.
    #[must_use]
    pub fn key_ops(&self) -> Option<&[String]> {
        self.key_ops.as_deref()
    }

    /// Whether it holds a secret: a private key or a shared one. Such a key is not for publishing.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        match &self.material {
            Material::Okp { d, .. } | Material::Ec { d, .. } => d.is_some(),
            Material::Rsa { private, .. } => private.is_some(),
            Material::Akp { private, .. } => private.is_some(),
            Material::Oct { .. } => true,
        }
    }

    /// The same key without private members; `None` for a shared secret, which has no public part.
    #[must_use]
    pub fn to_public(&self) -> Option<Self> {
        let mut public = self.clone();
        match &mut public.material {
            Material::Okp { d, .. } | Material::Ec { d, .. } => *d = None,
            Material::Rsa { private, .. } => *private = None,
            Material::Akp { private, .. } => *private = None,
            Material::Oct { .. } => return None,
        }
        Some(public)
    }
}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwk")
            .field("kty", &self.kty())
            .field("crv", &self.crv())
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .field("use", &self.purpose)
            .field("is_secret", &self.is_secret())
            .finish_non_exhaustive()
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kty", self.kty())?;
        match &self.material {
            Material::Okp { crv, x, .. } => {
                map.serialize_entry("crv", crv)?;
                map.serialize_entry("x", &base64url::encode(x))?;
            }
            Material::Ec { crv, x, y, .. } => {
                map.serialize_entry("crv", crv)?;
                map.serialize_entry("x", &base64url::encode(x))?;
                map.serialize_entry("y", &base64url::encode(y))?;
            }
            Material::Rsa { n, e, .. } => {
                map.serialize_entry("n", &base64url::encode(n))?;
                map.serialize_entry("e", &base64url::encode(e))?;
            }
            Material::Akp { public, .. } => {
                map.serialize_entry("pub", &base64url::encode(public))?;
            }
            Material::Oct { .. } => {}
        }
        let named = [
            ("kid", &self.kid),
            ("use", &self.purpose),
            ("alg", &self.alg),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(key_ops) = &self.key_ops {
            map.serialize_entry("key_ops", key_ops)?;
        }
        map.end()
    }
}
