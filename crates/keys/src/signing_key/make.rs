//! Make the key that was decided on: generate it, seal its private half, say what to write.
//!
//! 1. A verb decides on a [`Successor`]: which algorithm, which generation, from when on.
//! 2. [`generate`] makes the pair. Slow for RSA, so off the executor's threads.
//! 3. [`Successor::make`] seals it and gives the steps, which must be one unit.

use symbolon_jose::{Algorithm, KeyError, SigningKey};
use symbolon_store::Step;
use symbolon_token::node::{RealmNode, SigningKeyNode};
use symbolon_token::random::Random;
use symbolon_token::time::Time;
use thiserror::Error;

use super::{Life, SigningKeyRow, rows};
use crate::seal::Seals;

/// A key that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// Whose.
    pub realm: RealmNode,
    /// Of which algorithm.
    pub algorithm: Algorithm,
    /// From when on it signs.
    pub active_at: Time,
    pub(super) generation: i64,
    pub(super) now: Time,
    /// What happens to the key before it.
    pub(super) retire: Vec<Step>,
}

/// A key that is made and waits to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The key, as its row will be.
    pub row: SigningKeyRow,
    /// What writes it, all in one unit. On a conflict another node was faster: load and decide
    /// again, and throw this key away.
    pub steps: Vec<Step>,
}

/// Why a key was not made.
#[derive(Debug, Error)]
pub enum MakeError {
    /// The pair is of another algorithm than was decided.
    #[error("a key of {decided} was decided, and one of {given} given")]
    Algorithm {
        /// What was decided.
        decided: Algorithm,
        /// What was given.
        given: Algorithm,
    },
    /// The cryptographic library failed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The public half could not be written as JSON.
    #[error("the public key cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Makes a key pair; RSA keys have 2048 bits.
///
/// This blocks: an RSA key takes from 50 ms to over a second, the others less than one
/// millisecond. Call it on a thread that may block.
///
/// # Errors
/// [`KeyError`]; HMAC has no key pairs.
pub fn generate(algorithm: Algorithm) -> Result<SigningKey, KeyError> {
    SigningKey::generate(algorithm)
}

impl Successor {
    /// Seals the pair and gives it its row.
    ///
    /// # Errors
    /// [`MakeError`].
    pub fn make(
        self,
        id: SigningKeyNode,
        pair: &SigningKey,
        seals: &Seals,
        random: &dyn Random,
    ) -> Result<Made, MakeError> {
        if pair.algorithm() != self.algorithm {
            return Err(MakeError::Algorithm {
                decided: self.algorithm,
                given: pair.algorithm(),
            });
        }
        let pkcs8 = pair.to_pkcs8()?;
        let sealed = rows::place((self.realm, id), self.algorithm, |place| {
            seals.seal(place, self.now, &pkcs8, random)
        });
        let public = pair.public().with_kid(id.to_string());
        let row = SigningKeyRow {
            id,
            realm: self.realm,
            algorithm: self.algorithm,
            generation: self.generation,
            created_at: self.now,
            life: Life {
                active_at: self.active_at,
                retires_at: None,
                gone_at: None,
                revoked_at: None,
            },
            public_jwk: serde_json::to_string(&public.to_jwk())?,
            sealed_private: sealed,
        };
        let mut steps = self.retire;
        steps.push(rows::insert(&row));
        Ok(Made { row, steps })
    }
}
