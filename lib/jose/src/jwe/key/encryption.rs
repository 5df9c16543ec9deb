//! The recipient's key, as the sender has it: public, or shared.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents};
use zeroize::Zeroizing;

use super::super::algorithm::{KeyManagement, Scheme};
use super::super::content::{ContentEncryption, ContentKey};
use super::super::curve::Point;
use super::super::error::EncryptionKeyError;
use super::check_secret;
use super::fit::{Operation, check_fit};
use crate::jwk::{Material, Secret};
use crate::key::check_rsa_public;
use crate::{Jwk, JwkSet, KeyError};

/// A recipient's key and its key management algorithm. Cloning shares it.
#[derive(Clone)]
pub struct EncryptionKey {
    management: KeyManagement,
    kid: Option<String>,
    lock: Arc<Lock>,
}

/// What locks a content key.
pub(in crate::jwe) enum Lock {
    Rsa {
        key: OaepPublicEncryptingKey,
        material: Material,
    },
    Point(Point),
    Shared(Secret),
    Direct(ContentKey),
}

impl EncryptionKey {
    /// Loads a recipient's JWK: public for RSA and ECDH-ES, `oct` for shared keys. Checked as in
    /// [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk); `use`, where present, must be `enc`.
    /// Private members are left behind, the `kid` is kept.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] names the first check that failed;
    /// [`ReadingOnly`](EncryptionKeyError::ReadingOnly) for `RSA-OAEP` and PBES2,
    /// [`Direct`](EncryptionKeyError::Direct) for `dir`.
    pub fn from_jwk(jwk: &Jwk, management: KeyManagement) -> Result<Self, EncryptionKeyError> {
        check_fit(jwk, management, None, Operation::Encrypt)?;
        let key = match (management.scheme(), &jwk.material) {
            (Scheme::Oaep(_), Material::Rsa { n, e, .. }) => Self::rsa(management, n, e)?,
            (Scheme::Agree(_), Material::Okp { .. } | Material::Ec { .. }) => {
                let point = Point::of_recipient(&jwk.material)?;
                Self::new(management, Lock::Point(point))?
            }
            (Scheme::Oaep(_) | Scheme::Agree(_), _) => return Err(KeyError::KeyType.into()),
            (_, Material::Oct { k }) => Self::shared(management, k)?,
            (_, _) => return Err(KeyError::KeyType.into()),
        };
        Ok(key.named_by(jwk))
    }

    /// Loads an `oct` JWK as the content key itself (`dir`). Its `alg`, where present, is `dir` or
    /// the name of `enc`.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] where it does not fit, or has the wrong length.
    pub fn direct_from_jwk(jwk: &Jwk, enc: ContentEncryption) -> Result<Self, EncryptionKeyError> {
        check_fit(jwk, KeyManagement::Dir, Some(enc), Operation::Encrypt)?;
        match &jwk.material {
            Material::Oct { k } => Ok(Self::direct(enc, k)?.named_by(jwk)),
            Material::Okp { .. }
            | Material::Ec { .. }
            | Material::Rsa { .. }
            | Material::Akp { .. } => Err(KeyError::KeyType.into()),
        }
    }

    /// The key of a published set to encrypt by: the first that is marked for encryption (`use` or
    /// `alg`) and fits, else the first that is not marked at all and fits.
    ///
    /// # Errors
    /// [`EncryptionKeyError::Published`] for a set with a secret in it, refused whole;
    /// [`EncryptionKeyError::Empty`] where no key fits.
    pub fn from_jwks(set: &JwkSet, management: KeyManagement) -> Result<Self, EncryptionKeyError> {
        if set.keys().iter().any(Jwk::is_secret) {
            return Err(EncryptionKeyError::Published);
        }
        let marked = |jwk: &&Jwk| jwk.key_use().is_some() || jwk.alg().is_some();
        let (marked, unmarked): (Vec<_>, Vec<_>) = set.keys().iter().partition(marked);
        marked
            .into_iter()
            .chain(unmarked)
            .find_map(|jwk| Self::from_jwk(jwk, management).ok())
            .ok_or(EncryptionKeyError::Empty)
    }

    /// A shared key that wraps content keys, of exactly the algorithm's length.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] where the algorithm has no shared key, or it has another length.
    pub fn shared(management: KeyManagement, secret: &[u8]) -> Result<Self, EncryptionKeyError> {
        check_secret(management, secret)?;
        Self::new(management, Lock::Shared(Zeroizing::new(secret.to_vec())))
    }

    /// A shared key that is the content key (`dir`).
    ///
    /// # Errors
    /// [`EncryptionKeyError::SecretLength`].
    pub fn direct(enc: ContentEncryption, secret: &[u8]) -> Result<Self, EncryptionKeyError> {
        let key = ContentKey::new(enc, secret)?;
        Self::new(KeyManagement::Dir, Lock::Direct(key))
    }

    pub(super) fn rsa(
        management: KeyManagement,
        n: &[u8],
        e: &[u8],
    ) -> Result<Self, EncryptionKeyError> {
        check_rsa_public(n, e)?;
        let key: PublicEncryptingKey = PublicKeyComponents { n, e }
            .try_into()
            .map_err(|_| KeyError::RsaForm)?;
        let material = Material::Rsa {
            n: n.to_vec(),
            e: e.to_vec(),
            private: None,
        };
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| KeyError::RsaForm)?;
        Self::new(management, Lock::Rsa { key, material })
    }

    pub(super) fn new(management: KeyManagement, lock: Lock) -> Result<Self, EncryptionKeyError> {
        if management.is_for_reading_only() {
            return Err(EncryptionKeyError::ReadingOnly);
        }
        Ok(Self {
            management,
            kid: None,
            lock: Arc::new(lock),
        })
    }

    fn named_by(self, jwk: &Jwk) -> Self {
        match jwk.kid() {
            Some(kid) => self.with_kid(kid),
            None => self,
        }
    }

    /// The same key under another name, which goes into every header that it encrypts under.
    #[must_use]
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self {
            kid: Some(kid.into()),
            ..self
        }
    }

    /// The key's name, if it has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithm that it is bound to.
    #[must_use]
    pub fn management(&self) -> KeyManagement {
        self.management
    }

    /// The key as a JWK for publishing: public members, `kid`, `use: enc` and `alg`. Its
    /// [`thumbprint`](Jwk::thumbprint) names it. `None` for a shared key.
    #[must_use]
    pub fn to_jwk(&self) -> Option<Jwk> {
        let material = match &*self.lock {
            Lock::Rsa { material, .. } => material.clone(),
            Lock::Point(point) => point.to_material(),
            Lock::Shared(_) | Lock::Direct(_) => return None,
        };
        Some(Jwk {
            material,
            kid: self.kid.clone(),
            alg: Some(self.management.name().to_owned()),
            purpose: Some("enc".to_owned()),
            key_ops: None,
        })
    }

    pub(in crate::jwe) fn lock(&self) -> &Lock {
        &self.lock
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey")
            .field("management", &self.management)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
