//! Payloads that travel elsewhere, encoded and not.

use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{Algorithm, FormError, VerifyError, base64url};

use crate::arrange::key;

/// `header..signature` by the ES256 key over this header and payload, signed as it is.
fn raw_token(header: &str, payload: &[u8]) -> String {
    let header = base64url::encode(header);
    let message = [header.as_bytes(), b".", payload].concat();
    let signature = key(Algorithm::Es256).sign(&message).unwrap();
    format!("{header}..{}", base64url::encode(signature))
}

fn verify_unencoded(header: &str, payload: &[u8]) -> Result<(), VerifyError> {
    let token = raw_token(header, payload);
    let key = key(Algorithm::Es256).public();
    jws::verify_unencoded(&token, payload, &key, Typ::Unchecked).map(drop)
}

#[test]
fn a_detached_payload_verifies_beside_its_token_and_no_other_does() {
    let long = vec![7; 100_000];
    let payloads: [&[u8]; 4] = [b"", b"a", b"a.b\0\xFF", &long];
    for algorithm in Algorithm::ASYMMETRIC {
        let key = key(algorithm);
        for payload in payloads {
            let encoded = jws::sign_detached(key, Some("x"), payload).unwrap();
            let raw = jws::sign_unencoded(key, Some("x"), payload).unwrap();
            assert!(encoded.contains("..") && raw.contains(".."));
            let (public, typ) = (key.public(), Typ::AnyOf(&["x"]));
            let signer = jws::verify_detached(&encoded, payload, &public, typ).unwrap();
            assert_eq!((signer.kid(), signer.algorithm()), (Some("k1"), algorithm));
            let signer = jws::verify_unencoded(&raw, payload, &public, typ).unwrap();
            assert_eq!((signer.kid(), signer.algorithm()), (Some("k1"), algorithm));
            for other in payloads.into_iter().filter(|other| *other != payload) {
                let refused = jws::verify_detached(&encoded, other, &public, typ).unwrap_err();
                assert_eq!(refused, VerifyError::Signature);
                let refused = jws::verify_unencoded(&raw, other, &public, typ).unwrap_err();
                assert_eq!(refused, VerifyError::Signature);
            }
        }
    }
}

#[test]
fn a_token_that_brings_its_payload_is_not_detached() {
    let key = key(Algorithm::Es256);
    let token = jws::sign(key, None, b"payload").unwrap();
    let refused = jws::verify_detached(&token, b"payload", &key.public(), Typ::Unchecked);
    assert_eq!(refused.unwrap_err(), FormError::Attached.into());
    let refused = jws::verify_unencoded(&token, b"payload", &key.public(), Typ::Unchecked);
    assert_eq!(refused.unwrap_err(), FormError::Attached.into());
}

#[test]
fn unencoded_means_b64_false_under_crit_and_nothing_else() {
    let critical = FormError::Critical;
    for (header, wanted) in [
        (r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#, Ok(())),
        (
            r#"{"crit":["\u00624"],"alg":"ES256","b64":false}"#,
            Err(critical),
        ),
        (
            r#"{"crit":["b\u0036\u0034"],"alg":"ES256","b64":false}"#,
            Ok(()),
        ),
        (r#"{"alg":"ES256","crit":["b64"]}"#, Err(FormError::Encoded)),
        (r#"{"alg":"ES256"}"#, Err(FormError::Encoded)),
        (
            r#"{"alg":"ES256","b64":true,"crit":["b64"]}"#,
            Err(FormError::Encoded),
        ),
        (
            r#"{"alg":"ES256","b64":"false","crit":["b64"]}"#,
            Err(FormError::Encoded),
        ),
        (
            r#"{"alg":"ES256","b64":false}"#,
            Err(FormError::HeaderMember("crit")),
        ),
        (r#"{"alg":"ES256","b64":false,"crit":[]}"#, Err(critical)),
        (r#"{"alg":"ES256","b64":false,"crit":"b64"}"#, Err(critical)),
        (
            r#"{"alg":"ES256","b64":false,"crit":["b64","b64"]}"#,
            Err(critical),
        ),
        (
            r#"{"alg":"ES256","b64":false,"crit":["b64","exp"],"exp":1}"#,
            Err(critical),
        ),
        (
            r#"{"alg":"ES256","b64":false,"crit":["b64",1]}"#,
            Err(critical),
        ),
    ] {
        let wanted = wanted.map_err(VerifyError::from);
        assert_eq!(verify_unencoded(header, b"a.b"), wanted, "{header}");
    }
}

#[test]
fn alg_kid_and_typ_count_as_ever() {
    let payload = b"payload";
    for (header, wanted) in [
        (
            r#"{"alg":"none","b64":false,"crit":["b64"]}"#,
            VerifyError::AlgorithmNone,
        ),
        (
            r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
            VerifyError::KeyUnknown,
        ),
        (
            r#"{"alg":"ES256","kid":"k2","b64":false,"crit":["b64"]}"#,
            VerifyError::KeyUnknown,
        ),
    ] {
        assert_eq!(verify_unencoded(header, payload), Err(wanted), "{header}");
    }
    let key = key(Algorithm::Es256);
    let token = jws::sign_detached(key, Some("x"), payload).unwrap();
    let refused = jws::verify_detached(&token, payload, &key.public(), Typ::AnyOf(&["y"]));
    assert_eq!(refused.unwrap_err(), VerifyError::Typ);
}
