//! Builders: keys, claims and tokens as a well-behaved issuer makes them.

use std::sync::LazyLock;

use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{Algorithm, SigningKey, SymmetricKey, base64url};

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
pub(crate) const CLIENT: &str = "app";

/// One key of each algorithm, made once: RSA keys take their time.
pub(crate) fn key(algorithm: Algorithm) -> &'static SigningKey {
    static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
        let rsa = SigningKey::generate(Algorithm::Rs256)
            .unwrap()
            .to_pkcs8()
            .unwrap();
        let make = |one: Algorithm| match one.name().as_bytes()[0] {
            b'R' | b'P' => SigningKey::from_pkcs8(one, &rsa).unwrap(),
            _ => SigningKey::generate(one).unwrap(),
        };
        Algorithm::ASYMMETRIC
            .into_iter()
            .map(|one| make(one).with_kid("k1"))
            .collect()
    });
    KEYS.iter()
        .find(|key| key.algorithm() == algorithm)
        .unwrap()
}

pub(crate) fn secret() -> SymmetricKey {
    SymmetricKey::new(Algorithm::Hs256, &[7; 64]).unwrap()
}

/// Claims that satisfy the purpose, from the usual issuer for the usual audience.
pub(crate) fn claims(purpose: Purpose) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "sub": "alice", "aud": AUDIENCE,
        "iat": NOW, "exp": NOW + 300, "jti": "7c1f",
    });
    let more = match purpose {
        Purpose::AccessToken | Purpose::AccessTokenPlain => {
            json!({ "client_id": CLIENT, "scope": "read" })
        }
        Purpose::IdToken => json!({ "nonce": "n" }),
        Purpose::LogoutToken | Purpose::SecurityEvent => json!({ "events": {} }),
        Purpose::ClientAssertion => json!({ "iss": CLIENT, "sub": CLIENT }),
        Purpose::RequestObject => json!({ "client_id": CLIENT, "response_type": "code" }),
        Purpose::Introspection
        | Purpose::DpopProof
        | Purpose::StatusList
        | Purpose::RevocationReceipt
        | _ => json!({}),
    };
    claims
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    if purpose == Purpose::Userinfo {
        // It tells of now, and has no end.
        claims.as_object_mut().unwrap().remove("exp");
    }
    claims
}

/// What the usual audience expects of such a token.
pub(crate) fn expected(purpose: Purpose) -> Expected<'static> {
    let issuer = if purpose == Purpose::ClientAssertion {
        CLIENT
    } else {
        ISSUER
    };
    Expected::new(purpose, issuer, AUDIENCE, NOW + 60)
}

/// An access token by the ES256 key.
pub(crate) fn token() -> String {
    let purpose = Purpose::AccessToken;
    jwt::sign(key(Algorithm::Es256), purpose, &claims(purpose)).unwrap()
}

/// A token of these texts, honestly signed whatever they say.
pub(crate) fn raw(key: &SigningKey, header: &str, payload: &str) -> String {
    let signed = format!(
        "{}.{}",
        base64url::encode(header),
        base64url::encode(payload)
    );
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64url::encode(signature))
}

/// An access token by the ES256 key whose claims are changed by `change`.
pub(crate) fn token_with(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims(Purpose::AccessToken);
    change(&mut claims);
    jwt::sign(key(Algorithm::Es256), Purpose::AccessToken, &claims).unwrap()
}
