//! The examples of the standards.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use symbolon_jose::jwk::ThumbprintUriError;
use symbolon_jose::jws::json::{self as jws_json, Signers};
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

/// A text in the JSON serialisation, or several spellings of one, and who has signed it.
#[derive(Deserialize)]
struct Json {
    source: String,
    form: Form,
    payload: String,
    texts: Vec<Value>,
    keys: Vec<Signer>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Encoded,
    Detached,
    Unencoded,
}

#[derive(Deserialize)]
struct Signer {
    alg: Algorithm,
    holds: bool,
    key: Value,
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
fn a_thumbprint_uri_names_its_key_and_no_other() {
    let all = keys();
    let jwks: Vec<_> = all.iter().map(|one| jwk(&one.key)).collect();
    for one in &jwks {
        let uri = one.thumbprint_uri();
        for other in &jwks {
            let same = one.thumbprint() == other.thumbprint();
            assert_eq!(other.has_thumbprint_uri(&uri), Ok(same));
        }
    }
    let key = jwks.first().unwrap();
    let uri = key.thumbprint_uri();
    let scheme_in_capitals = uri.replacen("urn:ietf:", "URN:IETF:", 1);
    assert_eq!(key.has_thumbprint_uri(&scheme_in_capitals), Ok(true));
    let sha512 = uri.replacen("sha-256", "sha-512", 1);
    assert_eq!(
        key.has_thumbprint_uri(&sha512),
        Err(ThumbprintUriError::Hash)
    );
    for text in [
        String::new(),
        "urn".to_owned(),
        key.thumbprint(),
        format!("{uri}="),
        format!("{uri} "),
        format!("{uri}A"),
        uri[..uri.len() - 1].to_owned(),
        uri.to_uppercase(),
        uri.replacen("jwk-", "JWK-", 1),
        uri.replacen("sha-256:", "", 1),
        "ä".repeat(40),
    ] {
        let refused = key.has_thumbprint_uri(&text);
        assert_eq!(refused, Err(ThumbprintUriError::Form), "{text}");
    }
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

/// What a text of this form says, once the key has verified it.
fn said(form: Form, text: &str, payload: &str, alg: Algorithm, jwk: &Jwk) -> Option<Vec<u8>> {
    let (typ, bytes) = (Typ::Unchecked, payload.as_bytes());
    if alg.is_symmetric() {
        let key = SymmetricKey::from_jwk(jwk, alg).unwrap();
        return match form {
            Form::Encoded => symmetric::verify_jws_json(text, &key, typ),
            Form::Unencoded => symmetric::verify_jws_json_unencoded(text, &key, typ),
            // A detached text in JSON is compact with its parts named.
            Form::Detached => {
                let token: Value = serde_json::from_str(text).unwrap();
                let one = token.get("signatures").map_or(&token, |all| &all[0]);
                let part = |name: &str| one[name].as_str().unwrap().to_owned();
                let token = format!("{}..{}", part("protected"), part("signature"));
                let held = symmetric::verify_jws_detached(&token, bytes, &key, typ);
                return held.ok().map(|()| bytes.to_vec());
            }
        }
        .ok()
        .map(jws::VerifiedJws::into_payload);
    }
    let key = VerifyingKey::from_jwk(&jwk.to_public().unwrap(), alg).unwrap();
    let one = Signers::One(&key);
    match form {
        Form::Encoded => jws_json::verify(text, one, typ),
        Form::Unencoded => jws_json::verify_unencoded(text, one, typ),
        Form::Detached => {
            let held = jws_json::verify_detached(text, bytes, one, typ);
            return held.ok().map(|_| bytes.to_vec());
        }
    }
    .ok()
    .map(jws_json::VerifiedJson::into_payload)
}

#[test]
fn texts_in_the_json_serialisation_hold_by_those_who_signed_under_protection() {
    let cases = include_str!("../vectors/jws_json.json");
    let mut seen = (0, 0);
    for case in serde_json::from_str::<Vec<Json>>(cases).unwrap() {
        for text in &case.texts {
            for Signer { alg, holds, key } in &case.keys {
                let text = text.to_string();
                let said = said(case.form, &text, &case.payload, *alg, &jwk(key));
                let wanted = holds.then(|| case.payload.clone().into_bytes());
                assert_eq!(said, wanted, "{} by {alg}", case.source);
                seen = if *holds {
                    (seen.0 + 1, seen.1)
                } else {
                    (seen.0, seen.1 + 1)
                };
            }
        }
    }
    assert_eq!(seen, (15, 5));
}

#[test]
fn every_example_verifies_with_its_payload_detached() {
    for Signed {
        source,
        alg,
        key,
        token,
        ..
    } in signed()
    {
        let (jwk, payload) = (jwk(&key), payload(&token));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = signed.split_once('.').unwrap();
        let detached = format!("{header}..{signature}");
        let held = if alg.is_symmetric() {
            let key = SymmetricKey::from_jwk(&jwk, alg).unwrap();
            symmetric::verify_jws_detached(&detached, &payload, &key, Typ::Unchecked).is_ok()
        } else {
            let key = VerifyingKey::from_jwk(&jwk, alg).unwrap();
            jws::verify_detached(&detached, &payload, &key, Typ::Unchecked).is_ok()
        };
        assert!(held, "{source}");
    }
}

#[test]
fn the_compact_examples_of_rfc_7797_hold_with_their_payloads_beside_them() {
    let key = json!({
        "kty": "oct",
        "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    });
    let key = SymmetricKey::from_jwk(&jwk(&key), Algorithm::Hs256).unwrap();
    let header = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";
    for (payload, tag) in [
        ("$.02", "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"),
        (
            "This is the payload string!",
            "ciks0B6Hs-amhOqxI5_iG6mPKnMDlWCb7J2Wu7mtIcg",
        ),
    ] {
        let token = format!("{header}..{tag}");
        let bytes = payload.as_bytes();
        let typ = Typ::Unchecked;
        let held = symmetric::verify_jws_unencoded(&token, bytes, &key, typ);
        assert_eq!(held, Ok(()), "{payload}");
        assert!(symmetric::verify_jws(&token, &key, typ).is_err());
        assert!(symmetric::verify_jws_detached(&token, bytes, &key, typ).is_err());
        let attached = format!("{header}.{payload}.{tag}");
        assert!(symmetric::verify_jws(&attached, &key, typ).is_err());
        assert!(symmetric::verify_jws_unencoded(&attached, bytes, &key, typ).is_err());
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
