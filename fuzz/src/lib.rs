//! Keys that never change, so that a seed that verifies today verifies tomorrow.

use std::sync::LazyLock;

use symbolon_jose::{Algorithm, Jwk, SigningKey, SymmetricKey};

/// The key of RFC 8037 A.1: the one that is trusted.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"k1",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;

/// The key of RFC 8032 §7.1, test 2: of the same name, and trusted by nobody.
const STRANGER: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"k1",
    "x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
    "d":"TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs"}"#;

/// The key of RFC 7515 A.3.
const ES256: &str = r#"{"kty":"EC","crv":"P-256","kid":"k2",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

fn load(text: &str, algorithm: Algorithm) -> SigningKey {
    let jwk = Jwk::parse(text).expect("a key of a standard is a JWK");
    SigningKey::from_jwk(&jwk, algorithm).expect("a key of a standard fits its algorithm")
}

/// Ed25519 under the name `k1`.
pub static TRUSTED: LazyLock<SigningKey> = LazyLock::new(|| load(ED25519, Algorithm::Ed25519));

/// Ed25519 under the same name, another key.
pub static FOREIGN: LazyLock<SigningKey> = LazyLock::new(|| load(STRANGER, Algorithm::Ed25519));

/// ES256 under the name `k2`.
pub static SECOND: LazyLock<SigningKey> = LazyLock::new(|| load(ES256, Algorithm::Es256));

/// HS256, of a name that nobody asks for.
pub static SECRET: LazyLock<SymmetricKey> = LazyLock::new(|| {
    SymmetricKey::new(Algorithm::Hs256, &[7; 32]).expect("32 bytes are enough for HS256")
});
