//! The keys, and how they are handed over: as JWK, with a `kid` and nothing that binds them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use symbolon_jose::{Algorithm, Jwk, SigningKey, base64url};

/// Made for these tests, and for nothing else.
const KEYS: &str = include_str!("key.json");

/// The private key of this name in the file.
pub(crate) fn private(name: &str) -> Value {
    let keys: Value = serde_json::from_str(KEYS).unwrap();
    let mut key = keys[name].clone();
    assert!(key.is_object(), "{name}");
    key["kid"] = format!("the {name}").into();
    key
}

/// The same key as this library publishes it.
pub(crate) fn public(private: &Value) -> Value {
    let public = jwk(private).to_public().unwrap();
    serde_json::to_value(public).unwrap()
}

/// A shared secret of this many bytes.
pub(crate) fn secret(len: usize) -> Value {
    let bytes: Vec<u8> = (0..).take(len).collect();
    json!({ "kty": "oct", "k": base64url::encode(bytes), "kid": format!("of {len} bytes") })
}

/// The key that signs by an algorithm.
pub(crate) fn signing(alg: &str) -> Value {
    match alg {
        "Ed25519" | "EdDSA" => private("ed25519"),
        "ES256" => private("p256"),
        "ES384" => private("p384"),
        "ES512" => private("p521"),
        _ if alg.starts_with("HS") => secret(64),
        _ => private("rsa"),
    }
}

/// The key that verifies by an algorithm.
pub(crate) fn verifying(alg: &str) -> Value {
    let key = signing(alg);
    if key["kty"] == "oct" {
        key
    } else {
        public(&key)
    }
}

/// This library's form of it.
pub(crate) fn jwk(key: &Value) -> Jwk {
    key.to_string().parse().unwrap()
}

/// A signing key as PKCS#8, for libraries that read no private JWK; nothing for a secret.
pub(crate) fn pem(alg: &str) -> Option<String> {
    let algorithm: Algorithm = alg.parse().unwrap();
    if algorithm.is_symmetric() {
        return None;
    }
    let key = SigningKey::from_jwk(&jwk(&signing(alg)), algorithm).unwrap();
    let text = STANDARD.encode(key.to_pkcs8().unwrap().as_slice());
    Some(format!(
        "-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"
    ))
}
