//! Keys that encrypt and decrypt: what they may be made of, and what they give away.

use serde_json::{Value, json};
use symbolon_jose::jwe::{
    ContentEncryption, Curve, DecryptionKey, DecryptionKeySet, EncryptionKey, EncryptionKeyError,
    KeyManagement, Protected,
};
use symbolon_jose::{Algorithm, Jwk, JwkSet, KeyError, base64url};

use super::arrange::{decrypt, encrypt, key, key_on, keys, signing};

const ENC: ContentEncryption = ContentEncryption::A256Gcm;

fn jwk(value: &Value) -> Jwk {
    Jwk::parse(value.to_string()).unwrap()
}

/// A private JWK of the standards' examples, on P-256, without `alg` or `use`.
fn bob() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "bob",
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    })
}

fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
    jwk[name] = value.into();
    jwk
}

fn refused(value: &Value, management: KeyManagement) -> [Option<EncryptionKeyError>; 2] {
    let jwk = jwk(value);
    [
        EncryptionKey::from_jwk(&jwk, management).err(),
        DecryptionKey::from_jwk(&jwk, management).err(),
    ]
}

#[test]
fn a_public_key_returns_from_its_jwk_and_encrypts_for_the_private_one() {
    for own in keys() {
        let Some(published) = own.to_jwk() else {
            assert!(own.encryption_key().unwrap().to_jwk().is_none());
            continue;
        };
        assert!(!published.is_secret());
        assert_eq!(published.key_use(), Some("enc"));
        assert_eq!(published.alg(), Some(own.management().name()));
        let text = serde_json::to_string(&published).unwrap();
        let public = EncryptionKey::from_jwk(&text.parse().unwrap(), own.management()).unwrap();
        assert_eq!(
            (public.kid(), public.management()),
            (Some("e1"), own.management())
        );
        assert_eq!(serde_json::to_string(&public.to_jwk()).unwrap(), text);
        assert_eq!(
            public.to_jwk().unwrap().thumbprint(),
            published.thumbprint()
        );
        let token =
            symbolon_jose::jwe::encrypt(&public, ENC, &Protected::new(), b"content").unwrap();
        assert_eq!(decrypt(&token, own).unwrap(), b"content");
    }
}

#[test]
fn a_private_key_returns_from_its_pkcs8() {
    for own in keys() {
        match own.to_pkcs8() {
            Ok(pkcs8) => {
                let again = DecryptionKey::from_pkcs8(own.management(), &pkcs8).unwrap();
                assert_eq!(
                    decrypt(&encrypt(own, ENC), &again).unwrap(),
                    super::arrange::PLAINTEXT
                );
            }
            Err(error) => {
                assert_eq!(error, KeyError::Symmetric.into());
                let refused = DecryptionKey::from_pkcs8(own.management(), b"").err();
                assert_eq!(refused, Some(KeyError::Symmetric.into()));
            }
        }
    }
    let ec = key(KeyManagement::EcdhEs).to_pkcs8().unwrap();
    let rsa = key(KeyManagement::RsaOaep256).to_pkcs8().unwrap();
    let x25519 = key_on(Curve::X25519, KeyManagement::EcdhEs)
        .to_pkcs8()
        .unwrap();
    let longer = [x25519.as_slice(), &[0]].concat();
    for (management, pkcs8) in [
        (KeyManagement::EcdhEs, rsa.as_slice()),
        (KeyManagement::EcdhEs, &longer),
        (KeyManagement::EcdhEs, &x25519[..47]),
        (KeyManagement::EcdhEs, b""),
        (KeyManagement::RsaOaep256, ec.as_slice()),
    ] {
        let refused = DecryptionKey::from_pkcs8(management, pkcs8).err();
        assert_eq!(refused, Some(KeyError::Inconsistent.into()));
    }
}

#[test]
fn what_a_jwk_says_it_is_meant_for_is_respected() {
    let on = KeyManagement::EcdhEsA128Kw;
    assert_eq!(refused(&bob(), on), [None, None]);
    for (name, value, wanted) in [
        ("use", json!("sig"), EncryptionKeyError::Use),
        ("use", json!("encrypt"), EncryptionKeyError::Use),
        ("alg", json!("ECDH-ES"), KeyError::Algorithm.into()),
        ("alg", json!("ES256"), KeyError::Algorithm.into()),
        ("key_ops", json!(["sign"]), KeyError::Operation.into()),
        ("key_ops", json!([]), KeyError::Operation.into()),
    ] {
        let wanted = Some(wanted);
        assert_eq!(
            refused(&with(bob(), name, value), on),
            [wanted, wanted],
            "{name}"
        );
    }
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("ECDH-ES+A128KW")),
        ("key_ops", json!(["deriveKey"])),
        ("key_ops", json!(["deriveBits", "deriveKey"])),
    ] {
        assert_eq!(
            refused(&with(bob(), name, value), on),
            [None, None],
            "{name}"
        );
    }
}

#[test]
fn what_wraps_does_not_unwrap_unless_it_may() {
    let shared = json!({ "kty": "oct", "k": base64url::encode([7; 16]) });
    let on = KeyManagement::A128Kw;
    assert_eq!(refused(&shared, on), [None, None]);
    let operation = Some(KeyError::Operation.into());
    let wrapping = with(shared.clone(), "key_ops", json!(["wrapKey"]));
    assert_eq!(refused(&wrapping, on), [None, operation]);
    let unwrapping = with(shared, "key_ops", json!(["unwrapKey"]));
    assert_eq!(refused(&unwrapping, on), [operation, None]);
}

#[test]
fn a_key_of_another_type_or_curve_is_refused() {
    let key_type = Some(KeyError::KeyType.into());
    for management in [KeyManagement::RsaOaep256, KeyManagement::A128Kw] {
        assert_eq!(refused(&bob(), management), [key_type, key_type]);
    }
    let shared = json!({ "kty": "oct", "k": base64url::encode([7; 16]) });
    assert_eq!(
        refused(&shared, KeyManagement::EcdhEs),
        [key_type, key_type]
    );
    let curve = Some(KeyError::Curve.into());
    for crv in ["secp256k1", "X25519", "Ed25519"] {
        assert_eq!(
            refused(&with(bob(), "crv", crv), KeyManagement::EcdhEs),
            [curve, curve]
        );
    }
    let ed25519 = symbolon_jose::SigningKey::generate(Algorithm::Ed25519).unwrap();
    let ed25519 = serde_json::to_value(ed25519.public().to_jwk()).unwrap();
    let ed25519 = json!({ "kty": "OKP", "crv": "Ed25519", "x": ed25519["x"] });
    assert_eq!(refused(&ed25519, KeyManagement::EcdhEs)[0], curve);
}

#[test]
fn a_key_for_signatures_does_not_encrypt() {
    let published = signing().public().to_jwk();
    let refused = EncryptionKey::from_jwk(&published, KeyManagement::EcdhEs).unwrap_err();
    assert_eq!(refused, KeyError::Algorithm.into());
}

#[test]
fn coordinates_have_their_length_and_private_parts_belong_to_public_ones() {
    let on = KeyManagement::EcdhEs;
    let length = Some(KeyError::CoordinateLength.into());
    assert_eq!(refused(&with(bob(), "x", "AAAA"), on), [length, length]);
    assert_eq!(refused(&with(bob(), "d", "AAAA"), on), [None, length]);
    let off = with(bob(), "y", "f8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck");
    let point = Some(KeyError::Point.into());
    assert_eq!(refused(&off, on), [point, point]);
    let other = with(bob(), "d", "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
    assert_eq!(
        refused(&other, on),
        [None, Some(KeyError::Inconsistent.into())]
    );
    let mut public = bob();
    public.as_object_mut().unwrap().remove("d");
    assert_eq!(
        refused(&public, on),
        [None, Some(KeyError::NotPrivate.into())]
    );
}

#[test]
fn rsa_below_2048_bits_is_refused() {
    for (bytes, wanted) in [(128, KeyError::RsaSize), (255, KeyError::RsaSize)] {
        let weak = json!({
            "kty": "RSA", "e": "AQAB", "n": base64url::encode(vec![0xA5; bytes]),
        });
        let refused = EncryptionKey::from_jwk(&jwk(&weak), KeyManagement::RsaOaep256);
        assert_eq!(refused.unwrap_err(), wanted.into());
        let private = ["d", "p", "q", "dp", "dq", "qi"]
            .into_iter()
            .fold(weak, |jwk, name| with(jwk, name, "AQ"));
        for loaded in [
            DecryptionKey::from_jwk(&jwk(&private), KeyManagement::RsaOaep256),
            DecryptionKey::from_jwk_for_sha1_oaep(&jwk(&private)),
        ] {
            assert_eq!(loaded.err(), Some(wanted.into()));
        }
    }
}

#[test]
fn sha1_is_read_only_where_asked_for_and_passwords_and_sha1_encrypt_nothing() {
    let rsa: Vec<Value> = serde_json::from_str(include_str!("../../vectors/jwe.json")).unwrap();
    let rsa = jwk(&rsa[0]["key"]);
    let refused = DecryptionKey::from_jwk(&rsa, KeyManagement::RsaOaep).err();
    assert_eq!(refused, Some(EncryptionKeyError::Sha1));
    let own = DecryptionKey::from_jwk_for_sha1_oaep(&rsa).unwrap();
    assert_eq!(own.to_jwk().unwrap().alg(), Some("RSA-OAEP"));
    let reading = Some(EncryptionKeyError::ReadingOnly);
    assert_eq!(own.encryption_key().err(), reading);
    assert_eq!(
        EncryptionKey::from_jwk(&rsa, KeyManagement::RsaOaep).err(),
        reading
    );
    assert_eq!(
        DecryptionKey::generate(KeyManagement::RsaOaep).err(),
        reading
    );
    let management = KeyManagement::Pbes2Hs512A256Kw;
    assert_eq!(
        EncryptionKey::shared(management, b"password").err(),
        reading
    );
    assert_eq!(DecryptionKey::generate(management).err(), reading);
    assert!(DecryptionKey::shared(management, b"password").is_ok());
    let empty = DecryptionKey::shared(management, b"").err();
    assert_eq!(empty, Some(EncryptionKeyError::SecretLength));
}

#[test]
fn nothing_is_chosen_by_default() {
    let curve = Some(EncryptionKeyError::CurveStated);
    for management in KeyManagement::ALL {
        let agrees = management.name().starts_with("ECDH-ES");
        assert_eq!(DecryptionKey::generate(management).err() == curve, agrees);
        let made = DecryptionKey::generate_on(Curve::P256, management).err();
        assert_eq!(made == curve, !agrees);
    }
    let direct = Some(EncryptionKeyError::Direct);
    assert_eq!(DecryptionKey::generate(KeyManagement::Dir).err(), direct);
    let shared = json!({ "kty": "oct", "k": base64url::encode([7; 32]) });
    assert_eq!(refused(&shared, KeyManagement::Dir), [direct, direct]);
}

#[test]
fn shared_keys_have_exactly_their_length() {
    for (management, wanted) in [
        (KeyManagement::A128Kw, 16),
        (KeyManagement::A256Kw, 32),
        (KeyManagement::A128GcmKw, 16),
        (KeyManagement::A192GcmKw, 24),
        (KeyManagement::A256GcmKw, 32),
    ] {
        for len in 0..=40 {
            let secret = vec![1; len];
            let fits = len == wanted;
            assert_eq!(EncryptionKey::shared(management, &secret).is_ok(), fits);
            assert_eq!(DecryptionKey::shared(management, &secret).is_ok(), fits);
        }
    }
    for management in [KeyManagement::RsaOaep256, KeyManagement::EcdhEs] {
        let refused = DecryptionKey::shared(management, &[1; 32]).err();
        assert_eq!(refused, Some(KeyError::Asymmetric.into()));
    }
}

#[test]
fn a_direct_key_may_bear_the_name_of_its_content_encryption() {
    let shared = json!({ "kty": "oct", "k": base64url::encode([7; 32]) });
    let load = |value: &Value| DecryptionKey::direct_from_jwk(&jwk(value), ENC).err();
    for alg in ["dir", "A256GCM"] {
        assert_eq!(load(&with(shared.clone(), "alg", alg)), None);
    }
    for alg in ["A128CBC-HS256", "A256KW"] {
        let refused = load(&with(shared.clone(), "alg", alg));
        assert_eq!(refused, Some(KeyError::Algorithm.into()), "{alg}");
    }
    let short = json!({ "kty": "oct", "k": base64url::encode([7; 31]) });
    assert_eq!(load(&short), Some(EncryptionKeyError::SecretLength));
    assert_eq!(load(&bob()), Some(KeyError::KeyType.into()));
}

#[test]
fn of_a_published_set_the_key_that_is_meant_for_it_is_taken() {
    let on = KeyManagement::EcdhEsA256Kw;
    let public = |kid: &str, more: Value| {
        let mut jwk = serde_json::to_value(key(KeyManagement::EcdhEs).to_jwk()).unwrap();
        for name in ["alg", "use"] {
            jwk.as_object_mut().unwrap().remove(name);
        }
        jwk["kid"] = kid.into();
        jwk.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        jwk
    };
    let found = |keys: &[Value]| {
        let set = JwkSet::parse(json!({ "keys": keys }).to_string()).unwrap();
        EncryptionKey::from_jwks(&set, on).map(|key| key.kid().unwrap().to_owned())
    };
    let sig = public("sig", json!({ "use": "sig" }));
    let other = public("other", json!({ "use": "enc", "alg": "ECDH-ES" }));
    let plain = public("plain", json!({}));
    let enc = public("enc", json!({ "use": "enc" }));
    let all = [sig.clone(), other.clone(), plain.clone(), enc];
    assert_eq!(found(&all), Ok("enc".to_owned()));
    assert_eq!(found(&all[..3]), Ok("plain".to_owned()));
    assert_eq!(found(&all[..2]), Err(EncryptionKeyError::Empty));
    assert_eq!(found(&[plain, bob()]), Err(EncryptionKeyError::Published));
}

#[test]
fn a_set_holds_each_name_and_algorithm_once() {
    let make = |kid: &str| {
        DecryptionKey::generate(KeyManagement::A256Kw)
            .unwrap()
            .with_kid(kid)
    };
    let twice = DecryptionKeySet::new([make("a"), make("b"), make("a")]).err();
    assert_eq!(twice, Some(EncryptionKeyError::Duplicate));
    let public = DecryptionKey::generate_on(Curve::P521, KeyManagement::EcdhEs).unwrap();
    let set = DecryptionKeySet::new([make("a"), make("b"), public.with_kid("a")]).unwrap();
    assert_eq!((set.keys().len(), set.to_jwks().keys().len()), (3, 1));
}

#[test]
fn debug_shows_names_only() {
    let shared = EncryptionKey::shared(KeyManagement::A128Kw, &[7; 16])
        .unwrap()
        .with_kid("a");
    let wanted = r#"EncryptionKey { management: A128Kw, kid: Some("a"), .. }"#;
    assert_eq!(format!("{shared:?}"), wanted);
}
