//! A key that can sign: opened once, the headers of all purposes encoded once.

use std::sync::Arc;

use symbolon_jose::jwt::{Nesting, NestingError, Purpose, Signer};
use symbolon_jose::{Algorithm, SignError, SigningKey, VerifyingKey, jwt};
use symbolon_token::node::SigningKeyNode;

use super::RingError;
use crate::seal::Seals;
use crate::signing_key::{SigningKeyRow, place};

/// What a realm signs: proofs of clients and their requests are signed by others.
const PURPOSES: [Purpose; 9] = [
    Purpose::AccessToken,
    Purpose::AccessTokenPlain,
    Purpose::IdToken,
    Purpose::LogoutToken,
    Purpose::Introspection,
    Purpose::SecurityEvent,
    Purpose::StatusList,
    Purpose::RevocationReceipt,
    Purpose::Userinfo,
];

/// A signing key, open.
pub struct ActiveKey {
    id: SigningKeyNode,
    public: VerifyingKey,
    signers: Vec<Signer>,
    key: Arc<SigningKey>,
}

impl ActiveKey {
    /// Opens a row's private half and compares its public half with the row's.
    pub(super) fn open(row: &SigningKeyRow, seals: &Seals) -> Result<Self, RingError> {
        let key = row.id;
        let pkcs8 = place((row.realm, row.id), row.algorithm, |place| {
            seals.open(place, &row.sealed_private)
        });
        let pkcs8 = pkcs8.map_err(|source| RingError::Sealed { key, source })?;
        let pair = SigningKey::from_pkcs8(row.algorithm, &pkcs8)
            .map_err(|source| RingError::Key { key, source })?
            .with_kid(row.id.to_string());
        let public = pair.public();
        let jwk = serde_json::to_string(&public.to_jwk());
        if jwk.ok().as_ref() != Some(&row.public_jwk) {
            return Err(RingError::Mismatch { key });
        }
        let pair = Arc::new(pair);
        let signers = PURPOSES.map(|purpose| Signer::new(Arc::clone(&pair), purpose));
        let signers = signers.into_iter().collect::<Result<_, _>>();
        Ok(Self {
            id: row.id,
            public,
            signers: signers.map_err(|source| RingError::Header { key, source })?,
            key: pair,
        })
    }

    /// Its lineage node, which is its `kid`.
    #[must_use]
    pub fn id(&self) -> SigningKeyNode {
        self.id
    }

    /// What it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// The signer for a purpose, its header encoded already; `None` for what a realm never signs.
    #[must_use]
    pub fn signer(&self, purpose: Purpose) -> Option<&Signer> {
        self.signers
            .iter()
            .find(|signer| signer.purpose() == purpose)
    }

    /// Signs claims for a purpose.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(
        &self,
        purpose: Purpose,
        claims: &impl serde::Serialize,
    ) -> Result<String, SignError> {
        match self.signer(purpose) {
            Some(signer) => signer.sign(claims),
            None => jwt::sign(&self.key, purpose, claims),
        }
    }

    /// Signs claims for a purpose, and encrypts the token.
    ///
    /// # Errors
    /// [`NestingError`].
    pub fn sign_and_encrypt(
        &self,
        purpose: Purpose,
        claims: &impl serde::Serialize,
        nesting: &Nesting<'_>,
    ) -> Result<String, NestingError> {
        match self.signer(purpose) {
            Some(signer) => signer.sign_and_encrypt(claims, nesting),
            None => jwt::sign_and_encrypt(&self.key, purpose, claims, nesting),
        }
    }
}
