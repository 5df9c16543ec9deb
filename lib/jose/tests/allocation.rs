//! What verifying allocates: the claims handed out, and nothing else. A binary of its own, because
//! the allocator that counts serves a whole program.

use allocation_counter::measure;
use serde::{Deserialize, Serialize};
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{Algorithm, KeySet, SigningKey, SymmetricKey, symmetric};

const NOW: i64 = 1_800_000_000;

/// As a verifier reads them that keeps what it reads: six texts, so six allocations.
#[derive(Clone, Serialize, Deserialize)]
struct Owned {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    scope: String,
    jti: String,
    iat: i64,
    exp: i64,
}

const TEXTS: u64 = 6;

/// As a verifier reads them that only wants to know.
#[derive(Deserialize)]
struct Numbers {
    iat: i64,
    exp: i64,
}

fn claims() -> Owned {
    Owned {
        iss: "https://id.example/realms/main".into(),
        sub: "3b1f8d0e-7a44-4a55-9d0b-0c2f6a1f9f11".into(),
        aud: "https://api.example".into(),
        client_id: "app".into(),
        scope: "orders.read orders.write profile offline_access".repeat(3),
        jti: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX".into(),
        iat: NOW,
        exp: NOW + 300,
    }
}

fn expected() -> Expected<'static> {
    let (issuer, audience) = ("https://id.example/realms/main", "https://api.example");
    Expected::new(Purpose::AccessToken, issuer, audience, NOW)
}

#[test]
fn verifying_allocates_the_claims_and_nothing_else() {
    // Those whose primitive is not known to allocate by itself.
    for algorithm in Algorithm::ASYMMETRIC {
        if algorithm.name().starts_with("ML-DSA") {
            continue;
        }
        let key = SigningKey::generate(algorithm).unwrap().with_kid("2026-11");
        let keys = KeySet::new([key.public()]).unwrap();
        let token = jwt::sign(&key, Purpose::AccessToken, &claims()).unwrap();
        let expected = expected();
        // Whatever is set up at the first use is set up.
        assert!(jwt::verify::<Owned>(&token, &keys, &expected).is_ok());
        let counted = measure(|| {
            let verified = jwt::verify::<Numbers>(&token, &keys, &expected).unwrap();
            assert_eq!(verified.claims().exp - verified.claims().iat, 300);
        });
        assert_eq!(counted.count_total, 0, "{algorithm}, numbers");
        let counted = measure(|| drop(jwt::verify::<Owned>(&token, &keys, &expected).unwrap()));
        assert_eq!(counted.count_total, TEXTS, "{algorithm}, texts");
    }
}

#[test]
fn verifying_by_a_secret_allocates_the_claims_and_nothing_else() {
    let key = SymmetricKey::new(Algorithm::Hs256, &[7; 64]).unwrap();
    let sent = Owned {
        iss: "app".into(),
        sub: "app".into(),
        ..claims()
    };
    let token = symmetric::sign(&key, &sent).unwrap();
    let expected = Expected::new(Purpose::ClientAssertion, "app", "https://api.example", NOW);
    assert!(symmetric::verify::<Owned>(&token, &key, &expected).is_ok());
    let verify = || drop(symmetric::verify::<Numbers>(&token, &key, &expected).unwrap());
    assert_eq!(measure(verify).count_total, 0);
    let verify = || drop(symmetric::verify::<Owned>(&token, &key, &expected).unwrap());
    assert_eq!(measure(verify).count_total, TEXTS);
}

#[test]
fn refusing_allocates_nothing() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap().public();
    let token = jwt::sign(&key, Purpose::AccessToken, &claims()).unwrap();
    let expected = expected();
    let later = Expected::new(
        Purpose::AccessToken,
        "https://id.example/realms/main",
        "https://api.example",
        NOW + 300,
    );
    assert!(jwt::verify::<Owned>(&token, &key.public(), &expected).is_ok());
    let public = key.public();
    let counted = measure(|| {
        assert!(jwt::verify::<Owned>(&token, &stranger, &expected).is_err());
        assert!(jwt::verify::<Owned>(&token, &public, &later).is_err());
        assert!(jwt::verify::<Owned>("a.b.c", &public, &expected).is_err());
    });
    assert_eq!(counted.count_total, 0);
}
