//! ML-DSA (RFC 9964): its examples, its lengths, its keys.

use serde::Deserialize;
use serde_json::{Value, json};
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{
    Algorithm, Jwk, JwkError, JwkSet, KeyError, KeySet, SigningKey, VerifyError, VerifyingKey,
    base64url,
};

use crate::arrange::key;

/// Each with the lengths of its public keys and signatures (FIPS 204, table 2).
const SETS: [(Algorithm, usize, usize); 3] = [
    (Algorithm::MlDsa44, 1312, 2420),
    (Algorithm::MlDsa65, 1952, 3309),
    (Algorithm::MlDsa87, 2592, 4627),
];

#[derive(Deserialize)]
struct Example {
    source: String,
    alg: Algorithm,
    key: Value,
    token: String,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("../vectors/ml_dsa.json")).unwrap()
}

fn jwk(value: &Value) -> Jwk {
    Jwk::parse(value.to_string()).unwrap()
}

/// The example's key with this `pub` or `priv`.
fn with(name: &str, bytes: &[u8]) -> Jwk {
    let mut key = examples().remove(0).key;
    key[name] = json!(base64url::encode(bytes));
    jwk(&key)
}

#[test]
fn signatures_of_rfc_9964_hold() {
    let mut seen = Vec::new();
    for Example {
        source,
        alg,
        key,
        token,
    } in examples()
    {
        let public = jwk(&key).to_public().unwrap();
        let verifying = VerifyingKey::from_jwk(&public, alg).unwrap();
        let verified = jws::verify(&token, &verifying, Typ::Unchecked).unwrap();
        let text = String::from_utf8(verified.into_payload()).unwrap();
        assert!(text.starts_with("It’s a dangerous business"), "{source}");
        seen.push(alg);
    }
    assert_eq!(seen, SETS.map(|(algorithm, ..)| algorithm));
}

#[test]
fn private_keys_of_rfc_9964_are_the_seeds_of_their_public_ones() {
    for Example {
        source, alg, key, ..
    } in examples()
    {
        let signing = SigningKey::from_jwk(&jwk(&key), alg).unwrap();
        let token = jws::sign(&signing, None, b"payload").unwrap();
        assert!(jws::verify(&token, &signing.public(), Typ::Unchecked).is_ok());
        let written = serde_json::to_value(signing.public().to_jwk()).unwrap();
        assert_eq!(written["pub"], key["pub"], "{source}");
        assert_eq!(
            (&written["kty"], &written["alg"]),
            (&json!("AKP"), &key["alg"])
        );
        assert_eq!(written.get("priv"), None);
    }
}

#[test]
fn a_thumbprint_covers_alg_kty_and_pub() {
    for Example { source, key, .. } in examples() {
        assert_eq!(key["kid"], jwk(&key).thumbprint(), "{source}");
    }
}

#[test]
fn keys_and_signatures_have_the_lengths_of_their_sets() {
    for (algorithm, public, signature) in SETS {
        let key = key(algorithm);
        let jwk = serde_json::to_value(key.public().to_jwk()).unwrap();
        let text = jwk["pub"].as_str().unwrap();
        assert_eq!(
            base64url::decode(text).unwrap().len(),
            public,
            "{algorithm}"
        );
        let made = key.sign(b"message").unwrap();
        assert_eq!(made.len(), signature, "{algorithm}");
        for wrong in [&made[1..], &[&made[..], &[0]].concat(), &[]] {
            assert!(!key.public().verify(b"message", wrong), "{algorithm}");
        }
    }
}

#[test]
fn wrong_lengths_are_no_keys() {
    let stated = Algorithm::MlDsa44;
    for len in [1, 32, 1311, 1313, 1952, 2592] {
        let jwk = with("pub", &vec![7; len]);
        let verifying = VerifyingKey::from_jwk(&jwk, stated).err();
        assert_eq!(verifying, Some(KeyError::Length), "{len}");
        let signing = SigningKey::from_jwk(&jwk, stated).err();
        assert_eq!(signing, Some(KeyError::Length), "{len}");
    }
    for len in [1, 31, 33, 64, 2560] {
        let signing = SigningKey::from_jwk(&with("priv", &vec![0; len]), stated).err();
        assert_eq!(signing, Some(KeyError::Length), "{len}");
    }
}

#[test]
fn a_seed_must_be_that_of_its_public_key() {
    let jwk = with("priv", &[1; 32]);
    let refused = SigningKey::from_jwk(&jwk, Algorithm::MlDsa44).err();
    assert_eq!(refused, Some(KeyError::Inconsistent));
    let public = examples().remove(0);
    let public = jwk_of(&public).to_public().unwrap();
    let refused = SigningKey::from_jwk(&public, Algorithm::MlDsa44).err();
    assert_eq!(refused, Some(KeyError::NotPrivate));
}

fn jwk_of(example: &Example) -> Jwk {
    jwk(&example.key)
}

#[test]
fn an_akp_key_serves_its_alg_alone_and_always_has_one() {
    for example in examples() {
        let jwk = jwk_of(&example);
        for stated in Algorithm::ASYMMETRIC {
            let loaded = VerifyingKey::from_jwk(&jwk, stated);
            assert_eq!(loaded.is_ok(), stated == example.alg, "{stated}");
        }
        let mut unnamed = example.key.clone();
        unnamed.as_object_mut().unwrap().remove("alg");
        let refused = Jwk::parse(unnamed.to_string()).unwrap_err();
        assert_eq!(refused, JwkError::Missing("alg"));
    }
}

#[test]
fn a_seed_shows_neither_in_debug_nor_in_json() {
    for example in examples() {
        let jwk = jwk_of(&example);
        assert!(jwk.is_secret() && !jwk.to_public().unwrap().is_secret());
        for shown in [format!("{jwk:?}"), serde_json::to_string(&jwk).unwrap()] {
            assert!(!shown.contains(&"A".repeat(43)), "{shown}");
        }
    }
}

#[test]
fn a_published_set_serves_all_three() {
    let keys = SETS.map(|(algorithm, ..)| key(algorithm).public());
    let published = serde_json::to_string(&KeySet::new(keys).unwrap().to_jwks()).unwrap();
    let set = JwkSet::parse(published).unwrap();
    let stated = SETS.map(|(algorithm, ..)| algorithm);
    let keys = KeySet::from_jwks(&set, &stated).unwrap();
    for (algorithm, ..) in SETS {
        let token = jws::sign(key(algorithm), None, b"payload").unwrap();
        let verified = jws::verify(&token, &keys, Typ::Unchecked).unwrap();
        assert_eq!(verified.algorithm(), algorithm);
    }
}

#[test]
fn a_signature_damaged_anywhere_does_not_hold() {
    let key = key(Algorithm::MlDsa65);
    let token = jws::sign(key, None, b"payload").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = base64url::decode(signature).unwrap();
    for at in (0..signature.len()).step_by(97) {
        let mut damaged = signature.clone();
        damaged[at] ^= 1;
        let token = format!("{signed}.{}", base64url::encode(damaged));
        let refused = jws::verify(&token, &key.public(), Typ::Unchecked).unwrap_err();
        assert_eq!(refused, VerifyError::Signature, "{at}");
    }
}
