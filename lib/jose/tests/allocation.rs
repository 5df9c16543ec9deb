//! What verifying allocates: the claims handed out, and nothing else; and that what decrypting
//! allocates does not tell why it failed. A binary of its own, because the allocator that counts
//! serves a whole program.

use allocation_counter::measure;
use serde::{Deserialize, Serialize};
use symbolon_jose::jwe::{
    self, ContentEncryption, Curve, DecryptError, DecryptionKey, KeyManagement, Protected, Typ,
};
use symbolon_jose::jwt::{self, Expected, Hashed, Purpose};
use symbolon_jose::{Algorithm, KeySet, SigningKey, SymmetricKey, base64url, symmetric};

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
        let counted = measure(|| {
            let hashed = Hashed::new(&token, expected).unwrap();
            assert!(hashed.verify::<Numbers>(&keys).is_ok());
        });
        assert_eq!(counted.count_total, 0, "{algorithm}, hashed");
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

/// The token with the last byte of one part changed, and all lengths as they were.
#[cfg(test)]
fn damaged(token: &str, part: usize) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let mut bytes = base64url::decode(&parts[part]).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    parts[part] = base64url::encode(bytes);
    parts.join(".")
}

/// The token under a header that names another content encryption, whose name is as long.
#[cfg(test)]
fn renamed(token: &str, other: ContentEncryption) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let header = String::from_utf8(base64url::decode(header).unwrap()).unwrap();
    let header = header.replace("A128GCM", other.name());
    format!("{}.{rest}", base64url::encode(header))
}

/// Why decrypting fails, and what it allocates: how often, and how many bytes.
#[cfg(test)]
fn failing(token: &str, own: &DecryptionKey) -> (DecryptError, u64, u64) {
    let expected = jwe::Expected::new(&ContentEncryption::ALL, Typ::Unchecked, Typ::Unchecked);
    let mut error = None;
    let counted = measure(|| error = jwe::decrypt(token, own, &expected).err());
    (error.unwrap(), counted.count_total, counted.bytes_total)
}

#[test]
fn what_fails_to_decrypt_fails_by_one_error_and_allocates_alike() {
    let (gcm, cbc) = (ContentEncryption::A128Gcm, ContentEncryption::A128CbcHs256);
    let generate = |management| DecryptionKey::generate(management).unwrap();
    for own in [
        generate(KeyManagement::RsaOaep256),
        generate(KeyManagement::A256Kw),
        generate(KeyManagement::A192GcmKw),
        DecryptionKey::generate_on(Curve::P256, KeyManagement::EcdhEsA128Kw).unwrap(),
        DecryptionKey::generate_on(Curve::X25519, KeyManagement::EcdhEsA256Kw).unwrap(),
    ] {
        let (key, management) = (own.encryption_key().unwrap(), own.management());
        let encrypt = |enc| jwe::encrypt(&key, enc, &Protected::new(), b"content").unwrap();
        for enc in [gcm, cbc] {
            let token = encrypt(enc);
            // The wrapped key, the vector, the content, the tag: whether or not the key opens.
            let [of_key, others @ ..] = [1, 2, 3, 4].map(|at| failing(&damaged(&token, at), &own));
            assert_eq!(of_key.0, DecryptError::Failed);
            assert_eq!(others, [of_key; 3], "{management} {enc}");
        }
        // A key that opens but has another length than what is named wants; beside one that does not.
        let named = renamed(&encrypt(gcm), ContentEncryption::A256Gcm);
        let of_length = failing(&named, &own);
        assert_eq!(of_length.0, DecryptError::Failed);
        assert_eq!(
            failing(&damaged(&named, 1), &own),
            of_length,
            "{management}"
        );
    }
}
