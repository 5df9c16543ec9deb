//! What may be a key, and what a key gives away.

use serde_json::{Value, json};
use symbolon_jose::jwk::{MAX_JWK_LEN, MAX_KEYS, MAX_SET_LEN};
use symbolon_jose::{
    Algorithm, JsonError, Jwk, JwkError, JwkSet, KeyError, KeySet, KeySetError, KeySource,
    SigningKey, SymmetricKey, VerifyingKey, base64url,
};

use crate::arrange::key;

fn public(algorithm: Algorithm) -> Value {
    serde_json::to_value(key(algorithm).public().to_jwk()).unwrap()
}

fn with(mut jwk: Value, name: &str, value: Value) -> Jwk {
    jwk[name] = value;
    Jwk::parse(jwk.to_string()).unwrap()
}

fn load(jwk: &Jwk, algorithm: Algorithm) -> Result<(), KeyError> {
    VerifyingKey::from_jwk(jwk, algorithm).map(|_| ())
}

#[test]
fn every_key_returns_from_pkcs8_and_from_its_jwk() {
    for algorithm in Algorithm::ASYMMETRIC {
        let key = key(algorithm);
        let again = SigningKey::from_pkcs8(algorithm, &key.to_pkcs8().unwrap()).unwrap();
        let signature = again.sign(b"message").unwrap();
        assert!(key.public().verify(b"message", &signature), "{algorithm}");
        let jwk = key.public().to_jwk();
        let text = serde_json::to_string(&jwk).unwrap();
        let loaded = VerifyingKey::from_jwk(&Jwk::parse(&text).unwrap(), algorithm).unwrap();
        assert!(loaded.verify(b"message", &signature), "{algorithm}");
        assert!(!loaded.verify(b"massage", &signature), "{algorithm}");
        assert_eq!(loaded.kid(), Some("k1"));
        assert_eq!(loaded.to_jwk().thumbprint(), jwk.thumbprint());
    }
}

#[test]
fn a_published_key_has_kid_use_and_alg() {
    for algorithm in Algorithm::ASYMMETRIC {
        let jwk = public(algorithm);
        let named = [&jwk["kid"], &jwk["use"], &jwk["alg"]];
        assert_eq!(
            named,
            [&json!("k1"), &json!("sig"), &json!(algorithm.name())]
        );
        assert!(jwk.get("d").is_none());
    }
}

#[test]
fn pkcs8_of_another_algorithm_is_refused() {
    for owner in Algorithm::ASYMMETRIC {
        let pkcs8 = key(owner).to_pkcs8().unwrap();
        for other in Algorithm::ASYMMETRIC {
            let family = |one: Algorithm| match one.name().as_bytes()[0] {
                b'R' | b'P' => "rsa",
                b'E' if one.same_as(Algorithm::Ed25519) => "ed25519",
                _ => one.name(),
            };
            let loaded = SigningKey::from_pkcs8(other, &pkcs8);
            assert_eq!(
                loaded.is_ok(),
                family(owner) == family(other),
                "{owner} as {other}"
            );
        }
        assert!(SigningKey::from_pkcs8(owner, &pkcs8[1..]).is_err());
        assert!(SigningKey::from_pkcs8(owner, &[]).is_err());
    }
}

#[test]
fn secrets_show_neither_in_debug_nor_in_json() {
    let d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let private = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "d": d }).to_string();
    let shared = json!({ "kty": "oct", "k": d }).to_string();
    for text in [private, shared] {
        let jwk = Jwk::parse(text).unwrap();
        assert!(jwk.is_secret());
        for shown in [format!("{jwk:?}"), serde_json::to_string(&jwk).unwrap()] {
            assert!(!shown.contains(d) && !shown.contains("nWGx"), "{shown}");
        }
    }
}

#[test]
fn alg_use_and_key_ops_must_allow_it() {
    let es256 = Algorithm::Es256;
    for (name, value, wanted) in [
        ("alg", json!("ES384"), Err(KeyError::Algorithm)),
        ("alg", json!("none"), Err(KeyError::Algorithm)),
        ("use", json!("enc"), Err(KeyError::Use)),
        ("use", json!(""), Err(KeyError::Use)),
        ("key_ops", json!(["sign"]), Err(KeyError::Operation)),
        ("key_ops", json!([]), Err(KeyError::Operation)),
        ("key_ops", json!(["verify"]), Ok(())),
        ("crv", json!("P-384"), Err(KeyError::Curve)),
        ("crv", json!("secp256k1"), Err(KeyError::Curve)),
    ] {
        let text = value.to_string();
        assert_eq!(
            load(&with(public(es256), name, value), es256),
            wanted,
            "{name} {text}"
        );
    }
    assert_eq!(
        load(
            &Jwk::parse(public(es256).to_string()).unwrap(),
            Algorithm::Rs256
        ),
        Err(KeyError::Algorithm)
    );
    let mut unnamed = public(es256);
    unnamed.as_object_mut().unwrap().remove("alg");
    let unnamed = Jwk::parse(unnamed.to_string()).unwrap();
    assert_eq!(load(&unnamed, es256), Ok(()));
    assert_eq!(load(&unnamed, Algorithm::Rs256), Err(KeyError::KeyType));
    assert_eq!(load(&unnamed, Algorithm::Es384), Err(KeyError::Curve));
    assert_eq!(load(&unnamed, Algorithm::Ed25519), Err(KeyError::KeyType));
}

#[test]
fn points_off_the_curve_are_refused() {
    for (algorithm, len) in [
        (Algorithm::Es256, 32),
        (Algorithm::Es384, 48),
        (Algorithm::Es512, 66),
    ] {
        let jwk = public(algorithm);
        let coordinate = |bytes: &[u8]| json!(base64url::encode(bytes));
        let mut y = base64url::decode(jwk["y"].as_str().unwrap()).unwrap();
        *y.last_mut().unwrap() ^= 1;
        assert_eq!(
            load(&with(jwk.clone(), "y", coordinate(&y)), algorithm),
            Err(KeyError::Point)
        );
        let origin = with(jwk.clone(), "x", coordinate(&vec![0; len]));
        assert_eq!(load(&origin, algorithm), Err(KeyError::Point));
        for wrong in [len - 1, len + 1] {
            let jwk = with(jwk.clone(), "x", coordinate(&vec![1; wrong]));
            assert_eq!(load(&jwk, algorithm), Err(KeyError::CoordinateLength));
        }
    }
}

#[test]
fn ed25519_keys_of_small_order_or_wrong_length_are_refused() {
    let p = {
        let mut p = [0xFF; 32];
        (p[0], p[31]) = (0xED, 0x7F);
        p
    };
    let near = |first: u8| {
        let mut point = p;
        point[0] = first;
        point
    };
    let signed = |mut point: [u8; 32]| {
        point[31] |= 0x80;
        point
    };
    let mut one = [0; 32];
    one[0] = 1;
    for point in [[0; 32], one, near(0xEC), p, near(0xEE)] {
        for point in [point, signed(point)] {
            let x = json!(base64url::encode(point));
            let jwk = with(public(Algorithm::Ed25519), "x", x);
            assert_eq!(
                load(&jwk, Algorithm::Ed25519),
                Err(KeyError::Point),
                "{point:?}"
            );
        }
    }
    for len in [1, 31, 33, 57] {
        let jwk = with(
            public(Algorithm::Ed25519),
            "x",
            json!(base64url::encode(vec![9; len])),
        );
        assert_eq!(
            load(&jwk, Algorithm::Ed25519),
            Err(KeyError::CoordinateLength)
        );
    }
}

#[test]
fn rsa_keys_that_are_short_or_have_a_bad_exponent_are_refused() {
    let jwk = public(Algorithm::Rs256);
    let load = |name, bytes: &[u8]| {
        load(
            &with(jwk.clone(), name, json!(base64url::encode(bytes))),
            Algorithm::Rs256,
        )
    };
    assert_eq!(load("n", &[0xFF; 128]), Err(KeyError::RsaSize));
    assert_eq!(load("n", &[0xFF; 255]), Err(KeyError::RsaSize));
    assert_eq!(load("n", &[0xFF; 1025]), Err(KeyError::RsaSize));
    assert_eq!(
        load("n", &[&[0], &[0xFF; 256][..]].concat()),
        Err(KeyError::RsaForm)
    );
    assert_eq!(load("e", &[1]), Err(KeyError::RsaExponent));
    assert_eq!(load("e", &[2]), Err(KeyError::RsaExponent));
    assert_eq!(load("e", &[1, 0, 0]), Err(KeyError::RsaExponent));
    assert_eq!(load("e", &[0, 1, 0, 1]), Err(KeyError::RsaForm));
    assert_eq!(load("e", &[3]), Ok(()));
}

#[test]
fn a_private_key_must_match_its_public_part() {
    let ours = json!({
        "kty": "OKP", "crv": "Ed25519",
        "x": public(Algorithm::Ed25519)["x"],
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    });
    let jwk = Jwk::parse(ours.to_string()).unwrap();
    assert_eq!(
        SigningKey::from_jwk(&jwk, Algorithm::Ed25519).err(),
        Some(KeyError::Inconsistent)
    );
    let public = Jwk::parse(public(Algorithm::Es256).to_string()).unwrap();
    assert_eq!(
        SigningKey::from_jwk(&public, Algorithm::Es256).err(),
        Some(KeyError::NotPrivate)
    );
}

#[test]
fn secrets_shorter_than_the_hash_are_refused() {
    for (algorithm, len) in [
        (Algorithm::Hs256, 32),
        (Algorithm::Hs384, 48),
        (Algorithm::Hs512, 64),
    ] {
        assert!(SymmetricKey::new(algorithm, &vec![1; len]).is_ok());
        let short = SymmetricKey::new(algorithm, &vec![1; len - 1]).err();
        assert_eq!(short, Some(KeyError::SecretTooShort));
    }
    for algorithm in Algorithm::ASYMMETRIC {
        assert_eq!(
            SymmetricKey::new(algorithm, &[1; 64]).err(),
            Some(KeyError::Asymmetric)
        );
    }
}

#[test]
fn malformed_keys_are_named_for_what_is_wrong() {
    for (text, wanted) in [
        ("", JwkError::Json(JsonError::NotAnObject)),
        ("[]", JwkError::Json(JsonError::NotAnObject)),
        (
            r#"{"kty":"oct","k":"AA","k":"AA"}"#,
            JwkError::Json(JsonError::Duplicate),
        ),
        (
            r#"{"kty":"oct","k":"AA","x":{"a":1,"a":1}}"#,
            JwkError::Json(JsonError::Duplicate),
        ),
        (r#"{"k":"AA"}"#, JwkError::Missing("kty")),
        (r#"{"kty":"oct"}"#, JwkError::Missing("k")),
        (r#"{"kty":"OCT","k":"AA"}"#, JwkError::KeyType),
        (r#"{"kty":"akp"}"#, JwkError::KeyType),
        (r#"{"kty":"AKP","pub":"AA"}"#, JwkError::Missing("alg")),
        (
            r#"{"kty":"AKP","alg":"ML-DSA-44"}"#,
            JwkError::Missing("pub"),
        ),
        (r#"{"kty":"oct","k":1}"#, JwkError::MemberType),
        (r#"{"kty":"oct","k":""}"#, JwkError::Encoding("k")),
        (r#"{"kty":"oct","k":"AA=="}"#, JwkError::Encoding("k")),
        (r#"{"kty":"oct","k":"AB"}"#, JwkError::Encoding("k")),
        (
            r#"{"kty":"EC","crv":"P-256","x":"AA"}"#,
            JwkError::Missing("y"),
        ),
        (r#"{"kty":"OKP","x":"AA"}"#, JwkError::Missing("crv")),
        (r#"{"kty":"RSA","n":"AA"}"#, JwkError::Missing("e")),
        (
            r#"{"kty":"RSA","n":"AA","e":"AQAB","d":"AA"}"#,
            JwkError::Missing("p"),
        ),
        (
            r#"{"kty":"RSA","n":"AA","e":"AQAB","oth":[]}"#,
            JwkError::ManyPrimes,
        ),
        (
            r#"{"kty":"oct","k":"AA","key_ops":["a","a"]}"#,
            JwkError::DuplicateOperation,
        ),
    ] {
        assert_eq!(Jwk::parse(text).unwrap_err(), wanted, "{text}");
    }
    let long = " ".repeat(MAX_JWK_LEN + 1);
    assert_eq!(
        Jwk::parse(long).unwrap_err(),
        JwkError::TooLong { limit: MAX_JWK_LEN }
    );
    assert_eq!(
        Jwk::parse([0xFF]).unwrap_err(),
        JwkError::Json(JsonError::NotUtf8)
    );
}

#[test]
fn unusable_keys_of_a_set_are_skipped_and_counted() {
    let good = public(Algorithm::Es256);
    let set = json!({ "keys": [
        { "kty": "AKP", "alg": "ML-DSA-44" }, { "kty": "EC" }, {}, 1, "text", null, [],
        { "kty": 1 }, { "kty": "oct", "k": "!" }, good,
    ], "more": true });
    let set = JwkSet::parse(set.to_string()).unwrap();
    assert_eq!((set.keys().len(), set.skipped()), (1, 9));
}

#[test]
fn sets_are_bounded_and_strict() {
    let keys = |count: usize| json!({ "keys": vec![json!({}); count] }).to_string();
    assert_eq!(JwkSet::parse(keys(MAX_KEYS)).unwrap().skipped(), MAX_KEYS);
    assert_eq!(
        JwkSet::parse(keys(MAX_KEYS + 1)).unwrap_err(),
        JwkError::TooManyKeys
    );
    let long = " ".repeat(MAX_SET_LEN + 1);
    assert_eq!(
        JwkSet::parse(long).unwrap_err(),
        JwkError::TooLong { limit: MAX_SET_LEN }
    );
    for (text, wanted) in [
        ("{}", JwkError::Missing("keys")),
        (r#"{"keys":{}}"#, JwkError::MemberType),
        (r#"{"keys":1}"#, JwkError::MemberType),
        (
            r#"{"keys":[],"keys":[]}"#,
            JwkError::Json(JsonError::Duplicate),
        ),
        (
            r#"{"keys":[{"kty":"oct","kty":"oct"}]}"#,
            JwkError::Json(JsonError::Duplicate),
        ),
    ] {
        assert_eq!(JwkSet::parse(text).unwrap_err(), wanted, "{text}");
    }
}

#[test]
fn a_set_finds_by_name_and_algorithm_and_never_guesses() {
    let named = |algorithm, kid: &str| key(algorithm).public().with_kid(kid);
    let (a, b, c) = (
        named(Algorithm::Es256, "a"),
        named(Algorithm::Es256, "b"),
        named(Algorithm::Ed25519, "a"),
    );
    let set = KeySet::new([a.clone(), b, c]).unwrap();
    let find = |kid, algorithm| {
        set.find(kid, algorithm)
            .map(|key| (key.kid(), key.algorithm()))
    };
    assert_eq!(
        find(Some("b"), Algorithm::Es256),
        Some((Some("b"), Algorithm::Es256))
    );
    assert_eq!(
        find(Some("a"), Algorithm::EdDsa),
        Some((Some("a"), Algorithm::Ed25519))
    );
    assert_eq!(find(Some("c"), Algorithm::Es256), None);
    assert_eq!(find(Some("a"), Algorithm::Rs256), None);
    assert_eq!(find(None, Algorithm::Es256), None, "two keys: which?");
    assert_eq!(
        find(None, Algorithm::Ed25519),
        Some((Some("a"), Algorithm::Ed25519))
    );
    assert_eq!(
        KeySet::new([a.clone(), a]).unwrap_err(),
        KeySetError::Duplicate
    );
}

#[test]
fn a_key_without_alg_serves_the_algorithms_stated() {
    let mut jwk = public(Algorithm::Rs256);
    jwk.as_object_mut().unwrap().remove("alg");
    let set = JwkSet::parse(json!({ "keys": [jwk] }).to_string()).unwrap();
    let stated = [
        Algorithm::Rs256,
        Algorithm::Ps256,
        Algorithm::Es256,
        Algorithm::Hs256,
    ];
    let keys = KeySet::from_jwks(&set, &stated).unwrap();
    let served: Vec<_> = keys.keys().iter().map(VerifyingKey::algorithm).collect();
    assert_eq!(served, [Algorithm::Rs256, Algorithm::Ps256]);
    let none = KeySet::from_jwks(&set, &[Algorithm::Es256]).unwrap_err();
    assert_eq!(none, KeySetError::Empty);
}

#[test]
fn keys_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<SigningKey>();
    shared::<VerifyingKey>();
    shared::<KeySet>();
    shared::<SymmetricKey>();
}
