//! Wycheproof's encrypted tokens, every case: what they accept is accepted, all else refused, but for
//! the deviations listed with their reasons.

use serde_json::Value;
use symbolon_jose::Jwk;
use symbolon_jose::jwe::{
    self, ContentEncryption, DecryptionKey, DecryptionKeySource, EncryptionKeyError, KeyManagement,
};
use wycheproof_ng_kdf_jose::json_web::TestName;

use super::arrange::anything;

/// What they call valid and we refuse: cases from, to, reason. Nothing is the other way round.
const REFUSED: &[(u64, u64, &str)] = &[
    (60, 61, NO_AES_192_WRAP),
    (70, 70, NO_AES_192_WRAP),
    (100, 105, RSA1_5),
    (112, 112, RSA1_5),
    (128, 128, RSA1_5),
    (135, 135, COMPRESSED),
];

const NO_AES_192_WRAP: &str = "aws-lc-rs wraps keys by AES-128 and AES-256 only";
const RSA1_5: &str = "RSA1_5 is never accepted, its padding is an oracle";
const COMPRESSED: &str = "compressed contents are refused unless the reader allows them";

/// Loads a key for the algorithm that it states, as a careful recipient does.
fn load(key: &Value) -> Result<DecryptionKey, String> {
    let jwk = Jwk::parse(key.to_string()).map_err(|error| error.to_string())?;
    let alg = jwk.alg().unwrap();
    if let Some(enc) = ContentEncryption::from_name(alg) {
        return DecryptionKey::direct_from_jwk(&jwk, enc).map_err(|error| error.to_string());
    }
    let management = KeyManagement::from_name(alg).ok_or("unknown algorithm")?;
    let loaded = match DecryptionKey::from_jwk(&jwk, management) {
        Err(EncryptionKeyError::Sha1) => DecryptionKey::from_jwk_for_sha1_oaep(&jwk),
        loaded => loaded,
    };
    loaded.map_err(|error| error.to_string())
}

fn judge(key: &Value, token: &Value) -> Option<Vec<u8>> {
    let key = load(key).ok()?;
    let token = token.as_str()?;
    let decrypted = jwe::decrypt(token, &key, &anything()).ok()?;
    assert!(key.find(None, decrypted.management()).is_some());
    Some(decrypted.into_plaintext().to_vec())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// Runs a file; returns how many cases were accepted, and how many refused.
fn run(name: TestName, deviations: &[(u64, u64, &str)]) -> (usize, usize) {
    let file: Value = serde_json::from_str(name.json_data()).unwrap();
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for group in file["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            let Some(token) = case.get("jwe") else {
                continue;
            };
            let id = case["tcId"].as_u64().unwrap();
            let plaintext = judge(&group["private"], token);
            let deviates = deviations.iter().any(|one| (one.0..=one.1).contains(&id));
            let theirs = case["result"] == "valid";
            if plaintext.is_some() != (theirs && !deviates) || (deviates && !theirs) {
                wrong.push(format!("{id} {}: theirs {theirs}", case["comment"]));
            }
            match plaintext {
                Some(plaintext) => {
                    accepted += 1;
                    if let Some(wanted) = case["pt"].as_str() {
                        assert_eq!(plaintext, bytes(wanted), "{id}");
                    }
                }
                None => refused += 1,
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "unlisted or needless deviations:\n{}",
        wrong.join("\n")
    );
    (accepted, refused)
}

#[test]
fn json_web_encryption_is_judged_as_wycheproof_judges() {
    assert_eq!(run(TestName::JsonWebEncryption, REFUSED), (53, 86));
}

#[test]
fn encrypted_tokens_of_json_web_crypto_are_judged_as_wycheproof_judges() {
    assert_eq!(run(TestName::JsonWebCrypto, &[]), (2, 32));
}

#[test]
fn every_deviation_gives_its_reason() {
    assert!(REFUSED.iter().all(|one| one.2.len() > 20));
}
