//! Authentic claims are not enough: they must be the ones expected.

use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Claim, Expected, Names, Purpose};
use symbolon_jose::{Algorithm, ClaimError, JsonError, SigningKey, VerifyError};

use crate::arrange::{AUDIENCE, ISSUER, NOW, claims, expected, key, raw, token, token_with};

const PURPOSE: Purpose = Purpose::AccessToken;

fn es256() -> &'static SigningKey {
    key(Algorithm::Es256)
}

fn refusal(token: &str, expected: &Expected<'_>) -> Option<VerifyError> {
    jwt::verify::<Value>(token, &es256().public(), expected).err()
}

fn claim_refusal(change: impl FnOnce(&mut Value)) -> Option<VerifyError> {
    refusal(&token_with(change), &expected(PURPOSE))
}

fn raw_refusal(payload: &str) -> Option<VerifyError> {
    let token = raw(
        es256(),
        r#"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#,
        payload,
    );
    refusal(&token, &expected(PURPOSE))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is compared with a refusal that may be absent"
)]
fn refused(error: ClaimError) -> Option<VerifyError> {
    Some(VerifyError::Claim(error))
}

#[test]
fn a_good_token_gives_its_claims_its_key_and_its_times() {
    let key = es256().public();
    let verified = jwt::verify::<Value>(&token(), &key, &expected(PURPOSE)).unwrap();
    assert_eq!(verified.claims(), &claims(PURPOSE));
    assert_eq!(verified.key().unwrap().kid(), Some("k1"));
    assert_eq!(verified.purpose(), PURPOSE);
    assert_eq!(
        (verified.issued_at(), verified.expires_at()),
        (Some(NOW), Some(NOW + 300))
    );
}

#[test]
fn each_required_claim_is_missed() {
    for claim in [
        Claim::Iss,
        Claim::Sub,
        Claim::Aud,
        Claim::Exp,
        Claim::Iat,
        Claim::Jti,
        Claim::ClientId,
    ] {
        let without = |claims: &mut Value| {
            claims.as_object_mut().unwrap().remove(claim.name());
        };
        assert_eq!(
            claim_refusal(without),
            refused(ClaimError::Missing(claim)),
            "{claim}"
        );
    }
}

#[test]
fn what_is_waived_may_be_absent_and_what_is_required_may_not() {
    let bare = token_with(|claims| {
        claims.as_object_mut().unwrap().remove("exp");
    });
    assert_eq!(refusal(&bare, &expected(PURPOSE).waive(Claim::Exp)), None);
    let nonce = expected(PURPOSE).require(Claim::Nonce);
    assert_eq!(
        refusal(&token(), &nonce),
        refused(ClaimError::Missing(Claim::Nonce))
    );
}

#[test]
fn a_waived_exp_still_counts_where_it_is() {
    let waived = Expected::new(PURPOSE, ISSUER, AUDIENCE, NOW + 300).waive(Claim::Exp);
    assert_eq!(refusal(&token(), &waived), refused(ClaimError::Expired));
}

#[test]
fn exp_ends_at_its_second_and_leeway_moves_it() {
    let at = |now, leeway| {
        let expected = Expected::new(PURPOSE, ISSUER, AUDIENCE, now).leeway(leeway);
        refusal(&token(), &expected)
    };
    assert_eq!(at(NOW + 299, 0), None);
    assert_eq!(at(NOW + 300, 0), refused(ClaimError::Expired));
    assert_eq!(at(NOW + 329, 30), None);
    assert_eq!(at(NOW + 330, 30), refused(ClaimError::Expired));
    assert_eq!(at(i64::MAX, u32::MAX), refused(ClaimError::Expired));
}

#[test]
fn nbf_and_iat_must_have_come() {
    let later = |name: &'static str| token_with(move |claims| claims[name] = json!(NOW + 90));
    let at = |now, leeway| Expected::new(PURPOSE, ISSUER, AUDIENCE, now).leeway(leeway);
    let nbf = later("nbf");
    assert_eq!(
        refusal(&nbf, &at(NOW + 89, 0)),
        refused(ClaimError::NotYetValid)
    );
    assert_eq!(refusal(&nbf, &at(NOW + 90, 0)), None);
    assert_eq!(refusal(&nbf, &at(NOW + 60, 30)), None);
    let iat = later("iat");
    assert_eq!(
        refusal(&iat, &at(NOW + 89, 0)),
        refused(ClaimError::IssuedInFuture)
    );
    assert_eq!(refusal(&iat, &at(NOW + 60, 30)), None);
    assert_eq!(
        refusal(&token(), &at(i64::MIN, 5)),
        refused(ClaimError::IssuedInFuture)
    );
}

#[test]
fn age_and_life_are_bounded_where_asked() {
    let at = |now| Expected::new(PURPOSE, ISSUER, AUDIENCE, now);
    assert_eq!(refusal(&token(), &at(NOW + 60).max_age(60)), None);
    assert_eq!(
        refusal(&token(), &at(NOW + 61).max_age(60)),
        refused(ClaimError::TooOld)
    );
    assert_eq!(refusal(&token(), &at(NOW).longest_life(300)), None);
    assert_eq!(
        refusal(&token(), &at(NOW).longest_life(299)),
        refused(ClaimError::LivesTooLong)
    );
}

#[test]
fn exp_as_string_float_negative_or_huge_is_no_way_around_it() {
    for (exp, wanted) in [
        (
            json!((NOW + 300).to_string()),
            refused(ClaimError::Type(Claim::Exp)),
        ),
        (json!(null), refused(ClaimError::Type(Claim::Exp))),
        (json!([NOW + 300]), refused(ClaimError::Type(Claim::Exp))),
        (json!(true), refused(ClaimError::Type(Claim::Exp))),
        (json!(-1), refused(ClaimError::Range(Claim::Exp))),
        (
            json!(9_223_372_036_854_775_808_u64),
            refused(ClaimError::Range(Claim::Exp)),
        ),
        (json!(1e300), refused(ClaimError::Range(Claim::Exp))),
        (json!(60.9), refused(ClaimError::Expired)),
        (json!(1_800_000_060.9), refused(ClaimError::Expired)),
        (json!(1_800_000_061.0), None),
    ] {
        let text = exp.to_string();
        assert_eq!(
            claim_refusal(|claims| claims["exp"] = exp),
            wanted,
            "{text}"
        );
    }
}

#[test]
fn nbf_and_iat_are_times_as_strictly_as_exp() {
    for claim in [Claim::Nbf, Claim::Iat] {
        for (time, error) in [
            (json!(NOW.to_string()), ClaimError::Type(claim)),
            (json!(null), ClaimError::Type(claim)),
            (json!(false), ClaimError::Type(claim)),
            (json!([NOW]), ClaimError::Type(claim)),
            (json!(-1), ClaimError::Range(claim)),
            (json!(-0.5), ClaimError::Range(claim)),
            (
                json!(9_223_372_036_854_775_808_u64),
                ClaimError::Range(claim),
            ),
            (json!(1e300), ClaimError::Range(claim)),
        ] {
            let text = time.to_string();
            let refusal = claim_refusal(|claims| claims[claim.name()] = time);
            assert_eq!(refusal, refused(error), "{claim} {text}");
        }
    }
}

#[test]
fn audiences_are_compared_whole_and_exactly() {
    for aud in [
        json!("https://api.example/"),
        json!("https://API.example"),
        json!("https://api.example.evil"),
        json!("https://api.exampl"),
        json!("api.example"),
        json!(" https://api.example"),
        json!(""),
        json!([]),
        json!(["https://api.example/", "https://api.example "]),
    ] {
        let text = aud.to_string();
        let refusal = claim_refusal(|claims| claims["aud"] = aud);
        assert_eq!(refusal, refused(ClaimError::Audience), "{text}");
    }
    for aud in [
        json!(1),
        json!(null),
        json!({ "a": 1 }),
        json!([AUDIENCE, 1]),
        json!([[AUDIENCE]]),
    ] {
        let text = aud.to_string();
        let refusal = claim_refusal(|claims| claims["aud"] = aud);
        assert_eq!(refusal, refused(ClaimError::Type(Claim::Aud)), "{text}");
    }
    for aud in [json!([AUDIENCE]), json!(["other", AUDIENCE])] {
        assert_eq!(claim_refusal(|claims| claims["aud"] = aud), None);
    }
}

#[test]
fn escaped_spellings_name_the_same_audience() {
    let payload = claims(PURPOSE).to_string();
    let escaped = payload.replace("https://api", "https:\\/\\/\\u0061pi");
    assert_ne!(payload, escaped);
    assert_eq!(raw_refusal(&escaped), None);
}

#[test]
fn any_of_several_names_will_do_and_unchecked_takes_all() {
    let owned = [ISSUER.to_owned(), "https://other.example".to_owned()];
    let audiences = ["x", AUDIENCE];
    let several = Expected::new(PURPOSE, owned.as_slice(), audiences.as_slice(), NOW);
    assert_eq!(refusal(&token(), &several), None);
    let unchecked = Expected::new(PURPOSE, Names::Unchecked, Names::Unchecked, NOW);
    assert_eq!(refusal(&token(), &unchecked), None);
    let other = Expected::new(PURPOSE, "https://id.example/", AUDIENCE, NOW);
    assert_eq!(refusal(&token(), &other), refused(ClaimError::Issuer));
    let nobody: [&str; 0] = [];
    let nobody = Expected::new(PURPOSE, nobody.as_slice(), AUDIENCE, NOW);
    assert_eq!(refusal(&token(), &nobody), refused(ClaimError::Issuer));
}

#[test]
fn claims_named_twice_are_refused_at_every_depth() {
    let payload = claims(PURPOSE).to_string();
    let with = |more: &str| payload.replacen('{', &format!("{{{more},"), 1);
    for more in [
        r#""sub":"mallory""#,
        r#""\u0073ub":"mallory""#,
        r#""x":{"a":1,"a":2}"#,
        r#""x":[{"a":1,"\u0061":2}]"#,
    ] {
        let refusal = raw_refusal(&with(more));
        assert_eq!(
            refusal,
            refused(ClaimError::Json(JsonError::Duplicate)),
            "{more}"
        );
    }
    assert_eq!(raw_refusal(&with(r#""x":{"sub":"other"}"#)), None);
}

#[test]
fn a_payload_that_is_no_json_object_is_refused() {
    for (payload, error) in [
        ("", JsonError::NotAnObject),
        ("[]", JsonError::NotAnObject),
        ("null", JsonError::NotAnObject),
        ("{\"a\":1", JsonError::Syntax),
        ("{} {}", JsonError::Syntax),
    ] {
        assert_eq!(
            raw_refusal(payload),
            refused(ClaimError::Json(error)),
            "{payload}"
        );
    }
}

#[test]
fn claims_that_do_not_fit_the_type_are_refused() {
    let key = es256().public();
    let verified = jwt::verify::<Vec<u8>>(&token(), &key, &expected(PURPOSE));
    assert_eq!(verified.unwrap_err(), VerifyError::Claim(ClaimError::Shape));
}

#[test]
fn what_is_signed_must_be_an_object() {
    for value in [json!([1]), json!("text"), json!(1), json!(null)] {
        assert!(jwt::sign(es256(), PURPOSE, &value).is_err(), "{value}");
    }
    assert!(jwt::sign(es256(), PURPOSE, &json!({})).is_ok());
}

#[test]
fn claims_of_any_length_come_back() {
    let long = |len: usize| {
        let text = "ä".repeat(len);
        let token = token_with(|claims| claims["text"] = json!(text));
        let verified = jwt::verify::<Value>(&token, &es256().public(), &expected(PURPOSE)).unwrap();
        assert_eq!(verified.claims()["text"], text);
    };
    for len in [0, 1, 300, 383, 384, 385, 1000, 5000] {
        long(len);
    }
}
