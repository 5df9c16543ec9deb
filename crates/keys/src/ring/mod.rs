//! A realm's keys in memory: who signs, who verifies, what is published. Made from rows, private
//! keys opened once; nothing here reads the database or a clock.
//!
//! Every answer takes the time: phases are a matter of the clock, so keys begin, retire and go
//! without anybody touching the ring. It is loaded again ([`KeyRing::reload`]) when a key was
//! announced, promoted or revoked.

mod active;
mod served;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use symbolon_jose::{Algorithm, Jwk, KeyError, KeySet, SignError, VerifyingKey};
use symbolon_token::node::{RealmNode, SigningKeyNode};
use symbolon_token::time::Time;
use thiserror::Error;

pub use active::ActiveKey;
pub use served::Published;

use crate::seal::{OpenError, Seals};
use crate::signing_key::{Life, Phase, Policy, SigningKeyRow};
use served::Served;

/// Why a ring was not made. Whatever it is, somebody changed a row by hand.
#[derive(Debug, Error)]
pub enum RingError {
    /// The private half does not open.
    #[error("the signing key {key} cannot be opened: {source}")]
    Sealed {
        /// Which key.
        key: SigningKeyNode,
        /// Why.
        source: OpenError,
    },
    /// What was sealed is no key of its algorithm.
    #[error("the signing key {key} cannot be read: {source}")]
    Key {
        /// Which key.
        key: SigningKeyNode,
        /// Why.
        source: KeyError,
    },
    /// The row's public half is not the private half's.
    #[error("the public half of the signing key {key} is not that of its private half")]
    Mismatch {
        /// Which key.
        key: SigningKeyNode,
    },
    /// Its header could not be prepared.
    #[error("the signing key {key} cannot sign: {source}")]
    Header {
        /// Which key.
        key: SigningKeyNode,
        /// Why.
        source: SignError,
    },
}

/// The keys of one realm. Share it in an [`Arc`].
pub struct KeyRing {
    realm: RealmNode,
    max_age: Duration,
    state: ArcSwap<State>,
}

/// Everything that one load brought; replaced as a whole.
struct State {
    keys: Vec<Held>,
    /// What verifiers are given, until the next key goes.
    served: ArcSwapOption<Served>,
}

/// A key with the times of its life.
struct Held {
    generation: i64,
    life: Life,
    id: SigningKeyNode,
    public: VerifyingKey,
    /// What signs; one that is gone has it no more.
    key: Option<Arc<ActiveKey>>,
}

impl Held {
    fn open(row: &SigningKeyRow, seals: &Seals) -> Result<Self, RingError> {
        let held = |public: VerifyingKey, key| Self {
            generation: row.generation,
            life: row.life,
            id: row.id,
            public,
            key,
        };
        if !row.sealed_private.is_empty() {
            let key = ActiveKey::open(row, seals)?;
            return Ok(held(key.public().clone(), Some(Arc::new(key))));
        }
        let jwk: Result<Jwk, _> = row.public_jwk.parse();
        let unreadable = RingError::Mismatch { key: row.id };
        let jwk = jwk.map_err(|_| unreadable)?;
        let public = VerifyingKey::from_jwk(&jwk, row.algorithm);
        let public = public.map_err(|source| RingError::Key {
            key: row.id,
            source,
        })?;
        Ok(held(public, None))
    }

    /// The same key, at another time of its life.
    fn renewed(&self, row: &SigningKeyRow) -> Self {
        let has_private = !row.sealed_private.is_empty();
        Self {
            generation: row.generation,
            life: row.life,
            id: self.id,
            public: self.public.clone(),
            key: self.key.clone().filter(|_| has_private),
        }
    }
}

impl KeyRing {
    /// Opens all keys of a realm that are not revoked. This blocks for some milliseconds where
    /// there are RSA keys.
    ///
    /// # Errors
    /// [`RingError`].
    pub fn open(
        realm: RealmNode,
        rows: &[SigningKeyRow],
        seals: &Seals,
        policy: &Policy,
    ) -> Result<Self, RingError> {
        Ok(Self {
            realm,
            max_age: policy.max_age.min(policy.announce),
            state: ArcSwap::from_pointee(State::load(realm, rows, seals, &[])?),
        })
    }

    /// Replaces the keys by what the rows say now; keys that are open already are not opened again.
    /// One task for each ring calls this, so that older rows never replace newer ones.
    ///
    /// # Errors
    /// [`RingError`]; the ring is as before.
    pub fn reload(&self, rows: &[SigningKeyRow], seals: &Seals) -> Result<(), RingError> {
        let open = self.state.load();
        let state = State::load(self.realm, rows, seals, &open.keys)?;
        self.state.store(Arc::new(state));
        Ok(())
    }

    /// Whose keys these are.
    #[must_use]
    pub fn realm(&self) -> RealmNode {
        self.realm
    }

    /// The key that signs with this algorithm: the newest active one. A clock that was set back may
    /// find none active; then the first announced one signs, which is published as well.
    #[must_use]
    pub fn signer(&self, algorithm: Algorithm, now: Time) -> Option<Arc<ActiveKey>> {
        let state = self.state.load();
        let ours = |phase| {
            state.keys.iter().filter(move |held| {
                held.public.algorithm() == algorithm && held.life.phase(now) == phase
            })
        };
        let signs = |held: &&Held| held.key.is_some();
        ours(Phase::Active)
            .filter(signs)
            .max_by_key(|held| held.generation)
            .or_else(|| ours(Phase::Announced).min_by_key(|held| held.generation))
            .and_then(|held| held.key.clone())
    }

    /// The published key of this id: announced, active or retiring.
    #[must_use]
    pub fn find(&self, kid: SigningKeyNode, now: Time) -> Option<VerifyingKey> {
        let state = self.state.load();
        let held = state.keys.iter().find(|held| held.id == kid)?;
        let published = held.life.phase(now).is_published();
        published.then(|| held.public.clone())
    }

    /// The names of the published keys.
    #[must_use]
    pub fn published(&self, now: Time) -> Vec<SigningKeyNode> {
        let state = self.state.load();
        let published = |held: &&Held| held.life.phase(now).is_published();
        let held = state.keys.iter().filter(published);
        held.map(|held| held.id).collect()
    }

    /// The published keys, as a source for [`symbolon_jose::jwt::verify`].
    #[must_use]
    pub fn verifiers(&self, now: Time) -> Arc<KeySet> {
        Arc::clone(&self.served(now).keys)
    }

    /// The same, and the keys that are gone but remembered: for a token that may have expired and is
    /// only asked whom it told of. A revoked key tells nothing.
    #[must_use]
    pub fn remembered(&self) -> KeySet {
        let state = self.state.load();
        let keys = state.keys.iter().map(|held| held.public.clone());
        KeySet::new(keys).unwrap_or_default()
    }

    /// The key set as it is published (RFC 7517 §5).
    #[must_use]
    pub fn jwks(&self, now: Time) -> Arc<Published> {
        Arc::clone(&self.served(now).published)
    }

    /// The algorithms that a key can sign with now, for metadata.
    #[must_use]
    pub fn algorithms(&self, now: Time) -> Vec<Algorithm> {
        let signs = |one: &Algorithm| self.signer(*one, now).is_some();
        Algorithm::ASYMMETRIC.into_iter().filter(signs).collect()
    }

    fn served(&self, now: Time) -> Arc<Served> {
        let state = self.state.load();
        if let Some(served) = &*state.served.load()
            && served.holds_at(now)
        {
            return Arc::clone(served);
        }
        let served = Arc::new(Served::at(&state.keys, now, self.max_age));
        state.served.store(Some(Arc::clone(&served)));
        served
    }
}

impl State {
    fn load(
        realm: RealmNode,
        rows: &[SigningKeyRow],
        seals: &Seals,
        open: &[Held],
    ) -> Result<Self, RingError> {
        let trusted = rows
            .iter()
            .filter(|row| row.realm == realm && row.life.revoked_at.is_none());
        let keys = trusted.map(|row| match open.iter().find(|held| held.id == row.id) {
            Some(held) => Ok(held.renewed(row)),
            None => Held::open(row, seals),
        });
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
            served: ArcSwapOption::empty(),
        })
    }
}

#[cfg(test)]
mod tests;
