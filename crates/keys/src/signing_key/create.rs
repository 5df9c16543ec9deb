//! Create a realm's first key of an algorithm. Nobody can have cached a key set that lacks it for
//! anything that it signs, so it is active at once.

use symbolon_jose::Algorithm;
use symbolon_token::node::{RealmNode, SigningKeyNode};
use symbolon_token::time::Time;
use thiserror::Error;

use super::{SigningKeyRow, Successor};

/// Why there is nothing to create.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CreateError {
    /// There is one already.
    #[error("the realm has a key of {algorithm} already ({key}); rotate it to get another")]
    Exists {
        /// Of which algorithm.
        algorithm: Algorithm,
        /// Which.
        key: SigningKeyNode,
    },
    /// Shared secrets are the clients', not the realm's.
    #[error("{algorithm} has no key pairs, so a realm cannot sign with it")]
    Symmetric {
        /// Which algorithm.
        algorithm: Algorithm,
    },
}

/// Decides on a first key. `keys` are all of the realm's.
///
/// # Errors
/// [`CreateError`].
pub fn decide(
    keys: &[SigningKeyRow],
    realm: RealmNode,
    algorithm: Algorithm,
    now: Time,
) -> Result<Successor, CreateError> {
    if algorithm.is_symmetric() {
        return Err(CreateError::Symmetric { algorithm });
    }
    let open = keys
        .iter()
        .find(|key| key.algorithm == algorithm && key.life.is_open());
    if let Some(SigningKeyRow { id: key, .. }) = open {
        return Err(CreateError::Exists {
            algorithm,
            key: *key,
        });
    }
    Ok(Successor {
        realm,
        algorithm,
        active_at: now,
        generation: next_generation(keys, algorithm),
        now,
        retire: Vec::new(),
    })
}

/// The generation after every one that there is: the revoked and the gone count too.
pub(super) fn next_generation(keys: &[SigningKeyRow], algorithm: Algorithm) -> i64 {
    let ours = keys.iter().filter(|key| key.algorithm == algorithm);
    let newest = ours.map(|key| key.generation).max();
    newest.unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOON, key, realm};
    use super::*;

    #[test]
    fn the_first_key_of_an_algorithm_is_active_at_once() {
        let keys = [key(1)];
        let first = decide(&keys, realm(), Algorithm::Rs256, NOON).unwrap();
        assert_eq!((first.active_at, first.generation), (NOON, 1));
    }

    #[test]
    fn ed25519_and_eddsa_are_two_algorithms() {
        let keys = [key(1).of(Algorithm::Ed25519)];
        assert!(decide(&keys, realm(), Algorithm::EdDsa, NOON).is_ok());
    }

    #[test]
    fn a_second_first_key_is_refused() {
        let refused = CreateError::Exists {
            algorithm: Algorithm::Es256,
            key: key(1).id,
        };
        let decided = decide(&[key(1)], realm(), Algorithm::Es256, NOON);
        assert_eq!(decided, Err(refused));
    }

    #[test]
    fn no_realm_signs_with_a_shared_secret() {
        let algorithm = Algorithm::Hs256;
        let refused = CreateError::Symmetric { algorithm };
        assert_eq!(decide(&[], realm(), algorithm, NOON), Err(refused));
    }

    #[test]
    fn a_revoked_key_is_followed_by_the_next_generation() {
        let keys = [key(4).revoked_at(NOON)];
        let next = decide(&keys, realm(), Algorithm::Es256, NOON).unwrap();
        assert_eq!(next.generation, 5);
    }
}
