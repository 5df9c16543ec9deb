//! Verify a compact JWS.
//!
//! 1. Its size and its three parts.
//! 2. The header: canonical base64url, strict JSON, no `crit`, no `b64: false`.
//! 3. `alg` is a known one, and never `none`.
//! 4. The verifier's key for `kid` and `alg`, and that key's algorithm.
//! 5. `typ` is what the verifier expects.
//! 6. The signature.
//!
//! Only then is the payload decoded.

use std::fmt;

use super::{Coding, Header, MAX_TOKEN_LEN, Parts, Typ};
use crate::error::{FormError, Part, VerifyError};
use crate::key::MAX_SIGNATURE_LEN;
use crate::{Algorithm, KeySource, VerifyingKey, base64url};

/// Room on the stack for a decoded header; longer ones go to the heap.
const HEADER_ROOM: usize = 512;

/// Room on the stack for a decoded signature: that of an RSA key of 8192 bits. Longer ones, of
/// ML-DSA, go to the heap.
const SIGNATURE_ROOM: usize = 1024;

/// An authentic payload. Only [`verify`] makes one.
pub struct VerifiedJws {
    payload: Vec<u8>,
    algorithm: Algorithm,
    kid: Option<String>,
}

impl VerifiedJws {
    pub(crate) fn new(payload: Vec<u8>, algorithm: Algorithm, kid: Option<&str>) -> Self {
        Self {
            payload,
            algorithm,
            kid: kid.map(str::to_owned),
        }
    }

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

    /// The algorithm of the key that verified them.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The verifier's own name of that key.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

impl fmt::Debug for VerifiedJws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedJws")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Verifies a compact JWS of at most [`MAX_TOKEN_LEN`] bytes by a key of the verifier's own.
///
/// # Errors
/// [`VerifyError`] names the first step that failed.
pub fn verify(
    token: &str,
    keys: &impl KeySource,
    typ: Typ<'_>,
) -> Result<VerifiedJws, VerifyError> {
    verify_within(token, MAX_TOKEN_LEN, keys, typ)
}

/// Verifies as [`verify`] does, a compact JWS of at most `limit` bytes: for documents that are fetched,
/// of which the caller knows how long they may be.
///
/// # Errors
/// [`VerifyError`] names the first step that failed.
pub fn verify_within(
    token: &str,
    limit: usize,
    keys: &impl KeySource,
    typ: Typ<'_>,
) -> Result<VerifiedJws, VerifyError> {
    let (parts, key) = open(token, limit, typ, |kid, alg| keys.find(kid, alg))?;
    Ok(VerifiedJws::new(
        parts.decode_payload()?,
        key.algorithm(),
        key.kid(),
    ))
}

/// What can tell a signature from noise.
pub(crate) trait Check {
    fn algorithm(&self) -> Algorithm;
    fn check(&self, message: &[u8], signature: &[u8]) -> bool;
}

impl Check for VerifyingKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm()
    }

    fn check(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify(message, signature)
    }
}

/// Steps 1 to 6: the parts of an authentic token, and the key that it is authentic by.
pub(crate) fn open<'t, 'k, K: Check>(
    token: &'t str,
    limit: usize,
    typ: Typ<'_>,
    find: impl FnOnce(Option<&str>, Algorithm) -> Option<&'k K>,
) -> Result<(Parts<'t>, &'k K), VerifyError> {
    let parts = Parts::split(token, limit)?;
    let key = choose(&parts, Coding::Encoded, typ, find)?;
    check(key, parts.signed.as_bytes(), parts.signature)?;
    Ok((parts, key))
}

/// Step 6: whether the encoded signature is the key's over the message.
pub(crate) fn check<K: Check>(key: &K, message: &[u8], signature: &str) -> Result<(), VerifyError> {
    if signature.len() > MAX_SIGNATURE_LEN * 4 / 3 + 1 {
        return Err(VerifyError::Signature);
    }
    let (mut stack, mut heap) = ([0; SIGNATURE_ROOM], Vec::new());
    let signature = base64url::decode_within(signature, &mut stack, &mut heap)
        .map_err(|_| FormError::Encoding(Part::Signature))?;
    if key.check(message, signature) {
        Ok(())
    } else {
        Err(VerifyError::Signature)
    }
}

/// Steps 2 to 5.
pub(crate) fn choose<'k, K: Check>(
    parts: &Parts<'_>,
    coding: Coding,
    typ: Typ<'_>,
    find: impl FnOnce(Option<&str>, Algorithm) -> Option<&'k K>,
) -> Result<&'k K, VerifyError> {
    let (mut stack, mut heap) = ([0; HEADER_ROOM], Vec::new());
    let header = base64url::decode_within(parts.header, &mut stack, &mut heap)
        .map_err(|_| FormError::Encoding(Part::Header))?;
    admit(&Header::read_as(coding, header)?, typ, find)
}

/// Steps 3 to 5, on a header that was read.
pub(crate) fn admit<'k, K: Check>(
    header: &Header<'_>,
    typ: Typ<'_>,
    find: impl FnOnce(Option<&str>, Algorithm) -> Option<&'k K>,
) -> Result<&'k K, VerifyError> {
    let algorithm = header.algorithm()?;
    let key = find(header.kid.as_deref(), algorithm).ok_or(VerifyError::KeyUnknown)?;
    if !key.algorithm().same_as(algorithm) {
        return Err(VerifyError::AlgorithmMismatch);
    }
    if !typ.accepts(header.typ.as_deref()) {
        return Err(VerifyError::Typ);
    }
    Ok(key)
}
