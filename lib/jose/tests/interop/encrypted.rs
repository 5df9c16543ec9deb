//! Encrypted contents: ours they decrypt, theirs we decrypt, and nobody takes one that was changed.
//!
//! Every key management, every content encryption and every curve, though not each with each.

use serde_json::{Value, json};
use symbolon_jose::jwe::{
    self, ContentEncryption, DecryptError, DecryptionKey, EncryptionKey, Expected, KeyManagement,
    Protected, Typ,
};

use crate::library::{JOSE, JOSEKIT, JOSERFC, JSONWEBTOKEN, JWE, Library, OURS, PYJWT, Question};
use crate::{key, ours};

const CONTENT: &str = "attack at dawn \u{1F304}";

/// Key management, content encryption, and the key: a name, or the length of a secret.
type Row = (&'static str, &'static str, &'static str);

/// Both ways.
const ROWS: &[Row] = &[
    ("RSA-OAEP-256", "A256GCM", "rsa"),
    ("ECDH-ES", "A128CBC-HS256", "p256"),
    ("ECDH-ES", "A128GCM", "p384"),
    ("ECDH-ES", "A256CBC-HS512", "p521"),
    ("ECDH-ES", "A256GCM", "x25519"),
    ("ECDH-ES+A128KW", "A192GCM", "p256"),
    ("ECDH-ES+A128KW", "A128GCM", "x25519"),
    ("ECDH-ES+A256KW", "A192CBC-HS384", "p521"),
    ("ECDH-ES+A256KW", "A256GCM", "p384"),
    ("A128KW", "A128GCM", "16"),
    ("A256KW", "A256CBC-HS512", "32"),
    ("A128GCMKW", "A128CBC-HS256", "16"),
    ("A192GCMKW", "A192GCM", "24"),
    ("A256GCMKW", "A256GCM", "32"),
    ("dir", "A128CBC-HS256", "32"),
    ("dir", "A192CBC-HS384", "48"),
    ("dir", "A256CBC-HS512", "64"),
    ("dir", "A128GCM", "16"),
    ("dir", "A192GCM", "24"),
    ("dir", "A256GCM", "32"),
];

/// Theirs to ours alone: nothing here encrypts by them.
const READ: &[Row] = &[
    ("RSA-OAEP", "A256GCM", "rsa"),
    ("PBES2-HS256+A128KW", "A128CBC-HS256", "20"),
    ("PBES2-HS512+A256KW", "A256GCM", "20"),
];

/// What we lack; the last is the algorithm that our key for it has.
const LACKING: &[(Row, &str)] = &[
    (("A192KW", "A128GCM", "24"), "A192GCMKW"),
    (("ECDH-ES+A192KW", "A128GCM", "p256"), "ECDH-ES+A256KW"),
    (
        ("PBES2-HS384+A192KW", "A128GCM", "20"),
        "PBES2-HS512+A256KW",
    ),
];

fn private(name: &str) -> Value {
    match name.parse() {
        Ok(len) => key::secret(len),
        Err(_) => key::private(name),
    }
}

fn public(name: &str) -> Value {
    match name.parse() {
        Ok(len) => key::secret(len),
        Err(_) => key::public(&key::private(name)),
    }
}

fn content_encryption(name: &str) -> ContentEncryption {
    name.parse().unwrap()
}

pub(crate) fn encryption_key((alg, enc, name): Row) -> EncryptionKey {
    let jwk = key::jwk(&public(name));
    match alg {
        "dir" => EncryptionKey::direct_from_jwk(&jwk, content_encryption(enc)).unwrap(),
        _ => EncryptionKey::from_jwk(&jwk, alg.parse().unwrap()).unwrap(),
    }
}

pub(crate) fn decryption_key((alg, enc, name): Row) -> DecryptionKey {
    let jwk = key::jwk(&private(name));
    match alg {
        "dir" => DecryptionKey::direct_from_jwk(&jwk, content_encryption(enc)),
        "RSA-OAEP" => DecryptionKey::from_jwk_for_sha1_oaep(&jwk),
        _ => DecryptionKey::from_jwk(&jwk, alg.parse().unwrap()),
    }
    .unwrap()
}

fn encrypt((alg, enc, name): Row) -> Value {
    let key = public(name);
    json!({
        "do": "encrypt", "alg": alg, "enc": enc, "key": key, "content": CONTENT,
        "header": { "cty": "text/plain", "kid": key["kid"] },
    })
}

fn decrypt((alg, enc, name): Row, token: &str) -> Value {
    json!({ "do": "decrypt", "alg": alg, "enc": enc, "key": private(name), "token": token })
}

fn ours_encrypts(row: Row) -> String {
    let protected = Protected::new().cty("text/plain");
    let enc = content_encryption(row.1);
    jwe::encrypt(&encryption_key(row), enc, &protected, CONTENT.as_bytes()).unwrap()
}

fn ours_decrypts(key: &DecryptionKey, enc: &str, token: &str) -> Result<Vec<u8>, DecryptError> {
    let accepted = [content_encryption(enc)];
    let expected = Expected::new(&accepted, Typ::AbsentOr(&[]), Typ::AnyOf(&["text/plain"]));
    jwe::decrypt(token, key, &expected).map(|decrypted| decrypted.plaintext().to_vec())
}

fn ours_to_theirs(row: Row) -> Vec<Question> {
    let token = ours_encrypts(row);
    let claim = format!("{} with {} of ours decrypts", row.0, row.1);
    let whole = Question::gives(&claim, decrypt(row, &token), CONTENT.into());
    let refused = format!("{} with {} of ours is refused when changed", row.0, row.1);
    let changed = ours::tampered(&token);
    assert!(changed.len() >= 4);
    let changed = changed
        .iter()
        .map(|token| Question::refused(&refused, decrypt(row, token)));
    changed.chain([whole]).collect()
}

fn theirs_to_ours(row: Row) -> Question {
    let claim = format!("{} with {} of theirs decrypts", row.0, row.1);
    Question::judged(&claim, encrypt(row), move |value| {
        let (key, token) = (decryption_key(row), value.as_str().ok_or("no token")?);
        let found = ours_decrypts(&key, row.1, token).map_err(|error| error.to_string())?;
        assert_eq!(found, CONTENT.as_bytes());
        match ours::tampered(token)
            .iter()
            .find(|changed| ours_decrypts(&key, row.1, changed).is_ok())
        {
            Some(changed) => Err(format!("accepted: {changed}")),
            None => Ok(()),
        }
    })
}

fn ours_refuses((row, management): (Row, &'static str)) -> Question {
    let claim = format!("{} of theirs is refused here", row.0);
    assert!(OURS.iter().any(|(name, _)| *name == row.0));
    Question::judged(&claim, encrypt(row), move |value| {
        let (_, enc, name) = row;
        let key = decryption_key((management, enc, name));
        let found = ours_decrypts(&key, enc, value.as_str().ok_or("no token")?);
        assert_eq!(found, Err(DecryptError::AlgorithmUnknown));
        Ok(())
    })
}

fn both_ways(library: &Library) {
    let mut questions: Vec<Question> = ROWS.iter().copied().flat_map(ours_to_theirs).collect();
    questions.extend(ROWS.iter().chain(READ).copied().map(theirs_to_ours));
    questions.extend(LACKING.iter().copied().map(ours_refuses));
    assert_eq!(LACKING.len(), OURS.len());
    library.ask(questions);
}

fn signs_only(library: &Library) {
    assert!(!library.knows(JWE));
    let row = ("RSA-OAEP-256", "A256GCM", "rsa");
    let tasks = [encrypt(row), decrypt(row, &ours_encrypts(row))];
    let claim = "encryption stands among what is lacking";
    library.ask(
        tasks
            .map(|task| Question::refused(claim, task))
            .into_iter()
            .collect(),
    );
}

#[test]
fn every_algorithm_and_content_encryption_is_among_the_rows() {
    let rows = || ROWS.iter().chain(READ);
    for one in KeyManagement::ALL {
        assert!(rows().any(|row| row.0 == one.name()), "{one}");
    }
    for one in ContentEncryption::ALL {
        assert!(ROWS.iter().any(|row| row.1 == one.name()), "{one}");
    }
}

#[test]
fn jose_of_node_and_we_decrypt_each_other() {
    both_ways(&JOSE);
}

#[test]
fn joserfc_of_python_and_we_decrypt_each_other() {
    both_ways(&JOSERFC);
}

#[test]
fn the_crate_josekit_and_we_decrypt_each_other() {
    both_ways(&JOSEKIT);
}

#[test]
fn pyjwt_and_jsonwebtoken_only_sign() {
    signs_only(&PYJWT);
    signs_only(&JSONWEBTOKEN);
}
