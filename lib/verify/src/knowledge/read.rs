//! Read a signed text of the feed: signature and type first, then its form.

use aws_lc_rs::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{Algorithm, JwkError, JwkSet, KeySet, KeySetError};
use symbolon_token::feed::{
    Bytes, ECHO_TYP, Echo, FRAME_TYP, Frame, HEARTBEAT_TYP, Hash, Heartbeat, SNAPSHOT_TYP, Snapshot,
};
use thiserror::Error;

use super::error::FeedError;
use super::known::Known;

/// The longest snapshot, in bytes: ten million revoked tokens.
pub(crate) const MAX_SNAPSHOT: usize = 64 * 1024 * 1024;

/// The longest frame, in bytes: a million revoked tokens, and then some.
pub(crate) const MAX_FRAME: usize = 16 * 1024 * 1024;

/// The longest heartbeat or echo, in bytes.
const MAX_WORD: usize = 16 * 1024;

/// The keys by which the authority signs its feed.
#[derive(Clone, Debug)]
pub struct FeedKeys(KeySet);

/// Why a set gives no keys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeysError {
    /// It is no set of keys.
    #[error(transparent)]
    Set(#[from] JwkError),
    /// None of its keys serves, or one is secret.
    #[error(transparent)]
    Keys(#[from] KeySetError),
}

impl FeedKeys {
    /// Reads the JWK set that the authority publishes for its feed. Ed25519 only.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn parse(jwks: impl AsRef<[u8]>) -> Result<Self, KeysError> {
        let set = JwkSet::parse(jwks)?;
        Ok(Self(KeySet::from_jwks(&set, &[Algorithm::Ed25519])?))
    }
}

/// A snapshot that was found authentic, as it will be known: made without the knowledge that it goes
/// into, for it may be long.
#[derive(Clone, Debug)]
pub struct ReadSnapshot {
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) known: Known,
}

/// A frame that was found authentic.
#[derive(Clone, Debug)]
pub struct ReadFrame {
    pub(super) frame: Frame,
    pub(super) hash: Hash,
}

/// A heartbeat that was found authentic.
#[derive(Clone, Debug)]
pub struct ReadHeartbeat(pub(super) Heartbeat);

/// An echo that was found authentic.
#[derive(Clone, Debug)]
pub struct ReadEcho(pub(super) Echo);

impl FeedKeys {
    /// Reads a snapshot: signature, type, form. Of which channel it is [`Knowledge`] looks.
    ///
    /// # Errors
    /// [`FeedError::Forged`], [`FeedError::Unreadable`].
    ///
    /// [`Knowledge`]: super::Knowledge
    pub fn snapshot(&self, text: &str) -> Result<ReadSnapshot, FeedError> {
        let mut snapshot: Snapshot = read(text, self)?;
        Ok(ReadSnapshot {
            issuer: std::mem::take(&mut snapshot.iss),
            audience: std::mem::take(&mut snapshot.aud),
            known: Known::new(snapshot),
        })
    }

    /// Reads a frame, likewise.
    ///
    /// # Errors
    /// [`FeedError::Forged`], [`FeedError::Unreadable`].
    pub fn frame(&self, text: &str) -> Result<ReadFrame, FeedError> {
        let frame = read(text, self)?;
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        let hash = Bytes(hash);
        Ok(ReadFrame { frame, hash })
    }

    /// Reads a heartbeat, likewise.
    ///
    /// # Errors
    /// [`FeedError::Forged`], [`FeedError::Unreadable`].
    pub fn heartbeat(&self, text: &str) -> Result<ReadHeartbeat, FeedError> {
        read(text, self).map(ReadHeartbeat)
    }

    /// Reads an echo, likewise.
    ///
    /// # Errors
    /// [`FeedError::Forged`], [`FeedError::Unreadable`].
    pub fn echo(&self, text: &str) -> Result<ReadEcho, FeedError> {
        read(text, self).map(ReadEcho)
    }
}

/// A text of the feed.
trait Text: DeserializeOwned {
    const TYP: &'static str;
    const LIMIT: usize;
}

macro_rules! texts {
    ($($name:ident, $typ:ident, $limit:ident;)*) => {$(
        impl Text for $name {
            const TYP: &'static str = $typ;
            const LIMIT: usize = $limit;
        }
    )*};
}

texts! {
    Snapshot, SNAPSHOT_TYP, MAX_SNAPSHOT;
    Frame, FRAME_TYP, MAX_FRAME;
    Heartbeat, HEARTBEAT_TYP, MAX_WORD;
    Echo, ECHO_TYP, MAX_WORD;
}

/// Reads a text.
fn read<T: Text>(text: &str, keys: &FeedKeys) -> Result<T, FeedError> {
    let typ = [T::TYP];
    let verified = jws::verify_within(text, T::LIMIT, &keys.0, Typ::AnyOf(&typ))?;
    serde_json::from_slice(verified.payload()).map_err(|_| FeedError::Unreadable)
}
