//! Is a JWK meant for what is asked of it? (RFC 7517 §4.2 to §4.4)

use super::KeyError;
use crate::{Algorithm, Jwk};

/// What a key is loaded for, by its name in `key_ops`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Sign,
    Verify,
}

impl Operation {
    const fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Verify => "verify",
        }
    }
}

/// `alg`, `use` and `key_ops`, where present, must permit the operation under the stated algorithm.
pub(crate) fn check_fit(
    jwk: &Jwk,
    algorithm: Algorithm,
    operation: Operation,
) -> Result<(), KeyError> {
    if let Some(name) = jwk.alg() {
        let meant = Algorithm::from_name(name).ok_or(KeyError::Algorithm)?;
        if !meant.same_as(algorithm) {
            return Err(KeyError::Algorithm);
        }
    }
    if jwk.key_use().is_some_and(|one| one != "sig") {
        return Err(KeyError::Use);
    }
    match jwk.key_ops() {
        Some(ops) if !ops.iter().any(|one| one == operation.name()) => Err(KeyError::Operation),
        Some(_) | None => Ok(()),
    }
}
