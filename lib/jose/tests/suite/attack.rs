//! The attacks of RFC 8725 and its neighbours, one claim each.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine as _;
use serde_json::{Value, json};
use symbolon_jose::jws::json::Signers;
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{
    Algorithm, FormError, JsonError, Jwk, KeyError, KeySet, KeySetError, KeySource, Part,
    SigningKey, SymmetricKey, VerifyError, VerifyingKey, base64url, symmetric,
};

use crate::arrange::{claims, expected, key, raw, secret, token};

const PURPOSE: Purpose = Purpose::AccessToken;

fn verify(token: &str, key: &VerifyingKey) -> Result<Value, VerifyError> {
    jwt::verify::<Value>(token, key, &expected(PURPOSE)).map(jwt::Verified::into_claims)
}

/// Claims under this header, honestly signed by the ES256 key.
fn under(header: &str) -> Result<Value, VerifyError> {
    let key = key(Algorithm::Es256);
    verify(
        &raw(key, header, &claims(PURPOSE).to_string()),
        &key.public(),
    )
}

fn header(more: &str) -> String {
    format!(r#"{{"alg":"ES256","kid":"k1","typ":"at+jwt"{more}}}"#)
}

#[test]
fn none_is_refused_in_every_casing_with_and_without_a_signature() {
    let payload = base64url::encode(claims(PURPOSE).to_string());
    let signature = token().rsplit_once('.').unwrap().1.to_owned();
    for casing in 0_u8..16 {
        let none: String = "none"
            .chars()
            .enumerate()
            .map(|(at, letter)| {
                if casing >> at & 1 == 1 {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            })
            .collect();
        let header = base64url::encode(format!(r#"{{"alg":"{none}","typ":"at+jwt"}}"#));
        for signature in ["", &signature] {
            let token = format!("{header}.{payload}.{signature}");
            for algorithm in Algorithm::ASYMMETRIC {
                let refused = verify(&token, &key(algorithm).public()).unwrap_err();
                assert_eq!(refused, VerifyError::AlgorithmNone, "{none} {algorithm}");
            }
            let refused = symmetric::verify_jws(&token, &secret(), Typ::Unchecked).unwrap_err();
            assert_eq!(refused, VerifyError::AlgorithmNone, "{none}");
        }
    }
}

#[test]
fn names_like_an_algorithm_are_none_of_them() {
    for alg in [
        "es256", "ES256 ", "ES257", "", "A128KW", "dir", "RSA1_5", "HS1", "null", "ES521",
    ] {
        let refused = under(&format!(r#"{{"alg":"{alg}","typ":"at+jwt"}}"#)).unwrap_err();
        assert_eq!(refused, VerifyError::AlgorithmUnknown, "{alg}");
    }
    for alg in ["null", "1", "[\"ES256\"]", "{}", "true"] {
        let refused = under(&format!(r#"{{"alg":{alg},"typ":"at+jwt"}}"#)).unwrap_err();
        assert_eq!(refused, FormError::HeaderMember("alg").into(), "{alg}");
    }
    let refused = under(r#"{"typ":"at+jwt"}"#).unwrap_err();
    assert_eq!(refused, FormError::HeaderMember("alg").into());
}

/// The RSA public key as others have it: DER of an X.509 `SubjectPublicKeyInfo`.
fn public_key_info(key: &SigningKey) -> Vec<u8> {
    let pair = RsaKeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    der.as_ref().to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let body = lines.join("\n");
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

#[test]
fn a_public_key_is_no_hmac_secret_in_any_of_its_spellings() {
    let public = key(Algorithm::Rs256).public();
    let jwk = public.to_jwk();
    let json = serde_json::to_string(&jwk).unwrap();
    let members = serde_json::to_value(&jwk).unwrap();
    let set = json!({ "keys": [members] }).to_string();
    let n = members["n"].as_str().unwrap();
    let der = public_key_info(key(Algorithm::Rs256));
    let pem = pem("PUBLIC KEY", &der);
    let spellings = [
        base64url::decode(n).unwrap(),
        n.as_bytes().to_vec(),
        der,
        pem.trim_end().as_bytes().to_vec(),
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace('\n', "").into_bytes(),
        format!("\n{pem}").into_bytes(),
        format!(" \t\r\n{pem}").into_bytes(),
        format!("\u{feff}{pem}").into_bytes(),
        pem.into_bytes(),
        members.to_string().into_bytes(),
        format!(" \n{json}").into_bytes(),
        format!("\n{set}").into_bytes(),
        json.into_bytes(),
        set.into_bytes(),
    ];
    for secret in spellings {
        let hmac = SymmetricKey::new(Algorithm::Hs256, &secret).unwrap();
        let claims = claims(PURPOSE).to_string();
        let forged = symmetric::sign_jws(&hmac, Some("at+jwt"), claims.as_bytes()).unwrap();
        assert_eq!(
            verify(&forged, &public).unwrap_err(),
            VerifyError::KeyUnknown
        );
        let set = KeySet::new([public.clone()]).unwrap();
        let refused = jws::verify(&forged, &set, Typ::Unchecked).unwrap_err();
        assert_eq!(refused, VerifyError::KeyUnknown);
    }
    for one in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        assert_eq!(
            VerifyingKey::from_jwk(&jwk, one).unwrap_err(),
            KeyError::Symmetric
        );
        assert_eq!(
            SymmetricKey::from_jwk(&jwk, one).err(),
            Some(KeyError::Algorithm)
        );
        assert_eq!(SigningKey::generate(one).err(), Some(KeyError::Symmetric));
    }
}

#[test]
fn a_key_verifies_by_its_own_algorithm_only() {
    for signer in Algorithm::ASYMMETRIC {
        let token = jwt::sign(key(signer), PURPOSE, &claims(PURPOSE)).unwrap();
        for verifier in Algorithm::ASYMMETRIC {
            let verified = verify(&token, &key(verifier).public());
            if signer == verifier {
                assert!(verified.is_ok(), "{signer}");
            } else if signer.same_as(verifier) {
                assert_eq!(
                    verified.unwrap_err(),
                    VerifyError::Signature,
                    "{signer} {verifier}"
                );
            } else {
                assert_eq!(
                    verified.unwrap_err(),
                    VerifyError::KeyUnknown,
                    "{signer} {verifier}"
                );
            }
        }
    }
}

/// A source that does not look.
struct Careless(VerifyingKey);

impl KeySource for Careless {
    fn find(&self, _: Option<&str>, _: Algorithm) -> Option<&VerifyingKey> {
        Some(&self.0)
    }
}

#[test]
fn a_careless_source_still_cannot_let_the_header_choose() {
    for named in Algorithm::ALL {
        let header = format!(r#"{{"alg":"{named}","typ":"at+jwt"}}"#);
        let token = raw(key(Algorithm::Es256), &header, &claims(PURPOSE).to_string());
        let keys = Careless(key(Algorithm::Es256).public());
        let verified = jwt::verify::<Value>(&token, &keys, &expected(PURPOSE));
        if named == Algorithm::Es256 {
            assert!(verified.is_ok());
        } else {
            assert_eq!(
                verified.unwrap_err(),
                VerifyError::AlgorithmMismatch,
                "{named}"
            );
        }
    }
}

#[test]
fn one_ed25519_key_answers_to_both_names() {
    let pkcs8 = key(Algorithm::Ed25519).to_pkcs8().unwrap();
    for signer in [Algorithm::Ed25519, Algorithm::EdDsa] {
        let signing = SigningKey::from_pkcs8(signer, &pkcs8).unwrap();
        let token = jwt::sign(&signing, PURPOSE, &claims(PURPOSE)).unwrap();
        let jwk = signing.public().to_jwk();
        assert_eq!(jwk.alg(), Some(signer.name()));
        for verifier in [Algorithm::Ed25519, Algorithm::EdDsa] {
            let key = VerifyingKey::from_jwk(&jwk, verifier).unwrap();
            assert!(verify(&token, &key).is_ok(), "{signer} {verifier}");
        }
    }
}

#[test]
fn kid_is_a_name_and_never_a_place() {
    for kid in [
        "../../../../dev/null",
        "/etc/passwd",
        "k1' OR '1'='1",
        "k1; DROP TABLE keys",
        "http://evil.example/jwks",
        "K1",
        "k1 ",
        "",
    ] {
        let refused = under(&format!(
            r#"{{"alg":"ES256","kid":"{kid}","typ":"at+jwt"}}"#
        ));
        assert_eq!(refused.unwrap_err(), VerifyError::KeyUnknown, "{kid}");
    }
    for kid in ["1", "null", "[\"k1\"]", "{\"k1\":1}"] {
        let refused = under(&format!(r#"{{"alg":"ES256","kid":{kid},"typ":"at+jwt"}}"#));
        assert_eq!(
            refused.unwrap_err(),
            FormError::HeaderMember("kid").into(),
            "{kid}"
        );
    }
}

#[test]
fn keys_that_a_token_brings_along_are_ignored() {
    let thief = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwk = serde_json::to_string(&thief.public().to_jwk()).unwrap();
    for more in [
        format!(r#","jwk":{jwk}"#),
        r#","jku":"https://evil.example/jwks""#.to_owned(),
        r#","x5u":"https://evil.example/cert""#.to_owned(),
        r#","x5c":["MIIB"]"#.to_owned(),
    ] {
        let header = header(&more);
        assert!(under(&header).is_ok(), "{more}");
        let forged = raw(&thief, &header, &claims(PURPOSE).to_string());
        let refused = verify(&forged, &key(Algorithm::Es256).public()).unwrap_err();
        assert_eq!(refused, VerifyError::Signature, "{more}");
    }
}

#[test]
fn a_key_in_the_header_that_signed_it_is_nobodys() {
    let thief = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwk = serde_json::to_value(thief.public().to_jwk()).unwrap();
    let keys = [
        key(Algorithm::Es256).public(),
        key(Algorithm::Es384).public(),
    ];
    let keys = KeySet::new(keys).unwrap();
    for header in [
        json!({ "alg": "ES256", "typ": "at+jwt", "jwk": jwk }),
        json!({ "alg": "ES256", "typ": "at+jwt", "kid": jwk, "jwk": jwk }),
        json!({ "alg": "ES256", "typ": "at+jwt", "kid": "thief", "jwk": jwk }),
    ] {
        let forged = raw(&thief, &header.to_string(), &claims(PURPOSE).to_string());
        let verified = jwt::verify::<Value>(&forged, &keys, &expected(PURPOSE));
        assert!(verified.is_err(), "{header}");
    }
    // Nor in an unprotected header, which anybody can write.
    let text = jws::json::sign(&[&thief], None, b"payload").unwrap();
    let mut text: Value = serde_json::from_str(&text).unwrap();
    for name in ["jwk", "jku", "x5u", "x5c"] {
        text["header"] = json!({ name: jwk, "kid": "k1" });
        let refused = jws::json::verify(&text.to_string(), Signers::Any(&keys), Typ::Unchecked);
        assert_eq!(refused.unwrap_err(), VerifyError::Signature, "{name}");
    }
}

#[test]
fn keys_that_prove_nothing_enter_no_set() {
    let with = |algorithm: Algorithm, name: &str, bytes: &[u8]| {
        let mut jwk = serde_json::to_value(key(algorithm).public().to_jwk()).unwrap();
        jwk[name] = json!(base64url::encode(bytes));
        jwk
    };
    let coordinate = |algorithm: Algorithm, name: &str| {
        let jwk = serde_json::to_value(key(algorithm).public().to_jwk()).unwrap();
        base64url::decode(jwk[name].as_str().unwrap()).unwrap()
    };
    let (es256, ed25519, rs256) = (Algorithm::Es256, Algorithm::Ed25519, Algorithm::Rs256);
    let x = coordinate(es256, "x");
    for (fault, jwk) in [
        ("off the curve", with(es256, "y", &x)),
        ("the origin", {
            let mut jwk = with(es256, "x", &[0; 32]);
            jwk["y"] = json!(base64url::encode([0; 32]));
            jwk
        }),
        ("beyond the field", with(es256, "x", &[0xFF; 32])),
        ("one byte short", with(es256, "x", &x[1..])),
        ("one byte long", with(es256, "x", &[&[0], &x[..]].concat())),
        ("of small order", with(ed25519, "x", &[0; 32])),
        ("RSA of 1024 bits", with(rs256, "n", &[0xFF; 128])),
        ("RSA of 2040 bits", with(rs256, "n", &[0xFF; 255])),
        ("RSA with exponent 1", with(rs256, "e", &[1])),
        ("RSA with an even exponent", with(rs256, "e", &[2])),
    ] {
        let set = json!({ "keys": [jwk] }).to_string();
        let set = symbolon_jose::JwkSet::parse(set).unwrap();
        let refused = KeySet::from_jwks(&set, &Algorithm::ASYMMETRIC).unwrap_err();
        assert_eq!(refused, KeySetError::Empty, "{fault}");
    }
}

#[test]
fn a_signature_is_no_shorter_and_no_longer_than_its_algorithm_makes_it() {
    for algorithm in Algorithm::ASYMMETRIC {
        let key = key(algorithm);
        let good = key.sign(b"message").unwrap();
        let public = key.public();
        assert!(public.verify(b"message", &good), "{algorithm}");
        for wrong in [
            &good[1..],
            &good[..good.len() - 1],
            &[&[0], &good[..]].concat(),
            &[&good[..], &[0]].concat(),
            &[],
        ] {
            assert!(!public.verify(b"message", wrong), "{algorithm}");
        }
    }
}

#[test]
fn extensions_are_refused_because_none_is_understood() {
    for more in [
        r#","crit":["exp"],"exp":1"#,
        r#","crit":["b64"],"b64":true"#,
        r#","crit":[]"#,
        r#","crit":null"#,
        r#","crit":"b64""#,
        r#","\u0063rit":["x"],"x":1"#,
    ] {
        assert_eq!(
            under(&header(more)).unwrap_err(),
            FormError::Critical.into(),
            "{more}"
        );
    }
    for more in [
        r#","b64":false"#,
        r#","b64":"false""#,
        r#","b64":null"#,
        r#","b64":0"#,
    ] {
        assert_eq!(
            under(&header(more)).unwrap_err(),
            FormError::Unencoded.into(),
            "{more}"
        );
    }
    assert!(under(&header(r#","b64":true"#)).is_ok());
}

#[test]
fn header_members_named_twice_are_refused() {
    for more in [
        r#","alg":"ES256""#,
        r#","\u0061lg":"ES256""#,
        r#","kid":"k1""#,
        r#","typ":"at+jwt""#,
        r#","x":{"a":1,"a":1}"#,
    ] {
        let refused = under(&header(more)).unwrap_err();
        assert_eq!(
            refused,
            FormError::Header(JsonError::Duplicate).into(),
            "{more}"
        );
    }
}

#[test]
fn headers_that_are_no_strict_json_object_are_refused() {
    for (text, error) in [
        ("", JsonError::NotAnObject),
        ("[]", JsonError::NotAnObject),
        ("\"ES256\"", JsonError::NotAnObject),
        ("{\"alg\":\"ES256\",}", JsonError::Syntax),
        ("{'alg':'ES256'}", JsonError::Syntax),
        ("{\"alg\":\"ES256\"}x", JsonError::Syntax),
        ("\u{feff}{\"alg\":\"ES256\"}", JsonError::NotAnObject),
    ] {
        assert_eq!(
            under(text).unwrap_err(),
            FormError::Header(error).into(),
            "{text}"
        );
    }
}

#[test]
fn exactly_three_parts_are_a_token() {
    let key = key(Algorithm::Es256).public();
    let good = token();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    for text in [
        "",
        ".",
        header,
        signed,
        &format!("{good}."),
        &format!(".{good}"),
        &format!("{good}.{signature}"),
        &format!("{header}.{payload}.{payload}.{payload}.{payload}.{signature}"),
        &format!(
            "{{\"payload\":\"{payload}\",\"protected\":\"{header}\",\"signature\":\"{signature}\"}}"
        ),
    ] {
        let refused = verify(text, &key).unwrap_err();
        assert_eq!(refused, VerifyError::Form(FormError::Parts), "{text}");
    }
    let empty = |text: &str| verify(text, &key).unwrap_err();
    assert_eq!(
        empty(".."),
        FormError::Header(JsonError::NotAnObject).into()
    );
    assert_eq!(
        empty(&format!("{header}..{signature}")),
        VerifyError::Signature
    );
    assert_eq!(
        empty(&format!("{header}.{payload}.")),
        VerifyError::Signature
    );
}

#[test]
fn another_spelling_of_the_same_bytes_is_another_text() {
    let key = key(Algorithm::Es256).public();
    let good = token();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let encoding = |part| VerifyError::Form(FormError::Encoding(part));
    for text in [
        format!("{good}="),
        format!("{good}=="),
        format!("{good} "),
        format!("{good}\n"),
        format!("{signed}. {signature}"),
        format!("{signed}.{}+{}", &signature[..4], &signature[5..]),
        format!("{signed}.{}/{}", &signature[..4], &signature[5..]),
    ] {
        assert_eq!(
            verify(&text, &key).unwrap_err(),
            encoding(Part::Signature),
            "{text:?}"
        );
    }
    for text in [
        format!(" {good}"),
        format!("\n{good}"),
        format!("Bearer {good}"),
    ] {
        assert_eq!(
            verify(&text, &key).unwrap_err(),
            encoding(Part::Header),
            "{text:?}"
        );
    }
}

#[test]
fn an_ecdsa_signature_of_zeros_is_none() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
        let key = key(algorithm);
        let token = jwt::sign(key, PURPOSE, &claims(PURPOSE)).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let len = base64url::decode(signature).unwrap().len();
        let half = len / 2;
        let one = |at: usize| {
            let mut bytes = vec![0; len];
            bytes[at] = 1;
            bytes
        };
        for bytes in [
            vec![0; len],
            one(half - 1),
            one(len - 1),
            vec![0xFF; len],
            vec![],
            vec![0],
        ] {
            let forged = format!("{signed}.{}", base64url::encode(&bytes));
            let refused = verify(&forged, &key.public()).unwrap_err();
            assert_eq!(refused, VerifyError::Signature, "{algorithm}");
        }
    }
}

/// `a - b` of big-endian integers of one length.
fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut digits: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let (first, under) = a.overflowing_sub(*b);
            let (digit, again) = first.overflowing_sub(borrow.into());
            borrow = under || again;
            digit
        })
        .collect();
    digits.reverse();
    digits
}

/// Which is why no one may tell tokens apart by their text: `jti` names a token.
#[test]
fn the_twin_of_an_ecdsa_signature_is_the_same_token_in_another_text() {
    let order: [u8; 32] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC,
        0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];
    let key = key(Algorithm::Es256).public();
    let good = token();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let raw = base64url::decode(signature).unwrap();
    let twin = [&raw[..32], &minus(&order, &raw[32..])].concat();
    let twin = format!("{signed}.{}", base64url::encode(twin));
    assert_eq!(verify(&twin, &key).unwrap(), verify(&good, &key).unwrap());
}

#[test]
fn an_ed25519_signature_has_no_twin() {
    // The group's order, little-endian (RFC 8032 section 5.1).
    let order: [u8; 32] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let key = key(Algorithm::Ed25519);
    let mut signature = key.sign(b"message").unwrap();
    assert!(key.public().verify(b"message", &signature));
    let mut carry = 0;
    for (digit, more) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*digit) + u16::from(more) + carry;
        [*digit, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert!(!key.public().verify(b"message", &signature));
}

#[test]
fn der_signatures_are_not_joses_form() {
    let key = key(Algorithm::Es256);
    let token = jwt::sign(key, PURPOSE, &claims(PURPOSE)).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let raw = base64url::decode(signature).unwrap();
    let integer = |half: &[u8]| [&[2, 33, 0], half].concat();
    let der = [&[0x30, 70], &integer(&raw[..32])[..], &integer(&raw[32..])].concat();
    let forged = format!("{signed}.{}", base64url::encode(der));
    assert_eq!(
        verify(&forged, &key.public()).unwrap_err(),
        VerifyError::Signature
    );
}

#[test]
fn an_hmac_cut_short_is_none() {
    let key = secret();
    let token = symmetric::sign_jws(&key, None, b"payload").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let tag = base64url::decode(signature).unwrap();
    for len in [0, 1, 16, 31] {
        let forged = format!("{signed}.{}", base64url::encode(&tag[..len]));
        let refused = symmetric::verify_jws(&forged, &key, Typ::Unchecked).unwrap_err();
        assert_eq!(refused, VerifyError::Signature, "{len}");
    }
}

#[test]
fn sizes_are_looked_at_before_anything_else() {
    let key = key(Algorithm::Es256).public();
    let text = "{".repeat(jws::MAX_TOKEN_LEN + 1);
    let refused = jws::verify(&text, &key, Typ::Unchecked).unwrap_err();
    assert_eq!(
        refused,
        FormError::TooLong {
            limit: jws::MAX_TOKEN_LEN
        }
        .into()
    );
    let text = format!("{}..", "!".repeat(jws::MAX_HEADER_LEN + 1));
    let refused = jws::verify(&text, &key, Typ::Unchecked).unwrap_err();
    assert_eq!(refused, FormError::HeaderTooLong.into());
    let text = format!(
        "{}.{}",
        token().rsplit_once('.').unwrap().0,
        "!".repeat(7000)
    );
    assert_eq!(verify(&text, &key).unwrap_err(), VerifyError::Signature);
}

#[test]
fn a_set_with_a_secret_in_it_is_not_trusted() {
    let secret = json!({ "kty": "oct", "kid": "k1", "alg": "HS256", "k": "A".repeat(43) });
    let public = serde_json::to_value(key(Algorithm::Es256).public().to_jwk()).unwrap();
    let set = json!({ "keys": [public, secret] }).to_string();
    let set = symbolon_jose::JwkSet::parse(set).unwrap();
    assert!(KeySet::from_jwks(&set, &Algorithm::ASYMMETRIC).is_err());
    assert!(set.keys().iter().any(Jwk::is_secret));
}

#[test]
fn a_document_is_read_up_to_the_limit_that_its_reader_states() {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let long = jws::sign(&key, Some("x+jwt"), &vec![b' '; jws::MAX_TOKEN_LEN]).unwrap();
    let (public, typ) = (key.public(), Typ::AnyOf(&["x+jwt"]));
    assert!(jws::verify(&long, &public, typ).is_err());
    assert!(jws::verify_within(&long, long.len(), &public, typ).is_ok());
    assert!(jws::verify_within(&long, long.len() - 1, &public, typ).is_err());
}
