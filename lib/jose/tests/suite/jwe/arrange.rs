//! Builders: keys of every kind, and tokens as a well-behaved sender makes them.

use std::sync::LazyLock;

use symbolon_jose::jwe::{
    self, ContentEncryption, Curve, DecryptError, DecryptionKey, DecryptionKeySource,
    EncryptionKey, Expected, KeyManagement, Protected, Typ,
};
use symbolon_jose::{Algorithm, SigningKey, base64url};

pub(crate) const PLAINTEXT: &[u8] = b"The true sign of intelligence is not knowledge.";

/// Every key that both encrypts and decrypts: each algorithm, on each curve, for each `enc` if direct.
pub(crate) fn keys() -> &'static [DecryptionKey] {
    static KEYS: LazyLock<Vec<DecryptionKey>> = LazyLock::new(|| {
        let mut keys = Vec::new();
        for management in KeyManagement::ALL {
            if management == KeyManagement::Dir {
                let all = ContentEncryption::ALL.into_iter();
                keys.extend(all.map(|enc| DecryptionKey::generate_direct(enc).unwrap()));
            } else if management.name().starts_with("ECDH-ES") {
                let all = Curve::ALL.into_iter();
                keys.extend(all.map(|on| DecryptionKey::generate_on(on, management).unwrap()));
            } else if !management.is_for_reading_only() {
                keys.push(DecryptionKey::generate(management).unwrap());
            }
        }
        keys.into_iter().map(|key| key.with_kid("e1")).collect()
    });
    &KEYS
}

/// The key of this algorithm; for ECDH-ES the one on P-256.
pub(crate) fn key(management: KeyManagement) -> &'static DecryptionKey {
    let mut keys = keys().iter();
    keys.find(|key| key.management() == management).unwrap()
}

/// The key for ECDH-ES on this curve.
pub(crate) fn key_on(curve: Curve, management: KeyManagement) -> &'static DecryptionKey {
    let is_it = |key: &&DecryptionKey| {
        key.management() == management && key.to_jwk().unwrap().crv() == Some(curve.name())
    };
    keys().iter().find(is_it).unwrap()
}

pub(crate) fn public(key: &DecryptionKey) -> EncryptionKey {
    key.encryption_key().unwrap()
}

/// A key for signatures.
pub(crate) fn signing() -> &'static SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
        SigningKey::generate(Algorithm::Es256)
            .unwrap()
            .with_kid("s1")
    });
    &KEY
}

pub(crate) fn anything() -> Expected<'static> {
    of_types(Typ::Unchecked, Typ::Unchecked)
}

pub(crate) fn of_types(typ: Typ<'static>, cty: Typ<'static>) -> Expected<'static> {
    Expected::new(&ContentEncryption::ALL, typ, cty)
}

pub(crate) fn encrypt(key: &DecryptionKey, enc: ContentEncryption) -> String {
    jwe::encrypt(&public(key), enc, &Protected::new(), PLAINTEXT).unwrap()
}

pub(crate) fn decrypt(
    token: &str,
    keys: &impl DecryptionKeySource,
) -> Result<Vec<u8>, DecryptError> {
    jwe::decrypt(token, keys, &anything()).map(|one| one.plaintext().to_vec())
}

/// A token whose first part is replaced by this header.
pub(crate) fn under(header: &str, token: &str) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", base64url::encode(header))
}

/// A token whose part of this number is replaced by these bytes.
pub(crate) fn with_part(token: &str, number: usize, bytes: &[u8]) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[number] = base64url::encode(bytes);
    parts.join(".")
}

pub(crate) fn part(token: &str, number: usize) -> Vec<u8> {
    base64url::decode(token.split('.').nth(number).unwrap()).unwrap()
}

/// The header of a token, as text.
pub(crate) fn header(token: &str) -> serde_json::Value {
    serde_json::from_slice(&part(token, 0)).unwrap()
}
