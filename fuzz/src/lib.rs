//! Keys that never change, so that a seed that verifies today verifies tomorrow.

use std::sync::LazyLock;

use symbolon_jose::jwe::{ContentEncryption, DecryptionKey, KeyManagement};
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

/// The secret of the direct key.
pub const CONTENT_SECRET: [u8; 16] = [9; 16];

/// Alice's key of RFC 7748 §6.1.
const X25519: &str = r#"{"kty":"OKP","crv":"X25519","kid":"e1",
    "x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo",
    "d":"dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo"}"#;

fn agreeing(text: &str, management: KeyManagement) -> DecryptionKey {
    let jwk = Jwk::parse(text).expect("a key of a standard is a JWK");
    DecryptionKey::from_jwk(&jwk, management).expect("and agrees")
}

fn shared(management: KeyManagement, secret: &[u8]) -> DecryptionKey {
    DecryptionKey::shared(management, secret).expect("the secret has its length")
}

/// A recipient's key of each family that a run can afford, under the name `e1`; the first is direct.
/// RSA is none of them: its private operation would take all the time, and what is around it is
/// around the others.
pub static RECIPIENT: LazyLock<Vec<DecryptionKey>> = LazyLock::new(|| {
    let direct = DecryptionKey::direct(ContentEncryption::A128Gcm, &CONTENT_SECRET);
    let keys = vec![
        direct.expect("the secret has its length"),
        shared(KeyManagement::A128Kw, &[1; 16]),
        shared(KeyManagement::A256Kw, &[2; 32]),
        shared(KeyManagement::A192GcmKw, &[3; 24]),
        agreeing(ES256, KeyManagement::EcdhEs),
        agreeing(ES256, KeyManagement::EcdhEsA128Kw),
        agreeing(X25519, KeyManagement::EcdhEs),
        agreeing(X25519, KeyManagement::EcdhEsA256Kw),
    ];
    keys.into_iter().map(|key| key.with_kid("e1")).collect()
});

/// A password, for tokens that order little work.
pub static PASSWORD: LazyLock<DecryptionKey> =
    LazyLock::new(|| shared(KeyManagement::Pbes2Hs256A128Kw, b"password"));
