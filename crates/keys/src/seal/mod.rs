//! Seals: what must be read again and yet not rest in the clear. AES-256-GCM.
//!
//! The key of a seal is derived (HKDF-SHA-256) for its root key, realm, table, column and hour, so
//! that no key seals often enough for random nonces to meet: 2^32 seals under one key are safe
//! (NIST SP 800-38D §8.3), which is a million a second for one column of one realm.
//!
//! ```text
//! version 1 | root key id 4 | hour 4 | nonce 12 | ciphertext | tag 16        numbers big-endian
//! ```
//!
//! Version, id and hour are authenticated with the [`Place`], so a value that was moved to another
//! table, column, row or realm does not open.
//!
//! issue, verify, revoke: none, a seal is no token; it ends with its row.

mod place;

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, Tag, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk};
use quick_cache::sync::Cache;
use symbolon_token::random::{self, Random};
use symbolon_token::time::Time;
use thiserror::Error;
use zeroize::Zeroizing;

pub use place::{Place, RowId};

use crate::root::{Purpose, RootKeyId, RootKeys, derive, expand};

/// The version of the format.
const VERSION: u8 = 1;

/// Version, root key id and hour.
const HEADER: usize = 9;

/// Bytes that a seal adds to what it seals.
pub const OVERHEAD: usize = HEADER + NONCE_LEN + 16;

/// How long one derived key seals.
const HOUR_MILLIS: i64 = 3_600_000;

/// How many derived keys are kept at hand: deriving one anew costs about 2 µs, a kept one 1 KiB.
const CACHED_KEYS: usize = 1024;

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Too short, or of a version that is not known here.
    #[error("this is no sealed value")]
    Malformed,
    /// Sealed under a root key that the ring lacks.
    #[error("this value is sealed under root key {id}, which is not in the ring")]
    UnknownRootKey {
        /// Its id.
        id: RootKeyId,
    },
    /// Changed, or sealed for another place.
    #[error("this sealed value was changed, or belongs to another place")]
    Changed,
}

/// Seals and opens, under any root key of the ring. It holds keys derived for this alone, so the
/// ring itself may be forgotten once this is made.
pub struct Seals {
    current: RootKeyId,
    roots: Vec<(RootKeyId, Prk)>,
    derived: Cache<Derived, Arc<LessSafeKey>>,
}

/// What a derived key is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Derived {
    root: RootKeyId,
    realm: i64,
    table: &'static str,
    column: &'static str,
    hour: u32,
}

impl Seals {
    /// The seals of this ring.
    #[must_use]
    pub fn new(ring: &RootKeys) -> Self {
        let prk = |key: &[u8; 32]| Prk::new_less_safe(HKDF_SHA256, key);
        let roots = ring
            .newest_first()
            .map(|key| (key.id, prk(&derive(key, Purpose::Seal, &[]))))
            .collect();
        Self {
            current: ring.current(),
            roots,
            derived: Cache::new(CACHED_KEYS),
        }
    }

    /// Seals a value for its place: [`OVERHEAD`] bytes longer than the value.
    #[must_use]
    pub fn seal(&self, place: &Place, now: Time, plain: &[u8], random: &dyn Random) -> Vec<u8> {
        let hour = u32::try_from(now.0.div_euclid(HOUR_MILLIS)).unwrap_or(0);
        let header = header(self.current, hour);
        let nonce = random::bytes::<NONCE_LEN>(random);
        let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
        sealed.extend_from_slice(&header);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let key = self.key(place, self.current, hour);
        let tag = encrypt(
            key.as_deref(),
            nonce,
            &place.bound_to(header),
            sealed.get_mut(HEADER + NONCE_LEN..).unwrap_or_default(),
        );
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of the value is given out.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (head, rest) = sealed
            .split_first_chunk::<HEADER>()
            .ok_or(OpenError::Malformed)?;
        let [VERSION, i0, i1, i2, i3, h0, h1, h2, h3] = *head else {
            return Err(OpenError::Malformed);
        };
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(OpenError::Malformed)?;
        let id = RootKeyId(u32::from_be_bytes([i0, i1, i2, i3]));
        let hour = u32::from_be_bytes([h0, h1, h2, h3]);
        let key = self
            .key(place, id, hour)
            .ok_or(OpenError::UnknownRootKey { id })?;
        let mut body = Zeroizing::new(body.to_vec());
        let aad = Aad::from(place.bound_to(*head));
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = key.open_in_place(nonce, aad, &mut body);
        let length = plain.map_err(|_| OpenError::Changed)?.len();
        body.truncate(length);
        Ok(body)
    }

    /// Which root key a value is sealed under: to find what a rotation has yet to seal anew.
    ///
    /// # Errors
    /// [`OpenError::Malformed`].
    pub fn root_key_of(sealed: &[u8]) -> Result<RootKeyId, OpenError> {
        match sealed.first_chunk::<HEADER>() {
            Some([VERSION, i0, i1, i2, i3, ..]) => {
                Ok(RootKeyId(u32::from_be_bytes([*i0, *i1, *i2, *i3])))
            }
            Some(_) | None => Err(OpenError::Malformed),
        }
    }

    /// The root key that seals now.
    #[must_use]
    pub fn current(&self) -> RootKeyId {
        self.current
    }

    fn key(&self, place: &Place, root: RootKeyId, hour: u32) -> Option<Arc<LessSafeKey>> {
        let derived = Derived {
            root,
            realm: place.realm.0.number(),
            table: place.table,
            column: place.column,
            hour,
        };
        if let Some(key) = self.derived.get(&derived) {
            return Some(key);
        }
        let (_, prk) = self.roots.iter().find(|(id, _)| *id == root)?;
        let bytes = expand(prk, &[&place.purpose(), &hour.to_be_bytes()]);
        let key = UnboundKey::new(&AES_256_GCM, &*bytes).ok()?;
        let key = Arc::new(LessSafeKey::new(key));
        self.derived.insert(derived, Arc::clone(&key));
        Some(key)
    }
}

/// Encrypts in place.
fn encrypt(key: Option<&LessSafeKey>, nonce: [u8; NONCE_LEN], aad: &[u8], body: &mut [u8]) -> Tag {
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.and_then(|key| {
        key.seal_in_place_separate_tag(nonce, Aad::from(aad), body)
            .ok()
    })
    .expect("the current root key is in the ring, and no value reaches 64 GiB")
}

fn header(root: RootKeyId, hour: u32) -> [u8; HEADER] {
    let [i0, i1, i2, i3] = root.0.to_be_bytes();
    let [h0, h1, h2, h3] = hour.to_be_bytes();
    [VERSION, i0, i1, i2, i3, h0, h1, h2, h3]
}

#[cfg(test)]
mod tests;
