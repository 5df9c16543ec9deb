//! A JWK or a set of any bytes: no reader panics, what is written reads the same, no secret is
//! written, and a key that loads signs what it alone verifies.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use symbolon_fuzz::TRUSTED;
use symbolon_jose::{Algorithm, Jwk, JwkSet, KeySet, SigningKey, SymmetricKey, VerifyingKey};

const MESSAGE: &[u8] = b"message";

/// The members that hold secrets, of every key type.
const SECRET: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

fn write(jwk: &Jwk) -> Value {
    let written = serde_json::to_value(jwk).expect("a key serialises");
    let members = written.as_object().expect("to an object");
    assert!(
        SECRET.iter().all(|name| !members.contains_key(*name)),
        "a secret was written"
    );
    written
}

fn look(jwk: &Jwk) {
    let written = write(jwk);
    let public = jwk.to_public();
    assert_eq!(public.is_none(), jwk.kty() == "oct");
    if let Some(public) = public {
        assert!(!public.is_secret());
        let again = Jwk::parse(written.to_string()).expect("what is written is read");
        assert_eq!(write(&again), written, "written twice, it differs");
        assert_eq!(again.thumbprint(), jwk.thumbprint());
        assert_eq!(public.thumbprint(), jwk.thumbprint());
        assert_eq!(jwk.has_thumbprint_uri(&jwk.thumbprint_uri()), Ok(true));
    }
    for algorithm in Algorithm::ALL {
        let _ = SymmetricKey::from_jwk(jwk, algorithm);
        if let Ok(key) = VerifyingKey::from_jwk(jwk, algorithm) {
            let again = VerifyingKey::from_jwk(&key.to_jwk(), algorithm).expect("it loaded");
            assert_eq!(write(&again.to_jwk()), write(&key.to_jwk()));
            let foreign = TRUSTED.sign(MESSAGE).expect("it signs");
            let ours = key.to_jwk().thumbprint() == TRUSTED.public().to_jwk().thumbprint();
            assert!(
                !key.verify(MESSAGE, &foreign) || ours,
                "a foreign signature"
            );
            assert!(!key.verify(MESSAGE, &[]), "no signature at all");
            assert!(!key.verify(MESSAGE, &[0; 64]), "a signature of zeros");
        }
        if let Ok(key) = SigningKey::from_jwk(jwk, algorithm) {
            let signature = key.sign(MESSAGE).expect("a key that loads signs");
            assert!(key.public().verify(MESSAGE, &signature));
            assert!(!key.public().verify(b"massage", &signature));
        }
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(jwk) = Jwk::parse(data) {
        look(&jwk);
    }
    if let Ok(set) = JwkSet::parse(data) {
        set.keys().iter().for_each(look);
        let trusted = KeySet::from_jwks(&set, &Algorithm::ALL);
        let secret = set.keys().iter().any(Jwk::is_secret);
        assert!(
            !(secret && trusted.is_ok()),
            "a set with a secret in it is trusted"
        );
    }
});
