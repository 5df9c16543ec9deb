//! The recipient's key, as the recipient has it: private, shared, or a password.

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::{rand, signature::KeyPair as _};
use zeroize::Zeroizing;

use super::super::algorithm::{KeyManagement, Scheme};
use super::super::content::{ContentEncryption, ContentKey};
use super::super::curve::{Curve, Point};
use super::super::error::EncryptionKeyError;
use super::fit::{Operation, check_fit};
use super::{EncryptionKey, Lock, check_secret, secret_len};
use crate::jwk::{Material, Secret};
use crate::key::{read_rsa_public, rsa_pair};
use crate::{Jwk, KeyError};

/// A recipient's private or shared key and its key management algorithm. Has no `Debug`; wiped when
/// dropped.
///
/// Decrypting needs no exclusive access: share one in an [`Arc`](std::sync::Arc).
pub struct DecryptionKey {
    management: KeyManagement,
    kid: Option<String>,
    opener: Opener,
}

/// What opens a content key.
pub(in crate::jwe) enum Opener {
    Rsa {
        key: OaepPrivateDecryptingKey,
        private: PrivateDecryptingKey,
        n: Vec<u8>,
        e: Vec<u8>,
    },
    Private {
        key: PrivateKey,
        public: Point,
    },
    Shared(Secret),
    Direct(ContentKey),
}

impl DecryptionKey {
    /// Makes a new key from the system's randomness: for `RSA-OAEP-256` of 2048 bits, or a shared
    /// one.
    ///
    /// # Errors
    /// [`CurveStated`](EncryptionKeyError::CurveStated) for ECDH-ES, which needs a
    /// [curve](Self::generate_on), [`Direct`](EncryptionKeyError::Direct) for `dir`, which needs an
    /// [`enc`](Self::generate_direct), and [`ReadingOnly`](EncryptionKeyError::ReadingOnly).
    pub fn generate(management: KeyManagement) -> Result<Self, EncryptionKeyError> {
        if management.is_for_reading_only() {
            return Err(EncryptionKeyError::ReadingOnly);
        }
        match management.scheme() {
            Scheme::Oaep(_) => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048);
                Self::rsa(management, &pair.map_err(|_| KeyError::Generation)?)
            }
            Scheme::Agree(_) => Err(EncryptionKeyError::CurveStated),
            Scheme::Wrap(_) | Scheme::Gcm(_) | Scheme::Direct | Scheme::Password(..) => {
                let len = secret_len(management)?.ok_or(EncryptionKeyError::ReadingOnly)?;
                let mut secret = Zeroizing::new(vec![0; len]);
                rand::fill(&mut secret).map_err(|_| KeyError::Generation)?;
                Ok(Self::new(management, Opener::Shared(secret)))
            }
        }
    }

    /// Makes a new key for ECDH-ES on a curve.
    ///
    /// # Errors
    /// [`EncryptionKeyError::CurveStated`] for other algorithms; [`KeyError::Generation`].
    pub fn generate_on(
        curve: Curve,
        management: KeyManagement,
    ) -> Result<Self, EncryptionKeyError> {
        if !matches!(management.scheme(), Scheme::Agree(_)) {
            return Err(EncryptionKeyError::CurveStated);
        }
        Self::private(management, curve, curve.generate()?)
    }

    /// Makes a new shared key that is the content key (`dir`).
    ///
    /// # Errors
    /// [`KeyError::Generation`] where there is no randomness.
    pub fn generate_direct(enc: ContentEncryption) -> Result<Self, EncryptionKeyError> {
        let key = ContentKey::generate(enc)?;
        Ok(Self::new(KeyManagement::Dir, Opener::Direct(key)))
    }

    /// Loads a private JWK (or `oct`), whose public members must belong to its private ones. `use`,
    /// where present, must be `enc`. The `kid` is kept.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] names the first check that failed;
    /// [`Sha1`](EncryptionKeyError::Sha1) for `RSA-OAEP`, [`Direct`](EncryptionKeyError::Direct) for
    /// `dir`.
    pub fn from_jwk(jwk: &Jwk, management: KeyManagement) -> Result<Self, EncryptionKeyError> {
        if management == KeyManagement::RsaOaep {
            return Err(EncryptionKeyError::Sha1);
        }
        Self::load(jwk, management)
    }

    /// Loads a private RSA JWK for reading `RSA-OAEP`, which rests on SHA-1: for senders that know
    /// nothing better. No attack on it is known; nothing new should use it.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] as for [`from_jwk`](Self::from_jwk).
    pub fn from_jwk_for_sha1_oaep(jwk: &Jwk) -> Result<Self, EncryptionKeyError> {
        Self::load(jwk, KeyManagement::RsaOaep)
    }

    /// Loads an `oct` JWK as the content key itself (`dir`). Its `alg`, where present, is `dir` or
    /// the name of `enc`.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] where it does not fit, or has the wrong length.
    pub fn direct_from_jwk(jwk: &Jwk, enc: ContentEncryption) -> Result<Self, EncryptionKeyError> {
        check_fit(jwk, KeyManagement::Dir, Some(enc), Operation::Decrypt)?;
        match &jwk.material {
            Material::Oct { k } => Ok(Self::direct(enc, k)?.named_by(jwk)),
            Material::Okp { .. }
            | Material::Ec { .. }
            | Material::Rsa { .. }
            | Material::Akp { .. } => Err(KeyError::KeyType.into()),
        }
    }

    /// A shared key of exactly the algorithm's length, or for PBES2 a password.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] where the algorithm has no shared key, or it has another length.
    pub fn shared(management: KeyManagement, secret: &[u8]) -> Result<Self, EncryptionKeyError> {
        check_secret(management, secret)?;
        let secret = Zeroizing::new(secret.to_vec());
        Ok(Self::new(management, Opener::Shared(secret)))
    }

    /// A shared key that is the content key (`dir`).
    ///
    /// # Errors
    /// [`EncryptionKeyError::SecretLength`].
    pub fn direct(enc: ContentEncryption, secret: &[u8]) -> Result<Self, EncryptionKeyError> {
        let key = ContentKey::new(enc, secret)?;
        Ok(Self::new(KeyManagement::Dir, Opener::Direct(key)))
    }

    fn load(jwk: &Jwk, management: KeyManagement) -> Result<Self, EncryptionKeyError> {
        check_fit(jwk, management, None, Operation::Decrypt)?;
        let key = match (management.scheme(), &jwk.material) {
            (Scheme::Oaep(_), Material::Rsa { n, e, private }) => {
                let private = private.as_ref().ok_or(KeyError::NotPrivate)?;
                Self::rsa(management, &rsa_pair(n, e, private)?)?
            }
            (Scheme::Agree(_), Material::Okp { d, .. } | Material::Ec { d, .. }) => {
                let d = d.as_ref().ok_or(KeyError::NotPrivate)?;
                let public = Point::from_material(&jwk.material)?;
                let key = public.private(d)?;
                Self::new(management, Opener::Private { key, public })
            }
            (Scheme::Oaep(_) | Scheme::Agree(_), _) => return Err(KeyError::KeyType.into()),
            (_, Material::Oct { k }) => Self::shared(management, k)?,
            (_, _) => return Err(KeyError::KeyType.into()),
        };
        Ok(key.named_by(jwk))
    }

    pub(super) fn rsa(
        management: KeyManagement,
        pair: &RsaKeyPair,
    ) -> Result<Self, EncryptionKeyError> {
        let (n, e) = read_rsa_public(pair.public_key().as_ref()).ok_or(KeyError::RsaForm)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Encoding)?;
        let private =
            PrivateDecryptingKey::from_pkcs8(der.as_ref()).map_err(|_| KeyError::Inconsistent)?;
        let key = OaepPrivateDecryptingKey::new(private.clone());
        Ok(Self::new(
            management,
            Opener::Rsa {
                key: key.map_err(|_| KeyError::Inconsistent)?,
                private,
                n: n.to_vec(),
                e: e.to_vec(),
            },
        ))
    }

    pub(super) fn private(
        management: KeyManagement,
        curve: Curve,
        key: PrivateKey,
    ) -> Result<Self, EncryptionKeyError> {
        let public = Point::of(curve, &key)?;
        Ok(Self::new(management, Opener::Private { key, public }))
    }

    fn new(management: KeyManagement, opener: Opener) -> Self {
        Self {
            management,
            kid: None,
            opener,
        }
    }

    fn named_by(self, jwk: &Jwk) -> Self {
        match jwk.kid() {
            Some(kid) => self.with_kid(kid),
            None => self,
        }
    }

    /// The same key under another name.
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

    /// What others encrypt by for this key, under the same `kid`: its public half, or the same shared
    /// key.
    ///
    /// # Errors
    /// [`EncryptionKeyError::ReadingOnly`] for `RSA-OAEP` and PBES2.
    pub fn encryption_key(&self) -> Result<EncryptionKey, EncryptionKeyError> {
        let key = match &self.opener {
            Opener::Rsa { n, e, .. } => EncryptionKey::rsa(self.management, n, e)?,
            Opener::Private { public, .. } => {
                EncryptionKey::new(self.management, Lock::Point(public.clone()))?
            }
            Opener::Shared(secret) => {
                EncryptionKey::new(self.management, Lock::Shared(secret.clone()))?
            }
            Opener::Direct(key) => EncryptionKey::new(self.management, Lock::Direct(key.clone()))?,
        };
        Ok(match self.kid() {
            Some(kid) => key.with_kid(kid),
            None => key,
        })
    }

    /// The public half as a JWK for publishing, `use: enc`; `None` for shared keys. For `RSA-OAEP`
    /// too, since whoever reads it has to publish a key for it.
    #[must_use]
    pub fn to_jwk(&self) -> Option<Jwk> {
        let material = match &self.opener {
            Opener::Rsa { n, e, .. } => Material::Rsa {
                n: n.clone(),
                e: e.clone(),
                private: None,
            },
            Opener::Private { public, .. } => public.to_material(),
            Opener::Shared(_) | Opener::Direct(_) => return None,
        };
        Some(Jwk {
            material,
            kid: self.kid.clone(),
            alg: Some(self.management.name().to_owned()),
            purpose: Some("enc".to_owned()),
            key_ops: None,
        })
    }

    pub(in crate::jwe) fn opener(&self) -> &Opener {
        &self.opener
    }
}
