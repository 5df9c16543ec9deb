//! A ring under a passphrase: whoever reads the file has nothing without what a person, or the
//! orchestrator's store of secrets, knows.
//!
//! One line: `symbolon-root-key-1 <rounds> <salt> <nonce> <sealed>`, the last three in base64.
//!
//! 1. The passphrase and a fresh salt give a key: PBKDF2-HMAC-SHA-256 (RFC 8018 §5.2).
//! 2. The key seals the ring's text by AES-256-GCM, bound to all that stands before it in the line.

use std::num::NonZeroU32;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use symbolon_token::random::{self, Random};
use symbolon_token::secret::Secret;
use thiserror::Error;
use zeroize::Zeroizing;

use super::{RootKeys, RootKeysError};

/// How the line begins.
const BEGINNING: &str = "symbolon-root-key-1";

/// Rounds for a new file: a fifth of a second at each start, and what OWASP asks for with SHA-256.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("600,000 is not 0");

/// Rounds of a file, at most: a start that never ends helps nobody.
const MAX_ROUNDS: u32 = 20_000_000;

/// Bytes of a salt.
const SALT_BYTES: usize = 16;

/// The shortest passphrase for a new file, in characters: guesses are made far from here, at the
/// attacker's own speed.
pub const MIN_PASSPHRASE: usize = 15;

/// Why a ring does not come out from under its passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// It was sealed under another one, or the file was changed.
    #[error("the passphrase is not the one it was made with, or the file was changed")]
    Wrong,
    /// The line is cut off, or something else.
    #[error("what is sealed in it is cut off or damaged; take it from a copy")]
    Damaged,
    /// A new one can be guessed.
    #[error("a passphrase has at least {MIN_PASSPHRASE} characters")]
    TooShort,
    /// What came out is no ring.
    #[error(transparent)]
    Keys(#[from] RootKeysError),
}

/// Whether a text is a ring under a passphrase.
#[must_use]
pub fn is_locked(text: &str) -> bool {
    text.trim_start().starts_with(BEGINNING)
}

/// The text of a ring under this passphrase.
///
/// # Errors
/// [`PassphraseError::TooShort`].
pub fn lock(
    ring: &RootKeys,
    passphrase: &Secret,
    random: &dyn Random,
) -> Result<Zeroizing<String>, PassphraseError> {
    if passphrase.reveal().chars().count() < MIN_PASSPHRASE {
        return Err(PassphraseError::TooShort);
    }
    let salt: [u8; SALT_BYTES] = random::bytes(random);
    let nonce: [u8; NONCE_LEN] = random::bytes(random);
    let head = format!(
        "{BEGINNING} {ROUNDS} {} {}",
        STANDARD.encode(salt),
        STANDARD.encode(nonce)
    );
    let key = key(passphrase, ROUNDS, &salt);
    let sealed = STANDARD.encode(seal(&key, nonce, &head, &ring.to_text()));
    Ok(Zeroizing::new(format!("{head} {sealed}\n")))
}

/// Step 2.
fn seal(key: &LessSafeKey, nonce: [u8; NONCE_LEN], head: &str, ring: &str) -> Vec<u8> {
    // Room for all from the start, so that no copy of a key stays behind where it grew.
    let mut sealed = Vec::with_capacity(ring.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(ring.as_bytes());
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::from(head), &mut sealed)
        .expect("a ring is far below the longest text that AES-GCM seals");
    sealed
}

/// The ring of such a text.
///
/// # Errors
/// [`PassphraseError`].
pub fn unlock(text: &str, passphrase: &Secret) -> Result<RootKeys, PassphraseError> {
    let damaged = PassphraseError::Damaged;
    let (head, sealed) = text.trim().rsplit_once(' ').ok_or(damaged)?;
    let parts: Vec<_> = head.split(' ').collect();
    let [BEGINNING, rounds, salt, nonce] = parts[..] else {
        return Err(damaged);
    };
    let rounds: NonZeroU32 = rounds.parse().map_err(|_| damaged)?;
    if rounds.get() > MAX_ROUNDS {
        return Err(damaged);
    }
    let decoded = |part: &str| STANDARD.decode(part).map_err(|_| damaged);
    let nonce: [u8; NONCE_LEN] = decoded(nonce)?.try_into().map_err(|_| damaged)?;
    let (salt, mut sealed) = (decoded(salt)?, Zeroizing::new(decoded(sealed)?));
    let opened = key(passphrase, rounds, &salt).open_in_place(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(head),
        &mut sealed,
    );
    let opened = opened.map_err(|_| PassphraseError::Wrong)?;
    let ring = std::str::from_utf8(opened).map_err(|_| damaged)?;
    Ok(RootKeys::parse(ring)?)
}

/// Step 1.
fn key(passphrase: &Secret, rounds: NonZeroU32, salt: &[u8]) -> LessSafeKey {
    let mut bytes = Zeroizing::new([0; 32]);
    let passphrase = passphrase.reveal().as_bytes();
    pbkdf2::derive(PBKDF2_HMAC_SHA256, rounds, salt, passphrase, &mut *bytes);
    let key = UnboundKey::new(&AES_256_GCM, &*bytes).expect("AES-256 takes every key of 32 bytes");
    LessSafeKey::new(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn passphrase() -> Secret {
        Secret::new("correct horse battery staple".to_owned())
    }

    #[test]
    fn a_ring_comes_out_under_its_own_passphrase_only() {
        let ring = RootKeys::generate(&SystemRandom);
        let text = lock(&ring, &passphrase(), &SystemRandom).unwrap();
        assert!(is_locked(&text) && !is_locked(&ring.to_text()));
        let again = unlock(&text, &passphrase()).unwrap();
        assert_eq!(*again.to_text(), *ring.to_text());
        let other = Secret::new("correct horse battery stable".to_owned());
        assert_eq!(unlock(&text, &other).err(), Some(PassphraseError::Wrong));
    }

    #[test]
    fn one_ring_is_never_sealed_alike() {
        let ring = RootKeys::generate(&SystemRandom);
        let lock = || lock(&ring, &passphrase(), &SystemRandom).unwrap();
        assert_ne!(*lock(), *lock());
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let ring = RootKeys::generate(&SystemRandom);
        let text = lock(&ring, &passphrase(), &SystemRandom).unwrap();
        let fewer = text.replacen(" 600000 ", " 1 ", 1);
        let refused = unlock(&fewer, &passphrase()).err();
        assert_eq!(refused, Some(PassphraseError::Wrong));
        let endless = text.replacen(" 600000 ", " 4294967295 ", 1);
        for text in [BEGINNING, "symbolon-root-key-1 1 x y z", &endless] {
            let refused = unlock(text, &passphrase()).err();
            assert_eq!(refused, Some(PassphraseError::Damaged), "{text}");
        }
        let cut = text.trim_end().trim_end_matches('=');
        let cut = cut.get(..cut.len() - 8).unwrap();
        assert!(unlock(cut, &passphrase()).is_err());
    }

    #[test]
    fn a_passphrase_that_can_be_guessed_is_refused() {
        let ring = RootKeys::generate(&SystemRandom);
        let short = Secret::new("hunter2".to_owned());
        let refused = lock(&ring, &short, &SystemRandom).err();
        assert_eq!(refused, Some(PassphraseError::TooShort));
    }
}
