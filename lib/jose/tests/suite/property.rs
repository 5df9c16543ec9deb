//! What holds for any bits.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::jwt::{self, Purpose, Signer};
use symbolon_jose::{Algorithm, Jwk, JwkSet, SigningKey, danger, symmetric};

use crate::arrange::{claims, expected, key, secret};

const PURPOSE: Purpose = Purpose::AccessToken;

/// The token with one bit of its text flipped, where that is still text.
fn flipped(token: &str, bit: usize) -> Option<String> {
    let mut bytes = token.as_bytes().to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    String::from_utf8(bytes).ok()
}

#[test]
fn a_token_with_any_bit_flipped_is_refused() {
    for algorithm in Algorithm::ASYMMETRIC {
        let key = key(algorithm);
        let public = key.public();
        let token = jwt::sign(key, PURPOSE, &json!({ "a": 1 })).unwrap();
        assert!(jws::verify(&token, &public, Typ::AnyOf(&["at+jwt"])).is_ok());
        // Every bit, but of the longest signatures every eleventh.
        let step = if token.len() > 2000 { 11 } else { 1 };
        let bits = (0..token.len() * 8).step_by(step);
        for changed in bits.filter_map(|bit| flipped(&token, bit)) {
            assert!(
                jws::verify(&changed, &public, Typ::Unchecked).is_err(),
                "{changed}"
            );
        }
    }
}

#[test]
fn a_client_assertion_with_any_bit_flipped_is_refused() {
    let key = secret();
    let purpose = Purpose::ClientAssertion;
    let token = symmetric::sign(&key, &claims(purpose)).unwrap();
    assert!(symmetric::verify::<Value>(&token, &key, &expected(purpose)).is_ok());
    for changed in (0..token.len() * 8).filter_map(|bit| flipped(&token, bit)) {
        let verified = symmetric::verify::<Value>(&changed, &key, &expected(purpose));
        assert!(verified.is_err(), "{changed}");
    }
}

#[test]
fn a_signer_writes_what_sign_writes() {
    let key = SigningKey::from_pkcs8(
        Algorithm::Ed25519,
        &key(Algorithm::Ed25519).to_pkcs8().unwrap(),
    );
    let key = Arc::new(key.unwrap().with_kid("a \"quoted\" name"));
    for purpose in Purpose::ALL {
        let signer = Signer::new(Arc::clone(&key), purpose).unwrap();
        let token = signer.sign(&claims(purpose)).unwrap();
        assert_eq!(token, jwt::sign(&key, purpose, &claims(purpose)).unwrap());
        let header = danger::unverified_header(&token).unwrap();
        assert_eq!(header.kid.as_deref(), Some("a \"quoted\" name"));
        assert_eq!(header.typ.as_deref(), Some(purpose.typ()));
        assert_eq!(header.alg_name, "Ed25519");
        assert_eq!(
            danger::unverified_claims::<Value>(&token).unwrap(),
            claims(purpose)
        );
    }
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ASYMMETRIC.as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_signed_verifies(algorithm in algorithm(), payload: Vec<u8>, typ in "[a-z+]{1,20}") {
        let key = key(algorithm);
        let token = jws::sign(key, Some(&typ), &payload).unwrap();
        let verified = jws::verify(&token, &key.public(), Typ::AnyOf(&[&typ])).unwrap();
        prop_assert_eq!(verified.payload(), payload.as_slice());
        prop_assert_eq!((verified.kid(), verified.algorithm()), (Some("k1"), algorithm));
    }

    #[test]
    fn claims_of_any_text_return(algorithm in algorithm(), name in ".{1,20}", text in ".*") {
        let mut sent = claims(PURPOSE);
        sent["extra"] = json!({ name: text });
        let key = key(algorithm);
        let token = jwt::sign(key, PURPOSE, &sent).unwrap();
        let verified = jwt::verify::<Value>(&token, &key.public(), &expected(PURPOSE)).unwrap();
        prop_assert_eq!(verified.into_claims(), sent);
    }

    #[test]
    fn messages_and_signatures_of_chance_do_not_verify(
        algorithm in algorithm(), message: Vec<u8>, signature: Vec<u8>,
    ) {
        prop_assert!(!key(algorithm).public().verify(&message, &signature));
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".*", parts in "[A-Za-z0-9_.-]{0,200}") {
        let key = key(Algorithm::Es256).public();
        for text in [text, parts] {
            prop_assert!(jwt::verify::<Value>(&text, &key, &expected(PURPOSE)).is_err());
            prop_assert!(symmetric::verify_jws(&text, &secret(), Typ::Unchecked).is_err());
            let _ = danger::unverified_header(&text);
            let _ = danger::unverified_claims::<Value>(&text);
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_key_and_never_panic(bytes: Vec<u8>) {
        prop_assert!(Jwk::parse(&bytes).is_err());
        prop_assert!(JwkSet::parse(&bytes).is_err());
        for algorithm in Algorithm::ALL {
            prop_assert!(SigningKey::from_pkcs8(algorithm, &bytes).is_err());
        }
    }

    #[test]
    fn headers_and_payloads_of_chance_never_panic(header in ".*", payload in ".*") {
        let key = key(Algorithm::Es256);
        let object = format!("{{\"alg\":\"ES256\",\"typ\":\"at+jwt\"{header}}}");
        for header in [header, object] {
            let token = crate::arrange::raw(key, &header, &payload);
            let _ = jwt::verify::<Value>(&token, &key.public(), &expected(PURPOSE));
        }
    }
}
