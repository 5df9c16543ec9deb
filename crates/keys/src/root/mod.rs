//! Root keys: the secrets outside the database from which all others are derived.
//!
//! A ring is a text, one key a line, `<id> <base64 of 32 bytes>`, the newest last. The newest is the
//! current one: it seals and digests; the others only open and look up. To rotate is to add a line
//! ([`RootKeys::rotated`], [`file::add`]). An old line may go once nothing rests on it any
//! more, no seal, no digest, no MAC, and [`forget`] was committed; until then [`check`] refuses to
//! start without it.
//!
//! Nothing uses a root key as it is: each purpose derives a key of its own from it (`derive`).
//!
//! issue, verify: none, root keys are no tokens. revoke: rotate, then take the old line out.

pub mod check;
mod derive;
pub mod file;
pub mod passphrase;
mod rows;
mod text;

use symbolon_token::random::{self, Random};
use zeroize::Zeroizing;

pub(crate) use derive::{Purpose, derive, expand};
pub use rows::{RootKeyRow, SCHEMA, SELECT, forget, read};
pub use text::RootKeysError;

/// Bytes of a root key.
pub const KEY_BYTES: usize = 32;

/// How many root keys a ring may hold: each is tried when a digest is looked up, and even a yearly
/// rotation without ever taking a line out needs sixteen years to get here.
pub const MAX_KEYS: usize = 16;

/// Names a root key, in the ring's text, in seals and beside digests. Counts up from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootKeyId(pub u32);

impl std::fmt::Display for RootKeyId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, out)
    }
}

/// One root key. It never prints and is wiped when dropped.
#[derive(Clone)]
pub(crate) struct RootKey {
    pub(crate) id: RootKeyId,
    pub(crate) bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl RootKey {
    fn random(id: RootKeyId, random: &dyn Random) -> Self {
        let bytes = Zeroizing::new(random::bytes(random));
        Self { id, bytes }
    }
}

/// The ring: at least one root key, the newest last. It never prints and is wiped when dropped.
#[derive(Clone)]
pub struct RootKeys {
    older: Vec<RootKey>,
    current: RootKey,
}

impl RootKeys {
    /// A new ring of one random key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self {
            older: Vec::new(),
            current: RootKey::random(RootKeyId(1), random),
        }
    }

    /// The same ring with one more key, which becomes the current one.
    ///
    /// # Errors
    /// [`RootKeysError::TooMany`].
    pub fn rotated(&self, random: &dyn Random) -> Result<Self, RootKeysError> {
        let newest = self.oldest_first().map(|key| key.id.0).max().unwrap_or(0);
        let id = newest.checked_add(1).ok_or(RootKeysError::TooMany)?;
        let added = RootKey::random(RootKeyId(id), random);
        Self::of(self.oldest_first().cloned().chain([added]).collect())
    }

    /// Reads a ring's text. Empty lines and lines that begin with `#` count for nothing; a comma
    /// parts keys as a line's end does, for environments that allow one line only.
    ///
    /// # Errors
    /// [`RootKeysError`], which never repeats a key.
    pub fn parse(text: &str) -> Result<Self, RootKeysError> {
        Self::of(text::parse(text)?)
    }

    /// The ring as text, which [`RootKeys::parse`] reads back.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        text::write(self.oldest_first())
    }

    /// The ids, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = RootKeyId> {
        self.oldest_first().map(|key| key.id)
    }

    /// The id of the key that seals and digests now.
    #[must_use]
    pub fn current(&self) -> RootKeyId {
        self.current.id
    }

    /// A secret of this name, the same for as long as the ring keeps its oldest key: for `dev`,
    /// whose secrets outlive restarts without being stored.
    #[must_use]
    pub fn derive_secret(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let oldest = self.older.first().unwrap_or(&self.current);
        derive(oldest, Purpose::Secret, label.as_bytes())
    }

    /// The keys, the current one first: the order in which lookups try them.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &RootKey> {
        std::iter::once(&self.current).chain(self.older.iter().rev())
    }

    fn oldest_first(&self) -> impl Iterator<Item = &RootKey> {
        self.older.iter().chain(std::iter::once(&self.current))
    }

    fn of(mut keys: Vec<RootKey>) -> Result<Self, RootKeysError> {
        if keys.len() > MAX_KEYS {
            return Err(RootKeysError::TooMany);
        }
        let current = keys.pop().ok_or(RootKeysError::Empty)?;
        let ring = Self {
            older: keys,
            current,
        };
        let mut ids: Vec<_> = ring.ids().collect();
        ids.sort_unstable();
        let repeated = ids.windows(2).find_map(|pair| match pair {
            [one, other] if one == other => Some(*one),
            _ => None,
        });
        repeated.map_or(Ok(ring), |id| Err(RootKeysError::Repeated { id }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn ring() -> RootKeys {
        RootKeys::generate(&SystemRandom)
    }

    #[test]
    fn a_rotated_ring_reads_back_with_its_newest_key_current() {
        let ring = ring().rotated(&SystemRandom).unwrap();
        let again = RootKeys::parse(&ring.to_text()).unwrap();
        assert!(again.ids().eq([RootKeyId(1), RootKeyId(2)]));
        assert_eq!(again.current(), RootKeyId(2));
        assert_eq!(*again.to_text(), *ring.to_text());
    }

    #[test]
    fn derived_secrets_differ_by_name_and_outlive_a_rotation() {
        let (one, rotated) = (ring(), ring());
        assert_ne!(one.derive_secret("a"), one.derive_secret("b"));
        assert_ne!(one.derive_secret("a"), rotated.derive_secret("a"));
        let rotated = one.rotated(&SystemRandom).unwrap();
        assert_eq!(one.derive_secret("a"), rotated.derive_secret("a"));
    }

    #[test]
    fn the_seventeenth_key_is_refused() {
        let mut ring = ring();
        for _ in 1..MAX_KEYS {
            ring = ring.rotated(&SystemRandom).unwrap();
        }
        let refused = ring.rotated(&SystemRandom).err();
        assert_eq!(refused, Some(RootKeysError::TooMany));
    }
}
