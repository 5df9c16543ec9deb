//! The claims of a usual access token, some 300 bytes of them.

use serde::{Deserialize, Serialize};
use symbolon_jose::jwt::{Expected, Purpose};

pub(crate) const ISSUER: &str = "https://id.example/realms/main";
pub(crate) const AUDIENCE: &str = "https://api.example";

/// When this library looks at a token. The others look at the clock: tokens of 2023 last until 2096.
const NOW: i64 = 1_800_000_000;

#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    scope: String,
    jti: String,
    lin: String,
    iat: i64,
    exp: i64,
}

/// What this issuer says.
pub(crate) fn claims(issuer: &str) -> Claims {
    Claims {
        iss: issuer.into(),
        sub: "3b1f8d0e-7a44-4a55-9d0b-0c2f6a1f9f11".into(),
        aud: AUDIENCE.into(),
        client_id: "sym-app".into(),
        scope: "orders.read orders.write profile".into(),
        jti: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX".into(),
        lin: "AQAAAAAAAAAB".repeat(5),
        iat: 1_700_000_000,
        exp: 4_000_000_000,
    }
}

/// The same by a client that proves itself by a shared secret: issuer and subject are one.
pub(crate) fn assertion() -> Claims {
    let mut claims = claims("3b1f8d0e-7a44-4a55-9d0b-0c2f6a1f9f11");
    claims.client_id = ISSUER.into();
    claims
}

/// What a verifier of such a token expects.
pub(crate) fn expected(purpose: Purpose, issuer: &str) -> Expected<'_> {
    Expected::new(purpose, issuer, AUDIENCE, NOW)
}
