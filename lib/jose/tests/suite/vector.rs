//! The examples of the standards.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{
    Algorithm, Jwk, JwkSet, KeySet, KeySetError, SigningKey, SymmetricKey, VerifyingKey, base64url,
    symmetric,
};

#[derive(Deserialize)]
struct Signed {
    source: String,
    alg: Algorithm,
    deterministic: bool,
    key: Value,
    token: String,
}

#[derive(Deserialize)]
struct Example {
    source: String,
    key: Value,
    verifies: BTreeSet<String>,
    signs: Option<Algorithm>,
    thumbprint: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    source: String,
    reason: Option<String>,
    token: Option<String>,
}

fn signed() -> Vec<Signed> {
    serde_json::from_str(include_str!("../vectors/jws.json")).unwrap()
}

fn keys() -> Vec<Example> {
    serde_json::from_str(include_str!("../vectors/jwk.json")).unwrap()
}

fn jwk(value: &Value) -> Jwk {
    Jwk::parse(value.to_string()).unwrap()
}

fn payload(token: &str) -> Vec<u8> {
    base64url::decode(token.split('.').nth(1).unwrap()).unwrap()
}

#[test]
fn signatures_of_the_standards_hold() {
    for Signed {
        source,
        alg,
        key,
        token,
        ..
    } in signed()
    {
        let jwk = jwk(&key);
        let verified = if alg.is_symmetric() {
            let key = SymmetricKey::from_jwk(&jwk, alg).unwrap();
            symmetric::verify_jws(&token, &key, Typ::Unchecked)
        } else {
            let key = VerifyingKey::from_jwk(&jwk.to_public().unwrap(), alg).unwrap();
            jws::verify(&token, &key, Typ::Unchecked)
        };
        let verified = verified.unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(verified.payload(), payload(&token), "{source}");
        assert_eq!(verified.algorithm(), alg, "{source}");
    }
}

#[test]
fn deterministic_signatures_come_out_as_in_the_standards() {
    let mut seen = 0;
    for Signed {
        source,
        alg,
        key,
        token,
        ..
    } in signed().into_iter().filter(|one| one.deterministic)
    {
        let (message, signature) = token.rsplit_once('.').unwrap();
        let jwk = jwk(&key);
        let ours = if alg.is_symmetric() {
            SymmetricKey::from_jwk(&jwk, alg)
                .unwrap()
                .sign(message.as_bytes())
                .unwrap()
        } else {
            SigningKey::from_jwk(&jwk, alg)
                .unwrap()
                .sign(message.as_bytes())
                .unwrap()
        };
        assert_eq!(base64url::encode(ours), signature, "{source}");
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[test]
fn private_keys_of_the_standards_sign_what_their_public_parts_verify() {
    for Signed {
        source, alg, key, ..
    } in signed().into_iter().filter(|one| !one.alg.is_symmetric())
    {
        let key = SigningKey::from_jwk(&jwk(&key), alg).unwrap();
        let token = jws::sign(&key, None, b"payload").unwrap();
        let verified = jws::verify(&token, &key.public(), Typ::Unchecked).unwrap();
        assert_eq!(verified.payload(), b"payload", "{source}");
    }
}

#[test]
fn keys_of_the_standards_serve_what_they_are_meant_for_and_nothing_else() {
    for Example {
        source,
        key,
        verifies,
        signs,
        thumbprint,
    } in keys()
    {
        let jwk = jwk(&key);
        let fits = |one: &Algorithm| {
            if one.is_symmetric() {
                SymmetricKey::from_jwk(&jwk, *one).is_ok()
            } else {
                VerifyingKey::from_jwk(&jwk, *one).is_ok()
            }
        };
        let served: BTreeSet<_> = Algorithm::ALL
            .into_iter()
            .filter(fits)
            .map(|one| one.name().to_owned())
            .collect();
        assert_eq!(served, verifies, "{source}");
        for one in Algorithm::ASYMMETRIC {
            let signing = SigningKey::from_jwk(&jwk, one).is_ok();
            assert_eq!(signing, jwk.is_secret() && fits(&one), "{source} {one}");
        }
        assert!(
            signs.is_none_or(|one| SigningKey::from_jwk(&jwk, one).is_ok()),
            "{source}"
        );
        if let Some(thumbprint) = thumbprint {
            assert_eq!(jwk.thumbprint(), thumbprint, "{source}");
        }
    }
}

#[test]
fn a_thumbprint_has_the_uri_of_rfc_9278() {
    let key = keys()
        .into_iter()
        .find(|one| one.source == "RFC 7638 3.1")
        .unwrap();
    assert_eq!(
        jwk(&key.key).thumbprint_uri(),
        "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn sets_of_the_standards_are_read_and_those_with_secrets_do_not_verify() {
    let set = |sources: &[&str]| {
        let keys = keys()
            .into_iter()
            .filter(|one| sources.contains(&one.source.as_str()));
        let keys: Vec<_> = keys.map(|one| one.key).collect();
        JwkSet::parse(serde_json::json!({ "keys": keys }).to_string()).unwrap()
    };
    let public = set(&["RFC 7517 A.1 (1)", "RFC 7517 A.1 (2)"]);
    assert_eq!((public.keys().len(), public.skipped()), (2, 0));
    let trusted = KeySet::from_jwks(&public, &Algorithm::ASYMMETRIC).unwrap();
    let names: Vec<_> = trusted
        .keys()
        .iter()
        .map(|key| (key.kid(), key.algorithm()))
        .collect();
    assert_eq!(names, [(Some("2011-04-29"), Algorithm::Rs256)]);
    for secret in [
        set(&["RFC 7517 A.2 (1)", "RFC 7517 A.2 (2)"]),
        set(&["RFC 7517 A.3 (1)", "RFC 7517 A.3 (2)"]),
    ] {
        let refused = KeySet::from_jwks(&secret, &Algorithm::ASYMMETRIC).unwrap_err();
        assert_eq!(refused, KeySetError::Secret);
    }
}

#[test]
fn what_no_verifier_may_accept_is_refused_and_what_comes_later_is_refused_until_then() {
    let refused = include_str!("../vectors/refused.json");
    let later = include_str!("../vectors/later.json");
    for text in [refused, later] {
        let cases: Vec<Refused> = serde_json::from_str(text).unwrap();
        for Refused {
            source,
            reason,
            token,
        } in cases
        {
            assert_eq!(reason.is_some(), text == later, "{source}");
            for signed in token
                .iter()
                .flat_map(|token| signed().into_iter().map(move |one| (token, one)))
            {
                let (token, Signed { alg, key, .. }) = signed;
                let jwk = jwk(&key);
                let accepted = if alg.is_symmetric() {
                    let key = SymmetricKey::from_jwk(&jwk, alg).unwrap();
                    symmetric::verify_jws(token, &key, Typ::Unchecked).is_ok()
                } else {
                    let key = VerifyingKey::from_jwk(&jwk, alg).unwrap();
                    jws::verify(token, &key, Typ::Unchecked).is_ok()
                };
                assert!(!accepted, "{source}");
            }
        }
    }
}

#[test]
fn the_claims_of_rfc_7519_are_those_signed() {
    let one = signed()
        .into_iter()
        .find(|one| one.source == "RFC 7515 A.1")
        .unwrap();
    let key = SymmetricKey::from_jwk(&jwk(&one.key), one.alg).unwrap();
    let verified = symmetric::verify_jws(&one.token, &key, Typ::AnyOf(&["JWT"])).unwrap();
    let claims: Value = serde_json::from_slice(verified.payload()).unwrap();
    let wanted = serde_json::json!({
        "iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true,
    });
    assert_eq!(claims, wanted);
}
