//! The JSON serialisation: several may sign, the verifier says who must have.

use serde_json::{Value, json};
use symbolon_jose::jws::json::{self as jws_json, MAX_SIGNATURES, Signers};
use symbolon_jose::jws::{self, MAX_TOKEN_LEN, Typ};
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{
    Algorithm, FormError, JsonError, KeySet, Part, SignError, SigningKey, VerifyError,
    VerifyingKey, base64url, symmetric,
};

use crate::arrange::{expected, key, secret};

const PAYLOAD: &[u8] = b"a deed";

fn es256() -> &'static SigningKey {
    key(Algorithm::Es256)
}

fn ed25519() -> &'static SigningKey {
    key(Algorithm::Ed25519)
}

/// By both keys, in the general form.
fn deed() -> Value {
    let text = jws_json::sign(&[es256(), ed25519()], Some("deed"), PAYLOAD).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// By the ES256 key, in the flattened form.
fn note() -> Value {
    let text = jws_json::sign(&[es256()], Some("deed"), PAYLOAD).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A signature by the ES256 key over this header, whatever it says.
fn signature_under(header: &str, payload: &str) -> Value {
    let protected = base64url::encode(header);
    let signature = es256().sign(format!("{protected}.{payload}").as_bytes());
    json!({ "protected": protected, "signature": base64url::encode(signature.unwrap()) })
}

fn verify(text: &Value, signers: Signers<'_>) -> Result<Vec<u8>, VerifyError> {
    let verified = jws_json::verify(&text.to_string(), signers, Typ::Unchecked)?;
    Ok(verified.into_payload())
}

fn by_one(text: &Value) -> Result<Vec<u8>, VerifyError> {
    verify(text, Signers::One(&es256().public()))
}

fn form(error: FormError) -> Result<Vec<u8>, VerifyError> {
    Err(VerifyError::Form(error))
}

#[test]
fn one_key_gives_the_flattened_form_and_several_the_general_one() {
    let note = note();
    assert_eq!(note.as_object().unwrap().len(), 3);
    assert_eq!(note["payload"], base64url::encode(PAYLOAD));
    let deed = deed();
    assert_eq!(deed.as_object().unwrap().len(), 2);
    assert_eq!(deed["signatures"].as_array().unwrap().len(), 2);
    for signature in deed["signatures"].as_array().unwrap() {
        assert_eq!(signature.as_object().unwrap().len(), 2);
    }
}

#[test]
fn every_algorithm_signs_both_forms() {
    for algorithm in Algorithm::ASYMMETRIC {
        let (one, other) = (key(algorithm), key(Algorithm::Es384));
        for keys in [&[one][..], &[one, other], &[other, one]] {
            let text = jws_json::sign(keys, None, PAYLOAD).unwrap();
            let public = one.public();
            let verified = jws_json::verify(&text, Signers::One(&public), Typ::Unchecked).unwrap();
            assert_eq!(verified.payload(), PAYLOAD, "{algorithm}");
            let names: Vec<_> = verified
                .signers()
                .iter()
                .map(VerifyingKey::algorithm)
                .collect();
            assert_eq!(names, [algorithm]);
        }
    }
}

#[test]
fn all_that_are_demanded_must_have_signed() {
    let (es256, ed25519) = (es256().public(), ed25519().public());
    let absent = key(Algorithm::Es384).public();
    let deed = deed();
    let both = [ed25519.clone(), es256.clone()];
    let text = deed.to_string();
    let verified = jws_json::verify(&text, Signers::All(&both), Typ::AnyOf(&["deed"])).unwrap();
    let names: Vec<_> = verified
        .signers()
        .iter()
        .map(VerifyingKey::algorithm)
        .collect();
    assert_eq!(names, [Algorithm::Ed25519, Algorithm::Es256]);
    for demanded in [
        &[es256.clone(), ed25519.clone(), absent.clone()][..],
        std::slice::from_ref(&absent),
        &[],
    ] {
        let refused = verify(&deed, Signers::All(demanded));
        assert_eq!(refused, Err(VerifyError::SignerMissing));
    }
    let refused = verify(&deed, Signers::One(&absent));
    assert_eq!(refused, Err(VerifyError::SignerMissing));
    assert_eq!(by_one(&deed).unwrap(), PAYLOAD);
}

#[test]
fn any_trusted_key_will_do_where_the_verifier_says_so() {
    let keys = KeySet::new([key(Algorithm::Es384).public(), ed25519().public()]).unwrap();
    let text = deed().to_string();
    let verified = jws_json::verify(&text, Signers::Any(&keys), Typ::Unchecked).unwrap();
    assert_eq!(verified.signers()[0].algorithm(), Algorithm::Ed25519);
    let strangers = KeySet::new([key(Algorithm::Es384).public()]).unwrap();
    let refused = verify(&deed(), Signers::Any(&strangers));
    assert_eq!(refused, Err(VerifyError::KeyUnknown));
    let nobody = KeySet::default();
    let refused = verify(&deed(), Signers::Any(&nobody));
    assert_eq!(refused, Err(VerifyError::KeyUnknown));
}

#[test]
fn a_damaged_signature_is_that_of_nobody() {
    let (es256, ed25519) = (es256().public(), ed25519().public());
    let both = [es256.clone(), ed25519.clone()];
    let mut deed = deed();
    deed["signatures"][0]["signature"] = deed["signatures"][1]["signature"].clone();
    let refused = verify(&deed, Signers::One(&es256));
    assert_eq!(refused, Err(VerifyError::Signature));
    let refused = verify(&deed, Signers::All(&both));
    assert_eq!(refused, Err(VerifyError::Signature));
    assert!(verify(&deed, Signers::One(&ed25519)).is_ok());
    deed["payload"] = json!(base64url::encode("another deed"));
    let refused = verify(&deed, Signers::One(&ed25519));
    assert_eq!(refused, Err(VerifyError::Signature));
}

#[test]
fn a_signature_by_another_key_of_the_same_name_does_not_count() {
    let thief = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("k1");
    let text = jws_json::sign(&[&thief, ed25519()], None, PAYLOAD).unwrap();
    let text = serde_json::from_str(&text).unwrap();
    assert_eq!(by_one(&text), Err(VerifyError::Signature));
    // The true signature beside it does.
    let text = jws_json::sign(&[&thief, es256()], None, PAYLOAD).unwrap();
    assert!(by_one(&serde_json::from_str(&text).unwrap()).is_ok());
}

#[test]
fn typ_counts_in_every_signature_demanded() {
    let both = [es256().public(), ed25519().public()];
    let verify = |typ| jws_json::verify(&deed().to_string(), Signers::All(&both), typ);
    assert!(verify(Typ::AnyOf(&["deed"])).is_ok());
    assert_eq!(verify(Typ::AnyOf(&["JWT"])).unwrap_err(), VerifyError::Typ);
}

#[test]
fn what_must_be_protected_makes_its_signature_void_elsewhere() {
    for (name, value) in [
        ("alg", json!("ES256")),
        ("typ", json!("deed")),
        ("crit", json!(["b64"])),
        ("b64", json!(true)),
    ] {
        let mut note = signature_under(r#"{"kid":"k1"}"#, "YQ");
        if name != "alg" {
            note = signature_under(r#"{"alg":"ES256"}"#, "YQ");
        }
        note["payload"] = json!("YQ");
        note["header"] = json!({ name: value });
        assert_eq!(by_one(&note), form(FormError::Unprotected(name)), "{name}");
    }
}

#[test]
fn an_algorithm_from_the_unprotected_header_is_none() {
    let mut note = note();
    let header = json!({ "alg": "ES256", "kid": "k1" });
    let signed = format!(".{}", note["payload"].as_str().unwrap());
    let signature = base64url::encode(es256().sign(signed.as_bytes()).unwrap());
    note["signature"] = json!(signature);
    note["header"] = header;
    note.as_object_mut().unwrap().remove("protected");
    assert_eq!(by_one(&note), form(FormError::Unprotected("alg")));
    note["protected"] = json!("");
    let refused = form(FormError::Header(JsonError::NotAnObject));
    assert_eq!(by_one(&note), refused);
}

#[test]
fn a_kid_may_be_unprotected_for_it_only_chooses_among_trusted_keys() {
    let mut note = signature_under(r#"{"alg":"ES256"}"#, "YQ");
    note["payload"] = json!("YQ");
    note["header"] = json!({ "kid": "k1", "jwk": {}, "more": [1] });
    assert_eq!(by_one(&note).unwrap(), b"a");
    note["header"]["kid"] = json!("k2");
    assert_eq!(by_one(&note), Err(VerifyError::SignerMissing));
    note["header"]["kid"] = json!(1);
    assert_eq!(by_one(&note), form(FormError::HeaderMember("kid")));
}

#[test]
fn no_name_stands_in_both_headers() {
    for (name, value) in [
        ("kid", json!("k1")),
        ("alg", json!("ES256")),
        ("x", json!(1)),
        ("typ", json!("deed")),
    ] {
        let header = r#"{"alg":"ES256","kid":"k1","typ":"deed","x":1}"#;
        let mut note = signature_under(header, "YQ");
        note["payload"] = json!("YQ");
        assert!(by_one(&note).is_ok());
        note["header"] = json!({ name: value });
        assert_eq!(by_one(&note), form(FormError::Ambiguous), "{name}");
    }
}

#[test]
fn extensions_make_a_signature_void_and_spare_the_others() {
    let header = r#"{"alg":"ES256","crit":["x"],"x":1}"#;
    let critical = signature_under(header, "YQ");
    let good = signature_under(r#"{"alg":"ES256"}"#, "YQ");
    let alone = json!({ "payload": "YQ", "signatures": [critical.clone()] });
    assert_eq!(by_one(&alone), form(FormError::Critical));
    let beside = json!({ "payload": "YQ", "signatures": [critical, good] });
    assert!(by_one(&beside).is_ok());
}

#[test]
fn unsigned_and_unknown_signatures_are_nobodys() {
    for (alg, wanted) in [
        ("none", VerifyError::AlgorithmNone),
        ("nOnE", VerifyError::AlgorithmNone),
        ("ES257", VerifyError::AlgorithmUnknown),
        ("HS256", VerifyError::SignerMissing),
    ] {
        let mut note = signature_under(&format!(r#"{{"alg":"{alg}"}}"#), "YQ");
        note["payload"] = json!("YQ");
        assert_eq!(by_one(&note), Err(wanted), "{alg}");
    }
}

#[test]
fn an_unencoded_payload_is_not_for_the_ordinary_reader_not_even_beside_an_encoded_one() {
    let raw = signature_under(r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#, "YQ");
    let good = signature_under(r#"{"alg":"ES256"}"#, "YQ");
    for signatures in [json!([raw.clone()]), json!([good, raw])] {
        let text = json!({ "payload": "YQ", "signatures": signatures });
        assert_eq!(by_one(&text), form(FormError::Unencoded));
    }
}

#[test]
fn members_that_the_rfc_does_not_know_are_ignored() {
    let mut deed = deed();
    deed["more"] = json!({ "alg": "none" });
    deed["signatures"][0]["more"] = json!(1);
    assert!(by_one(&deed).is_ok());
}

#[test]
fn texts_that_are_neither_form_are_refused() {
    let (note, deed) = (note(), deed());
    let with = |name: &str, value: Value| {
        let mut note = note.clone();
        note[name] = value;
        by_one(&note)
    };
    let without = |name: &str| {
        let mut note = note.clone();
        note.as_object_mut().unwrap().remove(name);
        by_one(&note)
    };
    for name in ["payload", "protected", "signature"] {
        assert_eq!(without(name), form(FormError::Member(name)), "{name}");
        assert_eq!(
            with(name, json!(1)),
            form(FormError::Member(name)),
            "{name}"
        );
    }
    // One form or the other.
    let both = with("signatures", deed["signatures"].clone());
    assert_eq!(both, form(FormError::Member("signatures")));
    for signatures in [json!([]), json!({}), json!(null), json!("x")] {
        let text = json!({ "payload": "YQ", "signatures": signatures });
        assert_eq!(by_one(&text), form(FormError::Member("signatures")));
    }
    for element in [json!(1), json!(null), json!([])] {
        let text = json!({ "payload": "YQ", "signatures": [element] });
        let refused = form(FormError::Json(JsonError::NotAnObject));
        assert_eq!(by_one(&text), refused);
    }
    for header in [json!(1), json!("{}"), json!([])] {
        let refused = form(FormError::Header(JsonError::NotAnObject));
        assert_eq!(with("header", header), refused);
    }
    let padded = format!("{}=", note["protected"].as_str().unwrap());
    let refused = form(FormError::Encoding(Part::Header));
    assert_eq!(with("protected", json!(padded)), refused);
    let refused = form(FormError::Encoding(Part::Signature));
    assert_eq!(with("signature", json!("!")), refused);
    let compact = jws::sign(es256(), None, PAYLOAD).unwrap();
    let public = es256().public();
    let refused = jws_json::verify(&compact, Signers::One(&public), Typ::Unchecked).unwrap_err();
    assert_eq!(refused, FormError::Json(JsonError::NotAnObject).into());
}

#[test]
fn members_named_twice_are_refused_wherever_they_stand() {
    let public = es256().public();
    let verify = |text: &str| jws_json::verify(text, Signers::One(&public), Typ::Unchecked);
    let good = note().to_string();
    assert!(verify(&good).is_ok());
    for more in [
        r#""payload":"YQ""#,
        r#""\u0070ayload":"YQ""#,
        r#""signature":"YQ""#,
        r#""more":{"a":1,"a":1}"#,
    ] {
        let text = good.replacen('{', &format!("{{{more},"), 1);
        let refused = verify(&text).unwrap_err();
        assert_eq!(
            refused,
            FormError::Json(JsonError::Duplicate).into(),
            "{more}"
        );
    }
}

#[test]
fn sizes_and_counts_come_first() {
    let public = es256().public();
    let verify = |text: &str| jws_json::verify(text, Signers::One(&public), Typ::Unchecked);
    let long = "{".repeat(MAX_TOKEN_LEN + 1);
    let limit = MAX_TOKEN_LEN;
    assert_eq!(
        verify(&long).unwrap_err(),
        FormError::TooLong { limit }.into()
    );
    let good = signature_under(r#"{"alg":"ES256"}"#, "YQ");
    let many = |count: usize| json!({ "payload": "YQ", "signatures": vec![good.clone(); count] });
    assert!(verify(&many(MAX_SIGNATURES).to_string()).is_ok());
    let refused = verify(&many(MAX_SIGNATURES + 1).to_string()).unwrap_err();
    assert_eq!(refused, FormError::TooManySignatures.into());
    let mut note = note();
    note["protected"] = json!("!".repeat(jws::MAX_HEADER_LEN + 1));
    let refused = verify(&note.to_string()).unwrap_err();
    assert_eq!(refused, FormError::HeaderTooLong.into());
}

#[test]
fn nobody_and_a_crowd_cannot_sign() {
    let crowd = [es256(); MAX_SIGNATURES + 1];
    for keys in [&[][..], &crowd] {
        let refused = jws_json::sign(keys, None, PAYLOAD);
        assert!(matches!(refused, Err(SignError::Signers)));
    }
}

#[test]
fn no_form_passes_for_another() {
    let (es256, public) = (es256(), es256().public());
    let one = Signers::One(&public);
    let typ = Typ::Unchecked;
    let text = "a deed";
    let compact = jws::sign(es256, None, PAYLOAD).unwrap();
    let detached = jws::sign_detached(es256, None, PAYLOAD).unwrap();
    let unencoded = jws::sign_unencoded(es256, None, PAYLOAD).unwrap();
    let json = jws_json::sign(&[es256], None, PAYLOAD).unwrap();
    let json_detached = jws_json::sign_detached(&[es256], None, PAYLOAD).unwrap();
    let json_unencoded = jws_json::sign_unencoded(&[es256], None, text).unwrap();
    let forms = [
        &compact,
        &detached,
        &unencoded,
        &json,
        &json_detached,
        &json_unencoded,
    ];
    for (at, form) in forms.into_iter().enumerate() {
        let accepted = [
            jws::verify(form, &public, typ).is_ok(),
            jws::verify_detached(form, PAYLOAD, &public, typ).is_ok(),
            jws::verify_unencoded(form, PAYLOAD, &public, typ).is_ok(),
            jws_json::verify(form, one, typ).is_ok(),
            jws_json::verify_detached(form, PAYLOAD, one, typ).is_ok(),
            jws_json::verify_unencoded(form, one, typ).is_ok(),
        ];
        let wanted: [bool; 6] = std::array::from_fn(|reader| reader == at);
        assert_eq!(accepted, wanted, "{form}");
        let expected = expected(Purpose::AccessToken);
        assert!(jwt::verify::<Value>(form, &public, &expected).is_err());
    }
}

#[test]
fn an_unencoded_text_of_any_characters_returns() {
    let public = es256().public();
    for text in ["", "$.02", "a.b", "\"quoted\" \\ ä €\n\u{0}", "𐍈"] {
        let keys = [es256(), ed25519()];
        for keys in [&keys[..1], &keys] {
            let token = jws_json::sign_unencoded(keys, None, text).unwrap();
            let one = Signers::One(&public);
            let verified = jws_json::verify_unencoded(&token, one, Typ::Unchecked).unwrap();
            assert_eq!(verified.payload(), text.as_bytes());
        }
    }
}

#[test]
fn a_shared_secret_signs_and_verifies_the_rarer_forms() {
    let (key, typ) = (secret(), Typ::AnyOf(&["deed"]));
    let token = symmetric::sign_jws_json(&key, Some("deed"), PAYLOAD).unwrap();
    let verified = symmetric::verify_jws_json(&token, &key, typ).unwrap();
    assert_eq!(verified.payload(), PAYLOAD);
    let refused = symmetric::verify_jws_json_unencoded(&token, &key, typ).unwrap_err();
    assert_eq!(refused, FormError::Encoded.into());
    let token = symmetric::sign_jws_detached(&key, Some("deed"), PAYLOAD).unwrap();
    let verify = |payload| symmetric::verify_jws_detached(&token, payload, &key, typ);
    assert_eq!(verify(PAYLOAD), Ok(()));
    assert_eq!(verify(b"another"), Err(VerifyError::Signature));
    let token = symmetric::sign_jws_unencoded(&key, Some("deed"), PAYLOAD).unwrap();
    let verify = |payload| symmetric::verify_jws_unencoded(&token, payload, &key, typ);
    assert_eq!(verify(PAYLOAD), Ok(()));
    assert_eq!(verify(b"another"), Err(VerifyError::Signature));
}
