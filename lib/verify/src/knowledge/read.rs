//! Read a signed text of the feed: signature and type first, then whose and for whom.

use serde::de::DeserializeOwned;
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{Algorithm, JwkError, JwkSet, KeySet, KeySetError};
use symbolon_token::feed::{
    ECHO_TYP, Echo, FRAME_TYP, Frame, HEARTBEAT_TYP, Heartbeat, SNAPSHOT_TYP, Snapshot,
};
use thiserror::Error;

use super::error::FeedError;

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

/// A text of the feed.
pub(super) trait Text: DeserializeOwned {
    const TYP: &'static str;
    const LIMIT: usize;

    /// Its issuer and audience.
    fn channel(&self) -> (&str, &str);
}

macro_rules! texts {
    ($($name:ident, $typ:ident, $limit:ident;)*) => {$(
        impl Text for $name {
            const TYP: &'static str = $typ;
            const LIMIT: usize = $limit;

            fn channel(&self) -> (&str, &str) {
                (&self.iss, &self.aud)
            }
        }
    )*};
}

texts! {
    Snapshot, SNAPSHOT_TYP, MAX_SNAPSHOT;
    Frame, FRAME_TYP, MAX_FRAME;
    Heartbeat, HEARTBEAT_TYP, MAX_WORD;
    Echo, ECHO_TYP, MAX_WORD;
}

/// Reads a text of one channel.
pub(super) fn read<T: Text>(
    text: &str,
    keys: &FeedKeys,
    channel: (&str, &str),
) -> Result<T, FeedError> {
    let typ = [T::TYP];
    let verified = jws::verify_within(text, T::LIMIT, &keys.0, Typ::AnyOf(&typ))?;
    let read: T = serde_json::from_slice(verified.payload()).map_err(|_| FeedError::Unreadable)?;
    if read.channel() == channel {
        Ok(read)
    } else {
        Err(FeedError::Foreign)
    }
}
