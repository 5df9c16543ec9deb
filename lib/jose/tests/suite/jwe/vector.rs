//! The examples of the standards.

use serde::Deserialize;
use serde_json::Value;
use symbolon_jose::jwe::{
    self, ContentEncryption, DecryptError, Decrypted, DecryptionKey, FormError, KeyManagement, Typ,
};
use symbolon_jose::{Algorithm, Jwk, VerifyingKey, jws};

use super::arrange::{anything, of_types};

#[derive(Deserialize)]
struct Example {
    source: String,
    alg: Value,
    enc: ContentEncryption,
    plaintext: String,
    key: Option<Value>,
    password: Option<String>,
    aad: Option<String>,
    #[serde(default)]
    zip: bool,
    refused: Option<String>,
    compact: Option<String>,
    json: Option<Value>,
    json_flat: Option<Value>,
    issuer: Option<Value>,
    claims: Option<Value>,
}

impl Example {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("../../vectors/jwe.json")).unwrap()
    }

    fn jwk(&self) -> Jwk {
        Jwk::parse(self.key.as_ref().unwrap().to_string()).unwrap()
    }

    fn key(&self) -> DecryptionKey {
        let management = self.alg.as_str().unwrap().parse().unwrap();
        match (management, &self.password) {
            (management, Some(password)) => {
                DecryptionKey::shared(management, password.as_bytes()).unwrap()
            }
            (KeyManagement::Dir, None) => {
                DecryptionKey::direct_from_jwk(&self.jwk(), self.enc).unwrap()
            }
            (KeyManagement::RsaOaep, None) => {
                DecryptionKey::from_jwk_for_sha1_oaep(&self.jwk()).unwrap()
            }
            (management, None) => DecryptionKey::from_jwk(&self.jwk(), management).unwrap(),
        }
    }

    /// Decrypts each serialisation that the example has.
    fn decrypt(
        &self,
        key: &DecryptionKey,
        expected: &jwe::Expected<'_>,
    ) -> Vec<Result<Decrypted, DecryptError>> {
        let compact = self
            .compact
            .iter()
            .map(|text| jwe::decrypt(text, key, expected));
        let json = self.json.iter().chain(&self.json_flat);
        let json = json.map(|text| jwe::json::decrypt(&text.to_string(), key, expected));
        compact.chain(json).collect()
    }
}

#[test]
fn what_the_standards_encrypt_is_decrypted() {
    let mut seen = 0;
    for example in Example::all() {
        if example.refused.is_some() || example.zip {
            continue;
        }
        let accepted = [example.enc];
        for decrypted in example.decrypt(
            &example.key(),
            &jwe::Expected::new(&accepted, Typ::AbsentOr(&["JWT"]), Typ::Unchecked),
        ) {
            let decrypted = decrypted.unwrap_or_else(|error| panic!("{}: {error}", example.source));
            assert_eq!(
                decrypted.plaintext(),
                example.plaintext.as_bytes(),
                "{}",
                example.source
            );
            assert_eq!(decrypted.enc(), example.enc, "{}", example.source);
            assert_eq!(decrypted.aad(), example.aad.as_ref().map(String::as_bytes));
            seen += 1;
        }
    }
    assert_eq!(seen, 31);
}

#[test]
fn rsa1_5_is_refused_in_every_serialisation() {
    let mut seen = 0;
    for example in Example::all() {
        if example.refused.as_deref() == Some("RSA1_5") {
            // No key can even be loaded for it; one of another algorithm stands in.
            let key = DecryptionKey::generate(KeyManagement::A256Kw).unwrap();
            for decrypted in example.decrypt(&key, &anything()) {
                assert_eq!(
                    decrypted.unwrap_err(),
                    DecryptError::Rsa15,
                    "{}",
                    example.source
                );
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 4);
}

#[test]
fn an_algorithm_that_nothing_protects_is_refused() {
    let mut seen = Vec::new();
    for example in Example::all() {
        if example
            .refused
            .as_deref()
            .is_some_and(|reason| reason.contains("protected"))
        {
            let key = DecryptionKey::generate(KeyManagement::A128Kw).unwrap();
            for decrypted in example.decrypt(&key, &anything()) {
                seen.push((example.source.clone(), decrypted.unwrap_err()));
            }
        }
    }
    let unprotected = DecryptError::from(FormError::Unprotected("alg"));
    // The type of the content stands outside, too, and is found first.
    let kind = DecryptError::from(FormError::Unprotected("cty"));
    let missing = DecryptError::from(FormError::Member("protected"));
    let wanted = [
        ("RFC 7520 5.11", unprotected),
        ("RFC 7520 5.11", unprotected),
        ("RFC 7520 5.12", missing),
        ("RFC 7520 5.12", missing),
        ("RFC 7520 5.13", kind),
    ];
    assert_eq!(
        seen,
        wanted.map(|(source, error)| (source.to_owned(), error))
    );
}

#[test]
fn the_compressed_example_is_refused_unless_compression_is_allowed() {
    let example = Example::all().into_iter().find(|one| one.zip).unwrap();
    for decrypted in example.decrypt(&example.key(), &anything()) {
        assert_eq!(decrypted.unwrap_err(), DecryptError::Compressed);
    }
}

#[cfg(feature = "zip")]
#[test]
fn the_compressed_example_inflates_up_to_the_limit() {
    let example = Example::all().into_iter().find(|one| one.zip).unwrap();
    let len = example.plaintext.len();
    for decrypted in example.decrypt(&example.key(), &anything().inflate_up_to(len)) {
        assert_eq!(decrypted.unwrap().plaintext(), example.plaintext.as_bytes());
    }
    for decrypted in example.decrypt(&example.key(), &anything().inflate_up_to(len - 1)) {
        let limit = len - 1;
        assert_eq!(decrypted.unwrap_err(), DecryptError::TooLarge { limit });
    }
}

#[test]
fn the_nested_example_holds_the_signed_claims() {
    let example = Example::all()
        .into_iter()
        .find(|one| one.issuer.is_some())
        .unwrap();
    let issuer = Jwk::parse(example.issuer.as_ref().unwrap().to_string()).unwrap();
    let issuer = VerifyingKey::from_jwk(&issuer, Algorithm::Ps256).unwrap();
    let expected = of_types(Typ::Unchecked, Typ::AnyOf(&["JWT"]));
    for decrypted in example.decrypt(&example.key(), &expected) {
        let token = String::from_utf8(decrypted.unwrap().plaintext().to_vec()).unwrap();
        let verified = jws::verify(&token, &issuer, jws::Typ::AnyOf(&["JWT"])).unwrap();
        let claims: Value = serde_json::from_slice(verified.payload()).unwrap();
        assert_eq!(Some(claims), example.claims);
    }
}
