//! ML-DSA (FIPS 204) as RFC 9964 uses it: pure, with an empty context, private keys as their seeds.

use aws_lc_rs::signature::{
    KeyPair, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87,
    ML_DSA_87_SIGNING, VerificationAlgorithm,
};
pub(super) use aws_lc_rs::signature::{PqdsaKeyPair, PqdsaSigningAlgorithm};

use super::KeyError;
use crate::Algorithm;

/// Longest signature, in bytes: that of ML-DSA-87 (FIPS 204 §4, table 2).
pub(super) const MAX_SIGNATURE_LEN: usize = 4627;

/// What verifies by the algorithm, if it is one of these.
pub(super) fn verification(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    if algorithm == Algorithm::MlDsa44 {
        Some(&ML_DSA_44)
    } else if algorithm == Algorithm::MlDsa65 {
        Some(&ML_DSA_65)
    } else if algorithm == Algorithm::MlDsa87 {
        Some(&ML_DSA_87)
    } else {
        None
    }
}

/// What signs by the algorithm, if it is one of these.
pub(super) fn signing(algorithm: Algorithm) -> Option<&'static PqdsaSigningAlgorithm> {
    if algorithm == Algorithm::MlDsa44 {
        Some(&ML_DSA_44_SIGNING)
    } else if algorithm == Algorithm::MlDsa65 {
        Some(&ML_DSA_65_SIGNING)
    } else if algorithm == Algorithm::MlDsa87 {
        Some(&ML_DSA_87_SIGNING)
    } else {
        None
    }
}

/// The pair of a seed, to which the public key must belong: signing under a foreign one may give the
/// private key away (RFC 9964 §7.4).
pub(super) fn pair(
    set: &'static PqdsaSigningAlgorithm,
    public: &[u8],
    seed: &[u8],
) -> Result<PqdsaKeyPair, KeyError> {
    if seed.len() != set.seed_len() || public.len() != set.public_key_len() {
        return Err(KeyError::Length);
    }
    let pair = PqdsaKeyPair::from_seed(set, seed).map_err(|_| KeyError::Inconsistent)?;
    if pair.public_key().as_ref() == public {
        Ok(pair)
    } else {
        Err(KeyError::Inconsistent)
    }
}
