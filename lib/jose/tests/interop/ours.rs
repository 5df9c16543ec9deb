//! What this library does with claims in these tests, and the claims.

use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{Algorithm, SigningKey, SymmetricKey, VerifyingKey, symmetric};

use crate::key;

pub(crate) const AUDIENCE: &str = "https://api.example";

/// Every algorithm that this library signs by, ML-DSA aside.
pub(crate) const SIGNED: &[&str] = &[
    "Ed25519", "EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384",
    "RS512", "HS256", "HS384", "HS512",
];

/// When this library looks at a token. The others look at the clock: tokens of 2023 last until 2096.
pub(crate) const NOW: i64 = 1_800_000_000;

fn is_symmetric(alg: &str) -> bool {
    alg.starts_with("HS")
}

/// Who issues: of what is signed by a shared secret, the client itself.
pub(crate) fn issuer(alg: &str) -> &'static str {
    if is_symmetric(alg) {
        "app"
    } else {
        "https://id.example"
    }
}

pub(crate) fn claims(alg: &str) -> Value {
    json!({
        "iss": issuer(alg), "sub": if is_symmetric(alg) { "app" } else { "Zoë \u{1F511}" },
        "aud": AUDIENCE, "client_id": "app", "jti": "7c1f", "iat": 1_700_000_000_i64,
        "exp": 4_000_000_000_i64, "deep": { "list": [1, "two", null, { "3": false }] },
    })
}

/// What the others' headers say beside `alg`.
pub(crate) fn header(alg: &str) -> Value {
    let typ = purpose(alg).typ();
    json!({ "typ": typ, "kid": key::signing(alg)["kid"] })
}

pub(crate) fn purpose(alg: &str) -> Purpose {
    if is_symmetric(alg) {
        Purpose::ClientAssertion
    } else {
        Purpose::AccessToken
    }
}

pub(crate) fn expected(alg: &str) -> Expected<'static> {
    Expected::new(purpose(alg), issuer(alg), AUDIENCE, NOW)
}

pub(crate) fn signing_key(alg: &str) -> SigningKey {
    SigningKey::from_jwk(&key::jwk(&key::signing(alg)), alg.parse().unwrap()).unwrap()
}

pub(crate) fn verifying_key(alg: &str) -> VerifyingKey {
    VerifyingKey::from_jwk(&key::jwk(&key::verifying(alg)), alg.parse().unwrap()).unwrap()
}

fn shared(algorithm: Algorithm) -> SymmetricKey {
    SymmetricKey::from_jwk(&key::jwk(&key::secret(64)), algorithm).unwrap()
}

pub(crate) fn sign(alg: &str) -> String {
    let algorithm: Algorithm = alg.parse().unwrap();
    if algorithm.is_symmetric() {
        return symmetric::sign(&shared(algorithm), &claims(alg)).unwrap();
    }
    jwt::sign(&signing_key(alg), purpose(alg), &claims(alg)).unwrap()
}

pub(crate) fn verify(alg: &str, token: &str) -> Result<Value, String> {
    let algorithm: Algorithm = alg.parse().unwrap();
    let expected = expected(alg);
    let verified = if algorithm.is_symmetric() {
        symmetric::verify(token, &shared(algorithm), &expected)
    } else {
        jwt::verify(token, &verifying_key(alg), &expected)
    };
    verified
        .map(jwt::Verified::into_claims)
        .map_err(|error| error.to_string())
}

/// The token with one character in the middle of each of its filled parts changed, one part at a time.
pub(crate) fn tampered(token: &str) -> Vec<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let filled = (0..parts.len()).filter(|at| !parts[*at].is_empty());
    filled
        .map(|at| {
            let (head, tail) = parts[at].split_at(parts[at].len() / 2);
            let other = if tail.starts_with('A') { "B" } else { "A" };
            let changed = format!("{head}{other}{}", &tail[1..]);
            let mut parts = parts.clone();
            parts[at] = &changed;
            parts.join(".")
        })
        .collect()
}
