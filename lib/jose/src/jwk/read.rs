//! Read one JWK (RFC 7517 §4) and check its form.
//!
//! 1. Its size, before anything is parsed.
//! 2. Strict JSON: no duplicate member at any depth.
//! 3. Members of the right JSON type; binary ones in canonical base64url.
//! 4. The members that the key type requires (RFC 7518 §6, RFC 8037 §2, RFC 9964 §3).
//! 5. `key_ops` without duplicates (RFC 7517 §4.3).

use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;
use zeroize::Zeroizing;

use super::{Jwk, Material, RsaPrivate, Secret};
use crate::base64url;
use crate::json::{self, JsonError};

/// Longest JWK read, in bytes: an RSA-8192 private key with a certificate chain stays below.
pub const MAX_JWK_LEN: usize = 32 * 1024;

/// Why text is no usable JWK. The fault is that of whoever wrote the key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwkError {
    /// Longer than the named limit, in bytes; nothing was parsed.
    #[error("the key is longer than {limit} bytes")]
    TooLong {
        /// The limit passed.
        limit: usize,
    },
    /// Not strict JSON.
    #[error("the key is {0}")]
    Json(#[from] JsonError),
    /// A member has the wrong JSON type.
    #[error("a member of the key has the wrong JSON type")]
    MemberType,
    /// A key type with which this crate does nothing.
    #[error("key type (kty) not supported; expected OKP, EC, RSA, AKP or oct")]
    KeyType,
    /// A member that the key type requires is absent.
    #[error("the key lacks its member {0:?}")]
    Missing(&'static str),
    /// A member is not canonical base64url, or is empty.
    #[error("the key's member {0:?} is not canonical base64url, or empty")]
    Encoding(&'static str),
    /// An RSA key of more than two primes.
    #[error("RSA keys of more than two primes are not supported")]
    ManyPrimes,
    /// A set of more than [`MAX_KEYS`](super::MAX_KEYS) keys.
    #[error("the set holds more than {} keys", super::MAX_KEYS)]
    TooManyKeys,
    /// An operation is listed twice (RFC 7517 §4.3).
    #[error("key_ops lists an operation twice")]
    DuplicateOperation,
}

/// The members as they stand in JSON. Unknown ones are skipped.
#[derive(Deserialize)]
pub(super) struct Raw {
    kty: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<Zeroizing<String>>,
    p: Option<Zeroizing<String>>,
    q: Option<Zeroizing<String>>,
    dp: Option<Zeroizing<String>>,
    dq: Option<Zeroizing<String>>,
    qi: Option<Zeroizing<String>>,
    k: Option<Zeroizing<String>>,
    #[serde(rename = "pub")]
    public: Option<String>,
    #[serde(rename = "priv")]
    private: Option<Zeroizing<String>>,
    oth: Option<serde::de::IgnoredAny>,
}

impl Jwk {
    /// Reads a JWK from JSON text, steps 1 to 5.
    ///
    /// # Errors
    /// [`JwkError`] names the first step that failed.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, JwkError> {
        let bytes = text.as_ref();
        if bytes.len() > MAX_JWK_LEN {
            return Err(JwkError::TooLong { limit: MAX_JWK_LEN });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        json::members(text, |_, _| Ok::<_, JsonError>(()))?;
        Self::from_strict(text)
    }

    /// Steps 3 to 5, on text whose members are known to be unique.
    pub(super) fn from_strict(text: &str) -> Result<Self, JwkError> {
        serde_json::from_str::<Raw>(text)
            .map_err(|_| JwkError::MemberType)?
            .try_into()
    }
}

impl FromStr for Jwk {
    type Err = JwkError;

    fn from_str(text: &str) -> Result<Self, JwkError> {
        Self::parse(text)
    }
}

impl TryFrom<Raw> for Jwk {
    type Error = JwkError;

    fn try_from(mut raw: Raw) -> Result<Self, JwkError> {
        let kty = raw.kty.take().ok_or(JwkError::Missing("kty"))?;
        let material = match kty.as_str() {
            "OKP" => raw.okp()?,
            "EC" => raw.ec()?,
            "RSA" => raw.rsa()?,
            "AKP" => raw.akp()?,
            "oct" => Material::Oct {
                k: secret("k", raw.k.as_ref())?.ok_or(JwkError::Missing("k"))?,
            },
            _ => return Err(JwkError::KeyType),
        };
        if let Some(key_ops) = &raw.key_ops {
            let mut seen = key_ops.clone();
            seen.sort_unstable();
            seen.dedup();
            if seen.len() != key_ops.len() {
                return Err(JwkError::DuplicateOperation);
            }
        }
        let Raw {
            kid,
            alg,
            purpose,
            key_ops,
            ..
        } = raw;
        Ok(Self {
            material,
            kid,
            alg,
            purpose,
            key_ops,
        })
    }
}

impl Raw {
    fn okp(&mut self) -> Result<Material, JwkError> {
        Ok(Material::Okp {
            crv: self.crv.take().ok_or(JwkError::Missing("crv"))?,
            x: public("x", self.x.as_ref())?,
            d: secret("d", self.d.as_ref())?,
        })
    }

    fn ec(&mut self) -> Result<Material, JwkError> {
        Ok(Material::Ec {
            crv: self.crv.take().ok_or(JwkError::Missing("crv"))?,
            x: public("x", self.x.as_ref())?,
            y: public("y", self.y.as_ref())?,
            d: secret("d", self.d.as_ref())?,
        })
    }

    fn rsa(&self) -> Result<Material, JwkError> {
        if self.oth.is_some() {
            return Err(JwkError::ManyPrimes);
        }
        let private = match secret("d", self.d.as_ref())? {
            None => None,
            Some(d) => Some(Box::new(RsaPrivate {
                d,
                p: secret("p", self.p.as_ref())?.ok_or(JwkError::Missing("p"))?,
                q: secret("q", self.q.as_ref())?.ok_or(JwkError::Missing("q"))?,
                dp: secret("dp", self.dp.as_ref())?.ok_or(JwkError::Missing("dp"))?,
                dq: secret("dq", self.dq.as_ref())?.ok_or(JwkError::Missing("dq"))?,
                qi: secret("qi", self.qi.as_ref())?.ok_or(JwkError::Missing("qi"))?,
            })),
        };
        Ok(Material::Rsa {
            n: public("n", self.n.as_ref())?,
            e: public("e", self.e.as_ref())?,
            private,
        })
    }

    fn akp(&self) -> Result<Material, JwkError> {
        if self.alg.is_none() {
            return Err(JwkError::Missing("alg"));
        }
        Ok(Material::Akp {
            public: public("pub", self.public.as_ref())?,
            private: secret("priv", self.private.as_ref())?,
        })
    }
}

fn public(name: &'static str, text: Option<&String>) -> Result<Vec<u8>, JwkError> {
    let text = text.ok_or(JwkError::Missing(name))?;
    match base64url::decode(text) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        Ok(_) | Err(_) => Err(JwkError::Encoding(name)),
    }
}

fn secret(
    name: &'static str,
    text: Option<&Zeroizing<String>>,
) -> Result<Option<Secret>, JwkError> {
    let Some(text) = text else { return Ok(None) };
    match base64url::decode(text.as_bytes()) {
        Ok(bytes) if !bytes.is_empty() => Ok(Some(Zeroizing::new(bytes))),
        Ok(_) | Err(_) => Err(JwkError::Encoding(name)),
    }
}
