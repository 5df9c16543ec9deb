//! Claims that are signed and then encrypted: theirs in two steps, ours in one call each way.

use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Nesting, UnnestError, Verified};

use crate::encrypted::{decryption_key, encryption_key};
use crate::library::{JOSE, JOSEKIT, JOSERFC, Library};
use crate::{key, ours, signed};

/// Signature, key management, content encryption, and the recipient's key.
const ROWS: &[(&str, &str, &str, &str)] = &[
    ("ES256", "ECDH-ES+A256KW", "A256GCM", "p384"),
    ("RS256", "RSA-OAEP-256", "A128CBC-HS256", "rsa"),
    ("EdDSA", "ECDH-ES", "A256CBC-HS512", "x25519"),
];

fn ours_unnests(alg: &str, row: (&'static str, &'static str, &'static str), token: &str) -> Value {
    let (own, accepted) = (decryption_key(row), [row.1.parse().unwrap()]);
    let (issuer, expected) = (ours::verifying_key(alg), ours::expected(alg));
    for changed in ours::tampered(token) {
        let found: Result<Verified<Value>, UnnestError> =
            jwt::decrypt_and_verify(&changed, &own, &issuer, &expected, &accepted);
        assert!(found.is_err(), "{changed}");
    }
    jwt::decrypt_and_verify(token, &own, &issuer, &expected, &accepted)
        .unwrap()
        .into_claims()
}

fn both_ways(library: &Library) {
    for &(alg, management, enc, name) in ROWS {
        let row = (management, enc, name);
        // Ours to theirs.
        let key = encryption_key(row);
        let nesting = Nesting::new(&key, enc.parse().unwrap());
        let (signing, claims) = (ours::signing_key(alg), ours::claims(alg));
        let token = jwt::sign_and_encrypt(&signing, ours::purpose(alg), &claims, &nesting).unwrap();
        let own = key::private(name);
        let inner = library.text(&json!({
            "do": "decrypt", "alg": management, "enc": enc, "key": own, "token": token,
        }));
        assert_eq!(library.value(&signed::verify(alg, &inner)), claims);
        // Theirs to ours.
        let inner = library.text(&signed::sign(alg));
        let token = library.text(&json!({
            "do": "encrypt", "alg": management, "enc": enc, "key": key::public(&own),
            "content": inner, "header": { "typ": "at+jwt", "cty": "JWT", "kid": own["kid"] },
        }));
        assert_eq!(ours_unnests(alg, row, &token), claims);
    }
}

#[test]
fn jose_of_node_and_we_unwrap_each_other() {
    both_ways(&JOSE);
}

#[test]
fn joserfc_of_python_and_we_unwrap_each_other() {
    both_ways(&JOSERFC);
}

#[test]
fn the_crate_josekit_and_we_unwrap_each_other() {
    both_ways(&JOSEKIT);
}
