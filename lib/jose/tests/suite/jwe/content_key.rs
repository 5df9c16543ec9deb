//! A content key of the sender's own, by which it opens again what it encrypted to others.

use symbolon_jose::danger;
use symbolon_jose::jwe::{
    self, ContentEncryption, ContentKey, Curve, DecryptError, EncryptError, EncryptionKeyError,
    FormError, KeyManagement, Protected,
};
use symbolon_jose::jwt::Claim;

use super::arrange::{PLAINTEXT, anything, decrypt, encrypt, key, key_on, keys, public, under};

const ENC: ContentEncryption = ContentEncryption::A256CbcHs512;

fn content_key() -> ContentKey {
    ContentKey::new(ENC, &[7; 64]).unwrap()
}

#[test]
fn recipient_and_sender_both_read_what_the_senders_key_encrypted() {
    for key in keys().iter().filter(|key| !key.management().is_direct()) {
        let protected = Protected::new().member("jti", &"7c1f").unwrap();
        let token = jwe::encrypt_with(&public(key), &content_key(), &protected, PLAINTEXT).unwrap();
        assert_eq!(decrypt(&token, key).unwrap(), PLAINTEXT);
        let header = danger::unauthenticated_header(&token).unwrap();
        assert_eq!(
            header.repeated::<String>(Claim::Jti).as_deref(),
            Some("7c1f")
        );
        assert_eq!(header.repeated::<u64>(Claim::Jti), None);
        assert_eq!(header.repeated::<String>(Claim::Sub), None);
        assert_eq!(header.alg_name, key.management().name());
        let opened = jwe::open(&token, &content_key(), &anything()).unwrap();
        assert_eq!(opened.plaintext(), PLAINTEXT);
        assert_eq!(opened.protected::<String>("jti").as_deref(), Some("7c1f"));
        assert_eq!((opened.kid(), opened.enc()), (None, ENC));
    }
}

#[test]
fn with_direct_keys_there_is_no_content_key_to_choose() {
    for key in [
        key_on(Curve::X25519, KeyManagement::EcdhEs),
        key_on(Curve::P384, KeyManagement::EcdhEs),
        key(KeyManagement::Dir),
    ] {
        let refused = jwe::encrypt_with(&public(key), &content_key(), &Protected::new(), b"");
        assert_eq!(refused.unwrap_err(), EncryptError::ContentKey);
    }
    let token = encrypt(key(KeyManagement::EcdhEs), ENC);
    let refused = jwe::open(&token, &content_key(), &anything()).unwrap_err();
    assert_eq!(refused, DecryptError::ContentKey);
}

#[test]
fn another_content_key_opens_nothing() {
    let token = jwe::encrypt_with(
        &public(key(KeyManagement::A256Kw)),
        &content_key(),
        &Protected::new(),
        PLAINTEXT,
    )
    .unwrap();
    let other = ContentKey::generate(ENC).unwrap();
    let refused = jwe::open(&token, &other, &anything()).unwrap_err();
    assert_eq!(refused, DecryptError::Failed);
    let of_another = ContentKey::generate(ContentEncryption::A256Gcm).unwrap();
    let refused = jwe::open(&token, &of_another, &anything()).unwrap_err();
    assert_eq!(refused, DecryptError::EncryptionMismatch);
    let changed = r#"{"alg":"A256KW","enc":"A256CBC-HS512","kid":"e1","jti":"x"}"#;
    let refused = jwe::open(&under(changed, &token), &content_key(), &anything()).unwrap_err();
    assert_eq!(refused, DecryptError::Failed);
}

#[test]
fn a_content_key_has_exactly_the_length_of_its_algorithm() {
    for enc in ContentEncryption::ALL {
        for len in 0..=65 {
            let made = ContentKey::new(enc, &vec![1; len]).map(|key| key.enc());
            if len == enc.key_len() {
                assert_eq!(made.unwrap(), enc);
            } else {
                assert_eq!(
                    made.err(),
                    Some(EncryptionKeyError::SecretLength),
                    "{enc} {len}"
                );
            }
        }
    }
}

#[test]
fn a_caller_cannot_set_what_the_library_means_by_a_name() {
    for name in [
        "alg", "enc", "kid", "zip", "crit", "epk", "p2c", "jwk", "x5c", "typ", "cty",
    ] {
        let refused = Protected::new().member(name, &1).unwrap_err();
        assert_eq!(
            refused.to_string(),
            EncryptError::Reserved(name).to_string()
        );
    }
    let twice = Protected::new()
        .member("jti", &1)
        .unwrap()
        .member("jti", &1);
    assert_eq!(twice.unwrap_err(), EncryptError::Duplicate);
    let long = Protected::new()
        .member("a", &"x".repeat(jwe::MAX_HEADER_LEN))
        .unwrap();
    let refused = jwe::encrypt(&public(key(KeyManagement::A256Kw)), ENC, &long, b"").unwrap_err();
    assert_eq!(refused, EncryptError::HeaderTooLong);
}

#[test]
fn a_signed_token_is_no_encrypted_one() {
    let refused = danger::unauthenticated_header("a.b.c").unwrap_err();
    assert_eq!(refused, FormError::Signed);
}
