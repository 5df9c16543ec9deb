//! Verify a JWS in the JSON serialisation.
//!
//! 1. It is taken apart by the steps of `read`.
//! 2. For each signer that is demanded: a signature whose protected header names the signer's
//!    algorithm, whose `kid`, where it has one, is the signer's, whose `typ` is expected, and which
//!    holds. Each signature is judged by the steps of a compact JWS.
//!
//! Only then is the payload decoded.

use std::fmt;

use super::read::{Claimed, Signed};
use crate::error::{FormError, Part, VerifyError};
use crate::jws::Typ;
use crate::jws::header::Coding;
use crate::jws::verify::{Check, admit, check};
use crate::{Algorithm, KeySource, VerifyingKey, base64url};

/// Whose signatures must hold.
#[derive(Clone, Copy)]
pub enum Signers<'a> {
    /// That of this key.
    One(&'a VerifyingKey),
    /// Those of all these keys. No token satisfies an empty list.
    All(&'a [VerifyingKey]),
    /// That of any one key here.
    Any(&'a dyn KeySource),
}

/// An authentic payload and the keys whose signatures were demanded and hold.
pub struct VerifiedJson {
    payload: Vec<u8>,
    signers: Vec<VerifyingKey>,
}

impl VerifiedJson {
    /// The bytes that were signed.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The bytes that were signed, without a copy.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The keys demanded, in the order of the demand. Where any would do: the first in the token.
    #[must_use]
    pub fn signers(&self) -> &[VerifyingKey] {
        &self.signers
    }
}

impl fmt::Debug for VerifiedJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedJson")
            .field("signers", &self.signers)
            .finish_non_exhaustive()
    }
}

/// Verifies a token of at most [`MAX_TOKEN_LEN`](crate::jws::MAX_TOKEN_LEN) bytes, flattened or
/// general.
///
/// # Errors
/// [`VerifyError::SignerMissing`] where a key demanded has no signature; else [`VerifyError`] names
/// why the most promising signature does not hold.
pub fn verify(text: &str, signers: Signers<'_>, typ: Typ<'_>) -> Result<VerifiedJson, VerifyError> {
    let signed = Signed::read(text, Coding::Encoded)?;
    let payload = signed.payload.ok_or(FormError::Member("payload"))?;
    let signers = settle(&signed.signatures, payload.as_bytes(), signers, typ)?;
    let payload =
        base64url::decode(payload.as_bytes()).map_err(|_| FormError::Encoding(Part::Payload))?;
    Ok(VerifiedJson { payload, signers })
}

/// Verifies a token whose payload travelled elsewhere (RFC 7515 appendix F); returns the keys
/// demanded.
///
/// # Errors
/// [`FormError::Attached`] where the token brings a payload of its own; else as [`verify`].
pub fn verify_detached(
    text: &str,
    payload: &[u8],
    signers: Signers<'_>,
    typ: Typ<'_>,
) -> Result<Vec<VerifyingKey>, VerifyError> {
    let signed = Signed::read(text, Coding::Encoded)?;
    if signed.payload.is_some() {
        return Err(FormError::Attached.into());
    }
    let payload = base64url::encode(payload);
    settle(&signed.signatures, payload.as_bytes(), signers, typ)
}

/// Verifies a token whose payload is a text, signed as it is (RFC 7797).
///
/// # Errors
/// [`FormError::Encoded`] where a header does not say `b64: false`; else as [`verify`].
pub fn verify_unencoded(
    text: &str,
    signers: Signers<'_>,
    typ: Typ<'_>,
) -> Result<VerifiedJson, VerifyError> {
    let signed = Signed::read(text, Coding::Raw)?;
    let payload = signed.payload.ok_or(FormError::Member("payload"))?;
    let signers = settle(&signed.signatures, payload.as_bytes(), signers, typ)?;
    let payload = payload.into_owned().into_bytes();
    Ok(VerifiedJson { payload, signers })
}

/// Step 2, over the payload as it is signed.
fn settle(
    signatures: &[Claimed],
    payload: &[u8],
    signers: Signers<'_>,
    typ: Typ<'_>,
) -> Result<Vec<VerifyingKey>, VerifyError> {
    let demanded = match signers {
        Signers::Any(keys) => {
            let key = hold(signatures, payload, typ, |kid, alg| keys.find(kid, alg))?;
            return Ok(vec![key.clone()]);
        }
        Signers::One(key) => std::slice::from_ref(key),
        Signers::All(keys) => keys,
    };
    if demanded.is_empty() {
        return Err(VerifyError::SignerMissing);
    }
    let signer = |key| match hold(signatures, payload, typ, |kid, alg| {
        KeySource::find(key, kid, alg)
    }) {
        Err(VerifyError::KeyUnknown) => Err(VerifyError::SignerMissing),
        held => held.cloned(),
    };
    demanded.iter().map(signer).collect()
}

/// The faults of a signature that was meant for the key, the most telling first.
const TELLING: [VerifyError; 4] = [
    VerifyError::Signature,
    VerifyError::Typ,
    VerifyError::AlgorithmMismatch,
    VerifyError::KeyUnknown,
];

/// The key of the first signature that holds, else the most telling fault of all.
pub(crate) fn hold<'k, K: Check>(
    signatures: &[Claimed],
    payload: &[u8],
    typ: Typ<'_>,
    find: impl Fn(Option<&str>, Algorithm) -> Option<&'k K>,
) -> Result<&'k K, VerifyError> {
    let rank = |fault: &VerifyError| {
        let known = TELLING.iter().position(|one| one == fault);
        known.unwrap_or(TELLING.len())
    };
    let mut faults = Vec::with_capacity(signatures.len());
    for claimed in signatures {
        match try_one(claimed, payload, typ, &find) {
            Ok(key) => return Ok(key),
            Err(fault) => faults.push(fault),
        }
    }
    let worst = faults.into_iter().min_by_key(rank);
    Err(worst.unwrap_or(VerifyError::SignerMissing))
}

fn try_one<'k, K: Check>(
    claimed: &Claimed,
    payload: &[u8],
    typ: Typ<'_>,
    find: impl Fn(Option<&str>, Algorithm) -> Option<&'k K>,
) -> Result<&'k K, VerifyError> {
    let header = claimed.header.as_ref().map_err(|fault| *fault)?;
    let key = admit(header, typ, find)?;
    let message = [claimed.protected.as_bytes(), b".", payload].concat();
    check(key, &message, &claimed.signature)?;
    Ok(key)
}
