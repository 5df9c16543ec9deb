//! Pairwise identifiers: each client sees another `sub`, so that clients that compare what they know
//! cannot tell whether they serve the same person (OpenID Connect Core §8.1).
//!
//! 1. A realm has a salt of 32 random bytes, made when it is first needed, sealed in its row, and
//!    never rotated: whoever changed it would make every person a stranger to every client.
//! 2. `sub` is HMAC-SHA-256 under the salt, over the client's sector and the person's id.
//! 3. The ancestors in a token for such a client are [`veil`]ed, so that they tell as little.

mod rows;
mod veil;

pub use veil::{unveil, veil};

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use symbolon_keys::seal::Place;
use symbolon_store::Unit;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::random;
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use crate::{LoadError, World, WriteError};

/// Bytes of a salt: as many as the digest has.
const SALT_BYTES: usize = 32;

/// A realm's salt. What is derived from it is stable for ever; it is never shown.
pub struct Salt {
    key: hmac::Key,
}

impl Salt {
    /// A salt of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; SALT_BYTES]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes),
        }
    }

    /// HMAC-SHA-256 over a purpose, a name with its length before it, and the rest.
    fn mac(&self, (purpose, name): (&[u8], &str), rest: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(purpose);
        context.update(&(name.len() as u64).to_be_bytes());
        context.update(name.as_bytes());
        context.update(rest);
        context.sign()
    }
}

/// What a client of this sector calls a person: 43 characters. The sector is the host of the
/// client's redirect addresses, or of its sector identifier.
#[must_use]
pub fn sub(salt: &Salt, sector: &str, subject: SubjectNode) -> String {
    let id = subject.0.number().to_be_bytes();
    let tag = salt.mac((b"sub", sector), &id);
    URL_SAFE_NO_PAD.encode(tag)
}

/// The realm's salt: from memory, else from its row, which is made where there is none.
///
/// # Errors
/// [`WriteError`].
pub async fn salt(world: &World, realm: RealmNode, now: Time) -> Result<Arc<Salt>, WriteError> {
    if let Some(salt) = world.salts.get(realm) {
        return Ok(salt);
    }
    if rows::sealed(&world.db, realm).await?.is_none() {
        let bytes = Zeroizing::new(random::bytes::<SALT_BYTES>(&*world.random));
        let seals = &world.material.seals;
        let sealed = seals.seal(&place(realm), now, &*bytes, &*world.random);
        let unit = Unit::default().step(rows::insert(realm, sealed));
        world.db.commit(unit).await?;
    }
    // Of many at once one has written, and what it wrote counts.
    let sealed = rows::sealed(&world.db, realm).await?;
    let sealed = sealed.ok_or(LoadError::Value("pairwise_salt"))?;
    let salt = Arc::new(opened(world, realm, &sealed)?);
    world.salts.keep(realm, &salt);
    Ok(salt)
}

/// The realm's salt, if it has one: no token was ever veiled where it has none.
///
/// # Errors
/// [`LoadError`].
pub async fn salt_if_any(world: &World, realm: RealmNode) -> Result<Option<Arc<Salt>>, LoadError> {
    if let Some(salt) = world.salts.get(realm) {
        return Ok(Some(salt));
    }
    let Some(sealed) = rows::sealed(&world.db, realm).await? else {
        return Ok(None);
    };
    let salt = Arc::new(opened(world, realm, &sealed)?);
    world.salts.keep(realm, &salt);
    Ok(Some(salt))
}

fn opened(world: &World, realm: RealmNode, sealed: &[u8]) -> Result<Salt, LoadError> {
    let refused = LoadError::Seal("pairwise_salt");
    let Ok(plain) = world.material.seals.open(&place(realm), sealed) else {
        return Err(refused);
    };
    let bytes = plain.first_chunk::<SALT_BYTES>().ok_or(refused)?;
    Ok(Salt::new(bytes))
}

fn place(realm: RealmNode) -> Place<'static> {
    Place {
        realm,
        table: "pairwise_salt",
        column: "sealed",
        row: realm.0.into(),
    }
}

/// The salts that were needed so far. They never change, so nothing is ever forgotten; there are at
/// most as many as realms.
#[derive(Default)]
pub(crate) struct Salts {
    known: RwLock<HashMap<RealmNode, Arc<Salt>>>,
}

impl Salts {
    fn get(&self, realm: RealmNode) -> Option<Arc<Salt>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&realm).cloned()
    }

    fn keep(&self, realm: RealmNode, salt: &Arc<Salt>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(realm, Arc::clone(salt));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use symbolon_token::node::NodeId;

    use super::*;

    fn subject(number: i64) -> SubjectNode {
        SubjectNode(NodeId::from_number(number).unwrap())
    }

    /// What clients have stored must never change. Calculated apart from this code:
    /// `HMAC(key = 32 × 07, "sub" + 00 00 00 00 00 00 00 0b + "app.example" + 00 … 2a)`.
    #[test]
    fn a_sub_stays_what_it_was() {
        let sub = sub(&Salt::new(&[7; 32]), "app.example", subject(42));
        assert_eq!(sub, "zzejMbI-s2Zc_0sdjgxyxa6r4vZR52-04ExseP3sfFw");
    }

    #[test]
    fn salt_sector_and_subject_each_make_another_sub() {
        let (one, two) = (Salt::new(&[1; 32]), Salt::new(&[2; 32]));
        let subs = HashSet::from([
            sub(&one, "a.example", subject(1)),
            sub(&two, "a.example", subject(1)),
            sub(&one, "b.example", subject(1)),
            sub(&one, "a.example", subject(2)),
        ]);
        assert_eq!(subs.len(), 4);
    }

    proptest! {
        #[test]
        fn a_sub_is_never_taken_for_a_public_one(key: [u8; 32], sector: String, id in 0..i64::MAX) {
            let sub = sub(&Salt::new(&key), &sector, subject(id));
            prop_assert_eq!(sub.len(), 43);
            prop_assert!(sub.parse::<NodeId>().is_err());
        }
    }
}
