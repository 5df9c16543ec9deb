//! Claims of any text, honestly signed: no verifier panics, a token serves at most one purpose, what
//! it says is what was signed, its times hold, signed again it says the same, and a header known by
//! its text is judged as one that is read, a token hashed before as one that was not.
//!
//! The first byte chooses how the token is typed; the rest are its claims.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use symbolon_fuzz::{FOREIGN, SECOND, SECRET, TRUSTED};
use symbolon_jose::jwt::{self, Expected, Hashed, Names, Purpose, Verified};
use symbolon_jose::{
    Algorithm, KeySource, SigningKey, VerifyError, VerifyingKey, base64url, danger, symmetric,
};

const NOW: i64 = 1_800_000_000;

/// A key that is not at hand: every header is read.
struct Reading(VerifyingKey);

impl KeySource for Reading {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        self.0.find(kid, algorithm)
    }
}

fn expected(place: Purpose) -> Expected<'static> {
    Expected::new(place, Names::Unchecked, Names::Unchecked, NOW)
}

fn hashed(token: &str, key: &SigningKey, place: Purpose) -> Result<Verified<Value>, VerifyError> {
    Hashed::new(token, expected(place))?.verify(&key.public())
}

fn claims<'a>(
    verified: Result<&'a Verified<Value>, &VerifyError>,
) -> Result<&'a Value, VerifyError> {
    verified.map(Verified::claims).map_err(|error| *error)
}

/// Verified by its text and by its hash, which ES256 signs, a token is one and the same.
fn look_by_hash(token: &str) {
    for place in Purpose::ALL {
        let verified = jwt::verify::<Value>(token, &SECOND.public(), &expected(place));
        assert_eq!(
            claims(verified.as_ref()),
            claims(hashed(token, &SECOND, place).as_ref())
        );
    }
}

fn look(token: &str) {
    let mut places = Vec::new();
    for place in Purpose::ALL {
        let foreign = jwt::verify::<Value>(token, &FOREIGN.public(), &expected(place));
        assert!(foreign.is_err(), "under a foreign key");
        let _ = symmetric::verify::<Value>(token, &SECRET, &expected(place));
        let verified = jwt::verify::<Value>(token, &TRUSTED.public(), &expected(place));
        let read = jwt::verify::<Value>(token, &Reading(TRUSTED.public()), &expected(place));
        assert_eq!(verified.as_ref().err(), read.as_ref().err());
        assert_eq!(
            claims(verified.as_ref()),
            claims(hashed(token, &TRUSTED, place).as_ref())
        );
        let Ok(verified) = verified else {
            continue;
        };
        places.push(place);
        assert!(verified.expires_at().is_none_or(|exp| exp > NOW), "expired");
        assert!(
            verified
                .issued_at()
                .is_none_or(|iat| (0..=NOW).contains(&iat)),
            "from the future"
        );
        let said = danger::unverified_claims::<Value>(token).expect("it was verified");
        assert_eq!(&said, verified.claims());
        let named = Expected::new(place, "https://id.example", "https://api.example", NOW);
        if jwt::verify::<Value>(token, &TRUSTED.public(), &named).is_ok() {
            assert_eq!(said["iss"], "https://id.example");
            let aud = &said["aud"];
            let listed = || {
                aud.as_array()
                    .is_some_and(|all| all.contains(&"https://api.example".into()))
            };
            assert!(
                aud == "https://api.example" || listed(),
                "for somebody else"
            );
        }
        let again = jwt::sign(&TRUSTED, place, verified.claims()).expect("claims are an object");
        let again = jwt::verify::<Value>(&again, &TRUSTED.public(), &expected(place));
        assert_eq!(
            again.expect("it verified before").claims(),
            verified.claims()
        );
    }
    assert!(places.len() <= 1, "one token serves {places:?}");
}

fuzz_target!(|data: &[u8]| {
    let Some((first, payload)) = data.split_first() else {
        return;
    };
    if let Ok(text) = std::str::from_utf8(data) {
        look(text);
    }
    let typ = Purpose::ALL
        .get(usize::from(*first))
        .map(|purpose| purpose.typ());
    let text = |key: &SigningKey| {
        let public = key.public();
        let (alg, kid) = (public.algorithm(), public.kid().unwrap_or_default());
        let header = match typ {
            Some(typ) => format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"{typ}"}}"#),
            None => format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#),
        };
        let signed = [header.as_bytes(), payload]
            .map(base64url::encode)
            .join(".");
        let signature = key.sign(signed.as_bytes()).expect("it signs");
        format!("{signed}.{}", base64url::encode(signature))
    };
    look(&text(&TRUSTED));
    look_by_hash(&text(&SECOND));
});
