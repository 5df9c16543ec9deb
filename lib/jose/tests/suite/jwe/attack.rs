//! The attacks on encrypted tokens, one claim each.

use serde_json::{Value, json};
use symbolon_jose::jwe::{
    self, ContentEncryption, Curve, DecryptError, DecryptionKey, DecryptionKeySet, Expected,
    FormError, KeyManagement, MAX_HEADER_LEN, MAX_LEN, Part, Protected, Typ,
};
use symbolon_jose::{JsonError, base64url};

use super::arrange::{
    PLAINTEXT, anything, decrypt, encrypt, header, key, key_on, of_types, part, public, under,
    with_part,
};

const ENC: ContentEncryption = ContentEncryption::A256Gcm;

/// A token for the A256KW key, under another header.
fn wrapped_under(header: &str) -> DecryptError {
    let key = key(KeyManagement::A256Kw);
    decrypt(&under(header, &encrypt(key, ENC)), key).unwrap_err()
}

/// A token for an ECDH-ES key on this curve, whose header is changed.
fn agreed_with(curve: Curve, change: impl FnOnce(&mut Value)) -> DecryptError {
    let key = key_on(curve, KeyManagement::EcdhEs);
    let token = encrypt(key, ENC);
    let mut header = header(&token);
    change(&mut header);
    decrypt(&under(&header.to_string(), &token), key).unwrap_err()
}

#[test]
fn rsa1_5_is_refused_whatever_the_key() {
    let header = r#"{"alg":"RSA1_5","enc":"A256GCM"}"#;
    assert_eq!(wrapped_under(header), DecryptError::Rsa15);
    let rsa = key(KeyManagement::RsaOaep256);
    let refused = decrypt(&under(header, &encrypt(rsa, ENC)), rsa).unwrap_err();
    assert_eq!(refused, DecryptError::Rsa15);
}

#[test]
fn names_like_an_algorithm_are_none_of_them() {
    for alg in [
        "a256kw",
        "A256KW ",
        "",
        "none",
        "A192KW",
        "RS256",
        "ECDH-ES+A192KW",
        "DIR",
    ] {
        let refused = wrapped_under(&json!({ "alg": alg, "enc": "A256GCM" }).to_string());
        assert_eq!(refused, DecryptError::AlgorithmUnknown, "{alg}");
    }
    for enc in ["a256gcm", "A256GCM ", "", "none", "A256CBC", "A128KW"] {
        let refused = wrapped_under(&json!({ "alg": "A256KW", "enc": enc }).to_string());
        assert_eq!(refused, DecryptError::EncryptionUnknown, "{enc}");
    }
}

#[test]
fn a_header_chooses_neither_algorithm_nor_key() {
    let refused = wrapped_under(r#"{"alg":"A128KW","enc":"A256GCM"}"#);
    assert_eq!(refused, DecryptError::KeyUnknown);
    let refused = wrapped_under(r#"{"alg":"dir","enc":"A256GCM"}"#);
    assert_eq!(refused, DecryptError::KeyUnknown);
    for kid in ["", "e2", "../e1", "e1' OR '1'='1"] {
        let header = json!({ "alg": "A256KW", "enc": "A256GCM", "kid": kid });
        assert_eq!(
            wrapped_under(&header.to_string()),
            DecryptError::KeyUnknown,
            "{kid}"
        );
    }
    let token = encrypt(key(KeyManagement::A256Kw), ENC);
    let only = [ContentEncryption::A128Gcm];
    let refused = jwe::decrypt(
        &token,
        key(KeyManagement::A256Kw),
        &Expected::new(&only, Typ::Unchecked, Typ::Unchecked),
    );
    assert_eq!(refused.unwrap_err(), DecryptError::EncryptionMismatch);
}

#[test]
fn without_a_kid_the_key_is_found_only_where_it_is_the_only_one() {
    let make = |kid: &str, byte| {
        DecryptionKey::shared(KeyManagement::A256Kw, &[byte; 32])
            .unwrap()
            .with_kid(kid)
    };
    let unnamed = public(&DecryptionKey::shared(KeyManagement::A256Kw, &[1; 32]).unwrap());
    let token = jwe::encrypt(&unnamed, ENC, &Protected::new(), PLAINTEXT).unwrap();
    let one = DecryptionKeySet::new([make("a", 1)]).unwrap();
    assert_eq!(decrypt(&token, &one).unwrap(), PLAINTEXT);
    let two = DecryptionKeySet::new([make("a", 1), make("b", 2)]).unwrap();
    assert_eq!(decrypt(&token, &two).unwrap_err(), DecryptError::KeyUnknown);
    let named = public(&make("b", 2));
    let token = jwe::encrypt(&named, ENC, &Protected::new(), PLAINTEXT).unwrap();
    assert_eq!(decrypt(&token, &two).unwrap(), PLAINTEXT);
}

#[test]
fn keys_in_the_header_are_ignored() {
    let token = encrypt(key(KeyManagement::A256Kw), ENC);
    for name in ["jku", "jwk", "x5u", "x5c", "x5t"] {
        let mut header = header(&token);
        header[name] = json!("https://evil.example");
        let token = under(&header.to_string(), &token);
        let refused = decrypt(&token, key(KeyManagement::A256Kw)).unwrap_err();
        assert_eq!(
            refused,
            DecryptError::Failed,
            "only because it changed the header"
        );
    }
}

#[test]
fn crit_and_zip_are_refused() {
    for crit in [r#"["exp"]"#, "[]", "null", r#"["b64"]"#] {
        let header = format!(r#"{{"alg":"A256KW","enc":"A256GCM","crit":{crit}}}"#);
        assert_eq!(wrapped_under(&header), FormError::Critical.into(), "{crit}");
    }
    for zip in ["DEF", "def", "GZIP", ""] {
        let header = json!({ "alg": "A256KW", "enc": "A256GCM", "zip": zip });
        assert_eq!(
            wrapped_under(&header.to_string()),
            DecryptError::Compressed,
            "{zip}"
        );
    }
}

#[test]
fn members_named_twice_are_refused() {
    for header in [
        r#"{"alg":"A256KW","enc":"A256GCM","alg":"A256KW"}"#,
        r#"{"alg":"A256KW","enc":"A256GCM","\u0061lg":"dir"}"#,
        r#"{"alg":"A256KW","enc":"A256GCM","x":{"a":1,"a":2}}"#,
    ] {
        let refused = FormError::Json(JsonError::Duplicate);
        assert_eq!(wrapped_under(header), refused.into(), "{header}");
    }
}

#[test]
fn members_of_the_wrong_type_are_named() {
    for name in [
        "alg", "enc", "kid", "typ", "cty", "zip", "apu", "apv", "iv", "tag", "p2s",
    ] {
        for value in [
            json!(1),
            json!(null),
            json!(["A256KW"]),
            json!({}),
            json!(true),
        ] {
            let mut header = json!({ "alg": "A256KW", "enc": "A256GCM" });
            header[name] = value;
            let refused = wrapped_under(&header.to_string());
            assert_eq!(
                refused.to_string(),
                FormError::HeaderMember(name).to_string()
            );
        }
    }
    let refused = wrapped_under(r#"{"enc":"A256GCM"}"#);
    assert_eq!(refused, FormError::HeaderMember("alg").into());
    let refused = wrapped_under(r#"{"alg":"A256KW"}"#);
    assert_eq!(refused, FormError::HeaderMember("enc").into());
}

#[test]
fn points_off_the_curve_are_refused() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        for member in ["x", "y"] {
            let refused = agreed_with(curve, |header| {
                let text = header["epk"][member].as_str().unwrap();
                let mut bytes = base64url::decode(text).unwrap();
                bytes[7] ^= 1;
                header["epk"][member] = base64url::encode(bytes).into();
            });
            assert_eq!(refused, DecryptError::EphemeralKey, "{member}");
        }
        let refused = agreed_with(curve, |header| {
            let len = header["epk"]["x"].as_str().unwrap().len();
            header["epk"]["x"] = "A".repeat(len).into();
            header["epk"]["y"] = "A".repeat(len).into();
        });
        assert_eq!(refused, DecryptError::EphemeralKey, "the point (0, 0)");
    }
}

#[test]
fn an_ephemeral_key_of_another_curve_is_refused() {
    for own in Curve::ALL {
        for other in Curve::ALL.into_iter().filter(|other| *other != own) {
            let epk = key_on(other, KeyManagement::EcdhEs).to_jwk().unwrap();
            let epk = serde_json::to_value(epk).unwrap();
            let refused = agreed_with(own, |header| header["epk"] = epk);
            assert_eq!(refused, DecryptError::EphemeralKey, "{own:?} {other:?}");
        }
        let lie = json!({ "kty": "EC", "crv": own.name(), "x": "AAAA", "y": "AAAA" });
        let refused = agreed_with(own, |header| header["epk"] = lie);
        assert_eq!(refused, DecryptError::EphemeralKey, "{own:?}");
    }
}

#[test]
fn points_of_small_order_are_refused() {
    let one = |first: u8| {
        let mut bytes = [0; 32];
        bytes[0] = first;
        bytes
    };
    let mut minus_one = [0xFF; 32];
    (minus_one[0], minus_one[31]) = (0xEC, 0x7F);
    for bytes in [one(0), one(1), minus_one] {
        let x = base64url::encode(bytes);
        let refused = agreed_with(Curve::X25519, |header| {
            header["epk"]["x"] = x.clone().into();
        });
        assert_eq!(refused, DecryptError::EphemeralKey, "{x}");
        let jwk = json!({ "kty": "OKP", "crv": "X25519", "x": x }).to_string();
        let loaded = jwe::EncryptionKey::from_jwk(&jwk.parse().unwrap(), KeyManagement::EcdhEs);
        assert_eq!(
            loaded.unwrap_err(),
            symbolon_jose::KeyError::Point.into(),
            "{x}"
        );
    }
}

#[test]
fn an_ephemeral_key_that_is_none_is_refused() {
    for epk in [
        json!(null),
        json!("x"),
        json!({}),
        json!([]),
        json!({ "kty": "oct", "k": "AA" }),
    ] {
        let refused = agreed_with(Curve::P256, |header| header["epk"] = epk.clone());
        assert_eq!(refused, DecryptError::EphemeralKey, "{epk}");
    }
    let refused = agreed_with(Curve::P256, |header| {
        header.as_object_mut().unwrap().remove("epk");
    });
    assert_eq!(refused, FormError::HeaderMember("epk").into());
    let refused = agreed_with(Curve::P256, |header| header["epk"]["d"] = "AAAA".into());
    assert_eq!(
        refused,
        DecryptError::EphemeralKey,
        "a private key is no ephemeral one"
    );
}

#[test]
fn the_parties_names_are_part_of_the_key() {
    let key = key_on(Curve::P256, KeyManagement::EcdhEs);
    let protected = Protected::new().parties(b"Alice", b"Bob");
    let token = jwe::encrypt(&public(key), ENC, &protected, PLAINTEXT).unwrap();
    assert_eq!(header(&token)["apu"], "QWxpY2U");
    let wrapping = public(super::arrange::key(KeyManagement::A256Kw));
    let silent = jwe::encrypt(&wrapping, ENC, &protected, PLAINTEXT).unwrap();
    assert!(header(&silent).get("apu").is_none());
    assert_eq!(decrypt(&token, key).unwrap(), PLAINTEXT);
    let refused = agreed_with(Curve::P256, |header| header["apu"] = "=".into());
    assert_eq!(refused, FormError::HeaderMember("apu").into());
}

#[test]
fn work_that_the_sender_orders_is_bounded() {
    let management = KeyManagement::Pbes2Hs256A128Kw;
    let password = DecryptionKey::shared(management, b"password").unwrap();
    let token = encrypt(key(KeyManagement::A128Kw), ENC);
    let refused = |p2c: Value, p2s: &str| {
        let header = json!({
            "alg": management.name(), "enc": "A256GCM", "p2c": p2c, "p2s": p2s,
        });
        decrypt(&under(&header.to_string(), &token), &password).unwrap_err()
    };
    let salt = base64url::encode([1; 8]);
    for p2c in [2_147_483_648_u64, 4_294_967_295, 1_200_001, 0, u64::MAX] {
        assert_eq!(
            refused(p2c.into(), &salt),
            DecryptError::Iterations,
            "{p2c}"
        );
    }
    let short = base64url::encode([1; 7]);
    assert_eq!(refused(1000.into(), &short), DecryptError::Salt);
    assert_eq!(refused(1000.into(), &salt), DecryptError::Failed);
    let named = FormError::HeaderMember("p2c");
    assert_eq!(refused("1000".into(), &salt), named.into());
}

#[test]
fn a_token_has_exactly_five_parts() {
    let own = key(KeyManagement::A256Kw);
    let token = encrypt(own, ENC);
    let refused = |text: &str| decrypt(text, own).unwrap_err();
    for text in [
        "",
        "a",
        "a.b",
        "a.b.c.d",
        &format!("{token}."),
        &format!("{token}.a"),
    ] {
        assert_eq!(refused(text), FormError::Parts.into(), "{text}");
    }
    assert_eq!(refused("a.b.c"), FormError::Signed.into());
    assert_eq!(
        refused("...."),
        FormError::Json(JsonError::NotAnObject).into()
    );
    for (number, named) in [
        Part::Header,
        Part::EncryptedKey,
        Part::Iv,
        Part::Ciphertext,
        Part::Tag,
    ]
    .into_iter()
    .enumerate()
    {
        let mut parts: Vec<_> = token.split('.').collect();
        let padded = format!("{}=", parts[number]);
        parts[number] = &padded;
        assert_eq!(refused(&parts.join(".")), FormError::Encoding(named).into());
    }
}

#[test]
fn vectors_and_tags_have_exactly_their_length() {
    let own = key(KeyManagement::A256Kw);
    for enc in ContentEncryption::ALL {
        let token = encrypt(own, enc);
        for (number, named) in [(2, Part::Iv), (4, Part::Tag)] {
            let whole = part(&token, number);
            let longer = [whole.as_slice(), &[0]].concat();
            let shorter = (0..whole.len()).map(|len| whole[..len].to_vec());
            for bytes in shorter.chain([longer]) {
                let refused = decrypt(&with_part(&token, number, &bytes), own).unwrap_err();
                assert_eq!(refused, FormError::Length(named).into(), "{enc}");
            }
        }
    }
}

#[test]
fn a_content_key_of_the_wrong_length_fails_as_any_other() {
    for own in [
        key(KeyManagement::A256Kw),
        key(KeyManagement::RsaOaep256),
        key(KeyManagement::EcdhEsA128Kw),
    ] {
        let token = encrypt(own, ContentEncryption::A128Gcm);
        let longer = header(&token).to_string().replace("A128GCM", "A256GCM");
        let refused = decrypt(&under(&longer, &token), own).unwrap_err();
        assert_eq!(refused, DecryptError::Failed);
        for bytes in [
            &[][..],
            &[1],
            &[1; 7],
            &[1; 8],
            &[1; 24],
            &[1; 256],
            &[1; 1000],
        ] {
            let refused = decrypt(&with_part(&token, 1, bytes), own).unwrap_err();
            assert_eq!(refused, DecryptError::Failed, "{}", bytes.len());
        }
    }
}

#[test]
fn a_direct_token_carries_no_encrypted_key() {
    for own in [
        key_on(Curve::P256, KeyManagement::EcdhEs),
        key(KeyManagement::Dir),
    ] {
        let enc = ContentEncryption::A128CbcHs256;
        let token = with_part(&encrypt(own, enc), 1, &[1; 16]);
        let refused = decrypt(&token, own).unwrap_err();
        assert_eq!(refused, FormError::Length(Part::EncryptedKey).into());
    }
}

#[test]
fn what_wraps_by_gcm_has_vector_and_tag_of_their_length() {
    let own = key(KeyManagement::A192GcmKw);
    let token = encrypt(own, ENC);
    for name in ["iv", "tag"] {
        for text in [json!("AAAA"), json!(""), json!("="), Value::Null] {
            let mut header = header(&token);
            if text.is_null() {
                header.as_object_mut().unwrap().remove(name);
            } else {
                header[name] = text;
            }
            let refused = decrypt(&under(&header.to_string(), &token), own).unwrap_err();
            let named = FormError::HeaderMember(name);
            assert_eq!(refused.to_string(), DecryptError::from(named).to_string());
        }
    }
}

#[test]
fn sizes_are_looked_at_before_anything_is_parsed() {
    let own = key(KeyManagement::A256Kw);
    let limit = MAX_LEN;
    let refused = decrypt(&"a".repeat(MAX_LEN + 1), own).unwrap_err();
    assert_eq!(refused, FormError::TooLong { limit }.into());
    let refused = jwe::json::decrypt(&"{".repeat(MAX_LEN + 1), own, &anything()).unwrap_err();
    assert_eq!(refused, FormError::TooLong { limit }.into());
    let token = encrypt(own, ENC);
    let limit = token.len() - 1;
    let refused = jwe::decrypt(&token, own, &anything().max_len(limit)).unwrap_err();
    assert_eq!(refused, FormError::TooLong { limit }.into());
    assert!(jwe::decrypt(&token, own, &anything().max_len(limit + 1)).is_ok());
    let (_, rest) = token.split_once('.').unwrap();
    let refused = decrypt(&format!("{}.{rest}", "A".repeat(MAX_HEADER_LEN + 1)), own);
    assert_eq!(refused.unwrap_err(), FormError::HeaderTooLong.into());
}

#[test]
fn types_other_than_expected_are_refused() {
    let own = key(KeyManagement::A256Kw);
    let protected = Protected::new().typ("at+jwt").cty("JWT");
    let token = jwe::encrypt(&public(own), ENC, &protected, PLAINTEXT).unwrap();
    let with = |typ, cty| jwe::decrypt(&token, own, &of_types(typ, cty)).err();
    let right = (Typ::AnyOf(&["at+jwt"]), Typ::AnyOf(&["JWT"]));
    assert_eq!(with(right.0, right.1), None);
    assert_eq!(with(Typ::AnyOf(&["JWT"]), right.1), Some(DecryptError::Typ));
    assert_eq!(
        with(right.0, Typ::AbsentOr(&["json"])),
        Some(DecryptError::Cty)
    );
}
