//! A token of one purpose is good for no other, even from the same issuer, key and audience.

use serde_json::Value;
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_jose::{Algorithm, VerifyError, symmetric};

use crate::arrange::{NOW, claims, expected, key, raw, secret};

#[test]
fn each_token_is_accepted_for_its_purpose_and_nowhere_else() {
    let key = key(Algorithm::Es256);
    for purpose in Purpose::ALL {
        let token = jwt::sign(key, purpose, &claims(purpose)).unwrap();
        for place in Purpose::ALL {
            let expected = Expected::new(place, Names::Unchecked, Names::Unchecked, NOW + 60);
            let accepted = jwt::verify::<Value>(&token, &key.public(), &expected);
            assert_eq!(
                accepted.is_ok(),
                purpose == place,
                "{purpose:?} at {place:?}"
            );
        }
    }
}

#[test]
fn a_typ_alone_tells_the_explicitly_typed_apart() {
    let key = key(Algorithm::Es256);
    let shared = |purpose: Purpose| purpose.typ() == "JWT";
    for purpose in Purpose::ALL {
        let token = jwt::sign(key, purpose, &claims(purpose)).unwrap();
        for place in Purpose::ALL {
            if place == purpose || (shared(place) && shared(purpose)) {
                continue;
            }
            let refused = jwt::verify::<Value>(&token, &key.public(), &expected(place));
            assert_eq!(
                refused.unwrap_err(),
                VerifyError::Typ,
                "{purpose:?} at {place:?}"
            );
        }
    }
}

#[test]
fn only_a_client_assertion_may_be_untyped() {
    let key = key(Algorithm::Es256);
    for purpose in Purpose::ALL {
        let token = raw(key, r#"{"alg":"ES256"}"#, &claims(purpose).to_string());
        let verified = jwt::verify::<Value>(&token, &key.public(), &expected(purpose));
        if purpose == Purpose::ClientAssertion {
            assert!(verified.is_ok());
        } else {
            assert_eq!(verified.unwrap_err(), VerifyError::Typ, "{purpose:?}");
        }
    }
}

#[test]
fn the_long_form_of_a_media_type_is_the_same_type() {
    let key = key(Algorithm::Es256);
    let purpose = Purpose::AccessToken;
    for typ in ["application/at+jwt", "AT+JWT", "Application/AT+jwt"] {
        let header = format!(r#"{{"typ":"{typ}","alg":"ES256"}}"#);
        let token = raw(key, &header, &claims(purpose).to_string());
        assert!(
            jwt::verify::<Value>(&token, &key.public(), &expected(purpose)).is_ok(),
            "{typ}"
        );
    }
}

#[test]
fn a_shared_secret_proves_a_client_and_nothing_else() {
    let key = secret();
    let token = symmetric::sign(&key, &claims(Purpose::ClientAssertion)).unwrap();
    for purpose in Purpose::ALL {
        let verified = symmetric::verify::<Value>(&token, &key, &expected(purpose));
        if purpose == Purpose::ClientAssertion {
            assert!(verified.unwrap().key().is_none());
        } else {
            assert_eq!(verified.unwrap_err(), VerifyError::SecretPurpose(purpose));
        }
    }
}

#[test]
fn a_token_longer_than_its_purpose_allows_is_not_even_parsed() {
    let key = key(Algorithm::Es256).public();
    for purpose in Purpose::ALL {
        let text = "!".repeat(purpose.max_len() + 1);
        let refused = jwt::verify::<Value>(&text, &key, &expected(purpose)).unwrap_err();
        let limit = purpose.max_len();
        assert_eq!(
            refused,
            symbolon_jose::FormError::TooLong { limit }.into(),
            "{purpose:?}"
        );
    }
}
