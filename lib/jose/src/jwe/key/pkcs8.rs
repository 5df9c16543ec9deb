//! Private keys in the form that they are stored in (RFC 5208).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use zeroize::Zeroizing;

use super::super::algorithm::{KeyManagement, Scheme};
use super::super::curve::Curve;
use super::super::error::EncryptionKeyError;
use super::{DecryptionKey, Opener};
use crate::KeyError;

impl DecryptionKey {
    /// Reads an unencrypted PKCS#8 document, as [`to_pkcs8`](Self::to_pkcs8) writes it.
    ///
    /// # Errors
    /// [`KeyError::Inconsistent`] for a document of another key type, or a damaged one;
    /// [`EncryptionKeyError::Sha1`] for `RSA-OAEP`.
    pub fn from_pkcs8(management: KeyManagement, pkcs8: &[u8]) -> Result<Self, EncryptionKeyError> {
        if management == KeyManagement::RsaOaep {
            return Err(EncryptionKeyError::Sha1);
        }
        match management.scheme() {
            Scheme::Oaep(_) => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Inconsistent)?;
                Self::rsa(management, &pair)
            }
            Scheme::Agree(_) => {
                let (curve, key) = Curve::from_pkcs8(pkcs8)?;
                Self::private(management, curve, key)
            }
            Scheme::Wrap(_) | Scheme::Gcm(_) | Scheme::Direct | Scheme::Password(..) => {
                Err(KeyError::Symmetric.into())
            }
        }
    }

    /// The private key as an unencrypted PKCS#8 document, wiped when dropped. Seal it before it is
    /// stored.
    ///
    /// # Errors
    /// [`KeyError::Symmetric`] for shared keys; [`KeyError::Encoding`] where the library fails.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, EncryptionKeyError> {
        match self.opener() {
            Opener::Rsa { private, .. } => {
                let der: Pkcs8V1Der<'_> = private.as_der().map_err(|_| KeyError::Encoding)?;
                Ok(Zeroizing::new(der.as_ref().to_vec()))
            }
            Opener::Private { key, public } => Ok(public.curve.to_pkcs8(key)?),
            Opener::Shared(_) | Opener::Direct(_) => Err(KeyError::Symmetric.into()),
        }
    }
}
