//! Curves: their names, their lengths, and the points that must not be keys.

use super::KeyError;
use crate::Algorithm;

/// Length of an Ed25519 public key and seed, in bytes (RFC 8032 §5.1.5).
pub(super) const ED25519_LEN: usize = 32;

/// The `crv` of an algorithm's keys.
pub(super) const fn name(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::Ed25519 | Algorithm::EdDsa => Some("Ed25519"),
        Algorithm::Es256 => Some("P-256"),
        Algorithm::Es384 => Some("P-384"),
        Algorithm::Es512 => Some("P-521"),
        Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512
        | Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Hs256
        | Algorithm::Hs384
        | Algorithm::Hs512 => None,
        #[cfg(feature = "ml-dsa")]
        Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => None,
    }
}

/// Length of one coordinate on an ECDSA algorithm's curve, in bytes.
pub(super) const fn coordinate_len(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::Es256 => Some(32),
        Algorithm::Es384 => Some(48),
        Algorithm::Es512 => Some(66),
        Algorithm::Ed25519
        | Algorithm::EdDsa
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512
        | Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Hs256
        | Algorithm::Hs384
        | Algorithm::Hs512 => None,
        #[cfg(feature = "ml-dsa")]
        Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => None,
    }
}

/// The uncompressed point (SEC 1 §2.3.3) of two coordinates of the exact length.
pub(super) fn uncompressed(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Result<Vec<u8>, KeyError> {
    let len = coordinate_len(algorithm).ok_or(KeyError::KeyType)?;
    if x.len() != len || y.len() != len {
        return Err(KeyError::CoordinateLength);
    }
    Ok([&[4], x, y].concat())
}

/// The y-coordinates, little-endian, of all Ed25519 points whose order divides 8, the encodings not
/// reduced modulo p among them. Under such a key a signature can be made without any secret.
const SMALL_ORDER: [[u8; ED25519_LEN]; 7] = [
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    [
        38, 232, 149, 143, 194, 178, 39, 176, 69, 195, 244, 137, 242, 239, 152, 240, 213, 223, 172,
        5, 211, 198, 51, 57, 177, 56, 2, 136, 109, 83, 252, 5,
    ],
    [
        199, 23, 106, 112, 61, 77, 216, 79, 186, 60, 11, 118, 13, 16, 103, 15, 42, 32, 83, 250, 44,
        57, 204, 198, 78, 199, 253, 119, 146, 172, 3, 122,
    ],
    [
        236, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 127,
    ],
    [
        237, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 127,
    ],
    [
        238, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 127,
    ],
];

/// Whether an Ed25519 public key is of small order; the sign bit does not matter.
pub(super) fn is_small_order(key: &[u8]) -> bool {
    let Some((last, rest)) = key.split_last() else {
        return true;
    };
    let masked = last & 0x7F;
    SMALL_ORDER.iter().any(|point| {
        point
            .split_last()
            .is_some_and(|(end, start)| start == rest && *end == masked)
    })
}
