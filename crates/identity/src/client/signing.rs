//! Reads which algorithm signs what a client is told about people (OpenID Connect Registration §2): one
//! with a key pair. Whoever names another learns which there are.

use serde::de::{Deserialize, Deserializer, Error};
use symbolon_jose::Algorithm;

/// Those with a key pair.
const NAMES: [&str; Algorithm::ASYMMETRIC.len()] = [
    "Ed25519", "EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384",
    "RS512",
];

pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Algorithm, D::Error> {
    named(&String::deserialize(deserializer)?)
}

pub(super) fn read_some<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Algorithm>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    name.as_deref().map(named).transpose()
}

fn named<E: Error>(name: &str) -> Result<Algorithm, E> {
    let found = Algorithm::from_name(name).filter(|one| !one.is_symmetric());
    found.ok_or_else(|| E::unknown_variant(name, &NAMES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_named_are_those_that_may_sign() {
        assert_eq!(Algorithm::ASYMMETRIC.map(Algorithm::name), NAMES);
    }

    #[test]
    fn none_and_hmac_sign_nothing_for_a_client() {
        for name in ["none", "HS256", "rs256", ""] {
            assert!(named::<serde_json::Error>(name).is_err(), "{name}");
        }
    }
}
