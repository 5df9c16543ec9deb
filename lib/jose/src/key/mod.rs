//! Keys that sign and keys that verify, each bound to one algorithm for life.
//!
//! A verifier must not learn the algorithm from the token (RFC 8725 §3.1); it cannot here, because
//! the algorithm is part of the key. Shared secrets are another type,
//! [`SymmetricKey`](crate::SymmetricKey), so that a public key can never serve as an HMAC secret:
//! that confusion does not compile.

mod curve;
mod fit;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
mod rsa;
mod signing;
mod source;
mod verifying;
mod written;

use thiserror::Error;

pub use rsa::{MAX_RSA_BITS, MIN_RSA_BITS};
pub(crate) use rsa::{check_public as check_rsa_public, read_public as read_rsa_public};
pub use signing::SigningKey;
pub(crate) use signing::{MAX_SIGNATURE_LEN, rsa_pair};
pub use source::{KeySet, KeySetError, KeySource};
pub use verifying::VerifyingKey;

pub(crate) use fit::{Operation, check_fit};
pub(crate) use written::written;

/// Why a key cannot be used. The fault is that of whoever made, stored or stated the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// HMAC was stated for a key pair, or a shared secret given as one.
    #[error("HMAC algorithms belong to shared secrets, not to key pairs")]
    Symmetric,
    /// A key pair's algorithm was stated for a shared secret.
    #[error("this algorithm belongs to key pairs, not to shared secrets")]
    Asymmetric,
    /// The JWK's `kty` is not the algorithm's.
    #[error("the key's type (kty) is not the algorithm's")]
    KeyType,
    /// The JWK's `crv` is not the algorithm's.
    #[error("the key's curve (crv) is not the algorithm's")]
    Curve,
    /// The JWK names another `alg`.
    #[error("the key is meant for another algorithm (alg)")]
    Algorithm,
    /// The JWK's `use` is not `sig`.
    #[error("the key is not meant for signatures (use)")]
    Use,
    /// The JWK's `key_ops` leave out what is to be done.
    #[error("the key does not permit this operation (key_ops)")]
    Operation,
    /// The JWK holds no private member.
    #[error("the key has no private part")]
    NotPrivate,
    /// A coordinate is not exactly as long as its curve demands (RFC 7518 §6.2.1.2).
    #[error("a coordinate of the key has the wrong length")]
    CoordinateLength,
    /// The point is not on its curve, or of small order.
    #[error("the key's point is not a valid one of its curve")]
    Point,
    /// The RSA modulus is shorter than 2048 or longer than 8192 bits.
    #[error("the RSA modulus must have {MIN_RSA_BITS} to {MAX_RSA_BITS} bits")]
    RsaSize,
    /// The RSA modulus is even, or either integer has leading zeros (RFC 7518 §2, `Base64urlUInt`).
    #[error("the RSA modulus or exponent is malformed")]
    RsaForm,
    /// The RSA exponent is even, less than 3 or longer than 33 bits.
    #[error("the RSA exponent must be odd, at least 3 and at most 33 bits long")]
    RsaExponent,
    /// The modulus bears the mark of CVE-2017-15361 (ROCA): its private key can be computed.
    #[error("the RSA key was made by a faulty generator (ROCA, CVE-2017-15361)")]
    RsaWeak,
    /// An ML-DSA key whose `pub` or `priv` has not the length of its algorithm (FIPS 204 §4); `priv` is
    /// the seed of 32 bytes (RFC 9964 §4).
    #[error("the public key or the seed has not the length of its algorithm")]
    Length,
    /// The shared secret is shorter than the hash (RFC 7518 §3.2).
    #[error("the secret is shorter than the algorithm's hash")]
    SecretTooShort,
    /// Not a PKCS#8 document of the stated algorithm, or its parts contradict each other.
    #[error("not a consistent private key of the stated algorithm")]
    Inconsistent,
    /// The cryptographic library could not make a key.
    #[error("the key could not be generated")]
    Generation,
    /// The cryptographic library could not write the key.
    #[error("the key could not be encoded")]
    Encoding,
}
