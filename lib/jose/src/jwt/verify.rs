//! Verify a JWT: signature first, then claims, then nothing is left to forget.
//!
//! 1. The six steps of [`jws::verify`](crate::jws::verify), with the purpose's size and `typ`. A header
//!    that the key's own signer writes letter by letter is known by its text: steps 2 to 5 are then
//!    certain to pass, and are left out.
//! 2. The claims are a JSON object without duplicate members.
//! 3. Registered claims have their types and ranges.
//! 4. They are what the verifier expects: kind, issuer, audience, time.
//! 5. They fit the caller's type.

use std::fmt;

use serde::de::DeserializeOwned;

use super::registered::Registered;
use super::{Expected, Purpose};
use crate::error::{ClaimError, FormError, Part, VerifyError};
use crate::json::{JsonError, Kept};
use crate::jws::{self, Coding, Parts};
use crate::{KeySource, VerifyingKey, base64url};

/// Room on the stack for decoded claims; longer ones go to the heap.
const CLAIMS_ROOM: usize = 2048;

/// Claims that were verified. Only [`verify`] and [`symmetric::verify`](crate::symmetric::verify)
/// make one.
pub struct Verified<C> {
    claims: C,
    purpose: Purpose,
    key: Option<VerifyingKey>,
    expires_at: Option<i64>,
    issued_at: Option<i64>,
}

impl<C> Verified<C> {
    /// The claims, in the type asked for.
    #[must_use]
    pub fn claims(&self) -> &C {
        &self.claims
    }

    /// The claims, without a copy.
    #[must_use]
    pub fn into_claims(self) -> C {
        self.claims
    }

    /// The purpose that the token was verified for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The key that signed it; `None` where it was a shared secret.
    #[must_use]
    pub fn key(&self) -> Option<&VerifyingKey> {
        self.key.as_ref()
    }

    /// `exp`, in whole seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// `iat`, in whole seconds since 1970.
    #[must_use]
    pub fn issued_at(&self) -> Option<i64> {
        self.issued_at
    }
}

impl<C> fmt::Debug for Verified<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("purpose", &self.purpose)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Verifies a token by a key pair's public half, steps 1 to 5.
///
/// # Errors
/// [`VerifyError`] names the first step that failed.
pub fn verify<C: DeserializeOwned>(
    token: &str,
    keys: &impl KeySource,
    expected: &Expected<'_>,
) -> Result<Verified<C>, VerifyError> {
    let parts = Parts::split(token, expected.purpose().max_len())?;
    let check = |key: &VerifyingKey| jws::check(key, parts.signed.as_bytes(), parts.signature);
    verify_parts(&parts, keys, expected, check)
}

/// The same of a token's parts; `check` is its sixth step, by the key found.
pub(super) fn verify_parts<C: DeserializeOwned>(
    parts: &Parts<'_>,
    keys: &impl KeySource,
    expected: &Expected<'_>,
    check: impl FnOnce(&VerifyingKey) -> Result<(), VerifyError>,
) -> Result<Verified<C>, VerifyError> {
    let purpose = expected.purpose();
    let mut at_hand = keys.at_hand().iter();
    let key = match at_hand.find(|key| key.writes(parts.header, purpose)) {
        Some(key) => key,
        None => jws::choose(
            parts,
            Coding::Encoded,
            purpose.accepted(),
            |kid, algorithm| keys.find(kid, algorithm),
        )?,
    };
    check(key)?;
    admit(parts, expected, Some(key))
}

/// Steps 2 to 5, on an authentic token.
pub(crate) fn admit<C: DeserializeOwned>(
    parts: &Parts<'_>,
    expected: &Expected<'_>,
    key: Option<&VerifyingKey>,
) -> Result<Verified<C>, VerifyError> {
    let (mut stack, mut heap) = ([0; CLAIMS_ROOM], Vec::new());
    let bytes = base64url::decode_within(parts.payload, &mut stack, &mut heap)
        .map_err(|_| FormError::Encoding(Part::Payload))?;
    let text = std::str::from_utf8(bytes).map_err(|_| ClaimError::Json(JsonError::NotUtf8))?;
    let mut kept = Kept::new(text);
    let registered = Registered::read(text, &mut kept)?;
    expected.judge(&registered)?;
    Ok(Verified {
        claims: kept.decode().map_err(|_| ClaimError::Shape)?,
        purpose: expected.purpose(),
        key: key.cloned(),
        expires_at: registered.exp,
        issued_at: registered.iat,
    })
}
