//! Two shortcuts: a header that is known by its text is judged as one that is read, and a token that was
//! hashed before as one that was not.

use aws_lc_rs::digest::{SHA256, digest};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Hashed, Purpose};
use symbolon_jose::{
    Algorithm, FormError, Jwk, KeySet, KeySource, SigningKey, SymmetricKey, VerifyError,
    VerifyingKey, base64url, symmetric,
};

use crate::arrange::{claims, expected, key, raw};

/// The same keys, none of them at hand: every header is read.
struct Reading<'a>(&'a dyn KeySource);

impl KeySource for Reading<'_> {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        self.0.find(kid, algorithm)
    }
}

const NAMES: [&str; 3] = ["k1", "a \"quoted\" näme", "k2"];

/// Keys that share names and algorithms in every way, of which one has no name.
fn keys() -> KeySet {
    let named = |algorithm: Algorithm, kid: &str| key(algorithm).public().with_kid(kid);
    let unnamed = SigningKey::generate(Algorithm::Es384).unwrap().public();
    KeySet::new([
        named(Algorithm::Ed25519, NAMES[0]),
        named(Algorithm::Es256, NAMES[0]),
        named(Algorithm::Ed25519, NAMES[1]),
        named(Algorithm::Es256, NAMES[2]),
        unnamed,
    ])
    .unwrap()
}

fn sha256(text: &str) -> [u8; 32] {
    digest(&SHA256, text.as_bytes())
        .as_ref()
        .try_into()
        .unwrap()
}

fn judge(token: &str, keys: &impl KeySource, purpose: Purpose) -> Result<Value, VerifyError> {
    let judged = jwt::verify(token, keys, &expected(purpose)).map(jwt::Verified::into_claims);
    let hashed = Hashed::new(token, expected(purpose));
    let hashed = hashed.map_err(VerifyError::from);
    let hashed = hashed.and_then(|token| token.verify(keys).map(jwt::Verified::into_claims));
    assert_eq!(hashed, judged, "{token}");
    judged
}

/// Judged alike by the set and by its first key alone.
fn judged_alike(token: &str, purpose: Purpose) -> Result<Value, VerifyError> {
    let keys = keys();
    let judged = judge(token, &keys, purpose);
    assert_eq!(judged, judge(token, &Reading(&keys), purpose), "{token}");
    let one = &keys.keys()[0];
    let read = judge(token, &Reading(one), purpose);
    assert_eq!(judge(token, one, purpose), read, "{token}");
    judged
}

#[test]
fn what_is_written_here_is_accepted_without_being_read_too() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
        for purpose in Purpose::ALL {
            let token = jwt::sign(key(algorithm), purpose, &claims(purpose)).unwrap();
            assert_eq!(judged_alike(&token, purpose), Ok(claims(purpose)));
            for other in Purpose::ALL.into_iter().filter(|other| *other != purpose) {
                assert!(
                    judged_alike(&token, other).is_err(),
                    "{purpose:?} {other:?}"
                );
            }
        }
    }
}

#[test]
fn a_hashed_token_tells_the_hash_of_what_was_signed_and_is_judged_alike_by_every_algorithm() {
    let purpose = Purpose::AccessToken;
    for algorithm in Algorithm::ASYMMETRIC {
        let key = key(algorithm);
        let token = jwt::sign(key, purpose, &claims(purpose)).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let hashed = Hashed::new(&token, expected(purpose)).unwrap();
        assert_eq!(hashed.sha256(), sha256(signed), "{algorithm}");
        assert_eq!(hashed.signature(), signature, "{algorithm}");
        assert_eq!(judge(&token, &key.public(), purpose), Ok(claims(purpose)));
        let other = jwt::sign(key, purpose, &json!({ "iss": "another" })).unwrap();
        let (_, foreign) = other.rsplit_once('.').unwrap();
        let mixed = judge(&format!("{signed}.{foreign}"), &key.public(), purpose);
        assert_eq!(mixed, Err(VerifyError::Signature), "{algorithm}");
    }
}

#[test]
fn what_is_no_jwt_or_too_long_for_one_is_not_hashed() {
    let purpose = Purpose::AccessToken;
    let refused = |token: &str| Hashed::new(token, expected(purpose)).err();
    let limit = purpose.max_len();
    let long = format!("e30.{}.AA", "A".repeat(limit));
    assert_eq!(refused(&long), Some(FormError::TooLong { limit }));
    assert_eq!(refused("e30.e30"), Some(FormError::Parts));
    assert_eq!(refused("e30.e30.AA"), None);
}

#[test]
fn the_name_of_a_key_is_the_last_that_it_was_given() {
    let purpose = Purpose::AccessToken;
    let token = jwt::sign(key(Algorithm::Es256), purpose, &claims(purpose)).unwrap();
    let renamed = key(Algorithm::Es256).public().with_kid("k2");
    assert_eq!(
        judge(&token, &renamed, purpose),
        Err(VerifyError::KeyUnknown)
    );
    let again = renamed.with_kid("k1");
    assert!(judge(&token, &again, purpose).is_ok());
    let jwk = Jwk::parse(serde_json::to_string(&again.to_jwk()).unwrap()).unwrap();
    let loaded = VerifyingKey::from_jwk(&jwk, Algorithm::Es256).unwrap();
    assert!(judge(&token, &loaded, purpose).is_ok());
}

/// Headers as signers write them, and such as differ a little.
fn header() -> impl Strategy<Value = String> {
    let names = select(NAMES.as_slice());
    let algorithms = select(vec!["Ed25519", "EdDSA", "ES256", "ES384", "HS256", "none"]);
    let member = select(vec![
        r#","typ":"at+jwt""#,
        r#","typ":"JWT""#,
        r#","typ":"jwt""#,
        r#","typ":"application/at+jwt""#,
        r#", "typ":"JWT""#,
        r#","typ":"JWT","crit":["b64"]"#,
        r#","typ":"JWT","b64":false"#,
        r#","typ":"JWT","typ":"JWT""#,
        r#","typ":"JWT","jku":"https://evil.example""#,
        "",
    ]);
    (algorithms, prop::option::weighted(0.8, names), member).prop_map(|(alg, kid, rest)| {
        let kid = kid.map_or(String::new(), |kid| format!(r#","kid":{}"#, json!(kid)));
        format!(r#"{{"alg":"{alg}"{kid}{rest}}}"#)
    })
}

/// The text with one character replaced, if there is such a place.
fn with_char(text: &str, at: Index, by: char) -> String {
    let at = at.index(text.chars().count());
    let replace = |(n, old)| if n == at { by } else { old };
    text.chars().enumerate().map(replace).collect()
}

proptest! {
    #[test]
    fn headers_that_differ_a_little_are_judged_alike(
        header in header(),
        change: Option<(Index, char)>,
        purpose in select(Purpose::ALL.as_slice()),
        algorithm in select(vec![Algorithm::Ed25519, Algorithm::Es256]),
    ) {
        let header = change.map_or(header.clone(), |(at, by)| with_char(&header, at, by));
        let payload = claims(purpose).to_string();
        let _ = judged_alike(&raw(key(algorithm), &header, &payload), purpose);
    }

    #[test]
    fn tokens_with_a_changed_character_are_judged_alike(
        at: Index,
        by in "[A-Za-z0-9_.=-]",
        purpose in select(Purpose::ALL.as_slice()),
    ) {
        let token = jwt::sign(key(Algorithm::Ed25519), purpose, &claims(purpose)).unwrap();
        let changed = with_char(&token, at, by.chars().next().unwrap());
        prop_assert_eq!(judged_alike(&changed, purpose).is_ok(), changed == token);
    }

    #[test]
    fn assertions_by_a_secret_are_judged_as_by_the_reader(
        header in header(), kid in prop::option::of(select(NAMES.as_slice())),
    ) {
        let purpose = Purpose::ClientAssertion;
        let mut jwk = json!({ "kty": "oct", "k": base64url::encode([7; 64]) });
        if let Some(kid) = kid {
            jwk["kid"] = kid.into();
        }
        let jwk = Jwk::parse(jwk.to_string()).unwrap();
        let secret = SymmetricKey::from_jwk(&jwk, Algorithm::Hs256).unwrap();
        let encoded = [header, claims(purpose).to_string()].map(base64url::encode).join(".");
        let tag = secret.sign(encoded.as_bytes()).unwrap();
        let own = symmetric::sign(&secret, &claims(purpose)).unwrap();
        prop_assert!(symmetric::verify::<Value>(&own, &secret, &expected(purpose)).is_ok());
        for token in [own, format!("{encoded}.{}", base64url::encode(tag))] {
            let judged = symmetric::verify::<Value>(&token, &secret, &expected(purpose));
            let read = symmetric::verify_jws(&token, &secret, purpose.accepted());
            prop_assert_eq!(judged.err(), read.err(), "{}", token);
        }
    }
}
