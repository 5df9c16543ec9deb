//! Claims that are signed, and then encrypted.

use std::sync::Arc;

use serde_json::{Value, json};
use symbolon_jose::jwe::{
    self, ContentEncryption, ContentKey, DecryptError, EncryptError, KeyManagement, Protected,
};
use symbolon_jose::jwt::{self, Claim, Nesting, NestingError, Purpose, Signer, UnnestError};
use symbolon_jose::{Algorithm, FormError, SigningKey, VerifyError, danger};

use super::arrange::{key, keys, public, signing};
use crate::arrange::{claims, expected};

const ENC: ContentEncryption = ContentEncryption::A128CbcHs256;
const PURPOSE: Purpose = Purpose::AccessToken;
const RECIPIENT: KeyManagement = KeyManagement::EcdhEsA256Kw;

fn nested(purpose: Purpose) -> String {
    let own = public(key(RECIPIENT));
    let nesting = Nesting::new(&own, ENC);
    jwt::sign_and_encrypt(signing(), purpose, &claims(purpose), &nesting).unwrap()
}

fn read(token: &str, purpose: Purpose) -> Result<Value, UnnestError> {
    let issuer = signing().public();
    jwt::decrypt_and_verify::<Value>(token, key(RECIPIENT), &issuer, &expected(purpose), &[ENC])
        .map(jwt::Verified::into_claims)
}

/// A content of the sender's choice, encrypted under a header of its choice.
fn wrapped(protected: &Protected, content: impl AsRef<[u8]>) -> String {
    jwe::encrypt(&public(key(RECIPIENT)), ENC, protected, content.as_ref()).unwrap()
}

fn signed(purpose: Purpose) -> String {
    jwt::sign(signing(), purpose, &claims(purpose)).unwrap()
}

#[test]
fn every_purpose_comes_back_through_every_key() {
    for own in keys()
        .iter()
        .filter(|key| key.management() != KeyManagement::Dir)
    {
        let recipient = public(own);
        for purpose in Purpose::ALL {
            let nesting = Nesting::new(&recipient, ENC);
            let token =
                jwt::sign_and_encrypt(signing(), purpose, &claims(purpose), &nesting).unwrap();
            let verified = jwt::decrypt_and_verify::<Value>(
                &token,
                own,
                &signing().public(),
                &expected(purpose),
                &[ENC],
            );
            assert_eq!(verified.unwrap().claims(), &claims(purpose));
            let header = danger::unauthenticated_header(&token).unwrap();
            assert_eq!(header.typ.as_deref(), Some(purpose.typ()));
            assert_eq!(header.cty.as_deref(), Some("JWT"));
        }
    }
}

#[test]
fn a_token_of_each_purpose_is_refused_where_another_belongs() {
    for made in Purpose::ALL {
        let token = nested(made);
        for wanted in Purpose::ALL.into_iter().filter(|wanted| *wanted != made) {
            assert!(read(&token, wanted).is_err(), "{made:?} as {wanted:?}");
        }
    }
}

#[test]
fn both_layers_say_what_they_are() {
    let other = Protected::new().typ("logout+jwt").cty("JWT");
    let refused = read(&wrapped(&other, signed(PURPOSE)), PURPOSE).unwrap_err();
    assert_eq!(refused, DecryptError::Typ.into());
    let right = Protected::new().typ("at+jwt").cty("JWT");
    let refused = read(&wrapped(&right, signed(Purpose::LogoutToken)), PURPOSE).unwrap_err();
    assert_eq!(refused, VerifyError::Typ.into());
    for silent in [
        Protected::new(),
        Protected::new().cty("json"),
        Protected::new().cty(""),
    ] {
        let refused = read(&wrapped(&silent, signed(PURPOSE)), PURPOSE).unwrap_err();
        assert_eq!(refused, DecryptError::Cty.into());
    }
    for usual in ["JWT", "jwt", "application/jwt"] {
        let usual = Protected::new().cty(usual);
        assert_eq!(
            read(&wrapped(&usual, signed(PURPOSE)), PURPOSE),
            Ok(claims(PURPOSE))
        );
    }
}

#[test]
fn an_encrypted_token_is_refused_where_a_signed_one_belongs() {
    let issuer = signing().public();
    let refused = jwt::verify::<Value>(&nested(PURPOSE), &issuer, &expected(PURPOSE)).unwrap_err();
    assert_eq!(refused, FormError::Encrypted.into());
    let refused = danger::unverified_header(&nested(PURPOSE)).unwrap_err();
    assert_eq!(refused, FormError::Encrypted);
    assert!(refused.to_string().contains("encrypted, not signed"));
}

#[test]
fn a_signed_token_is_refused_where_an_encrypted_one_belongs() {
    let refused = read(&signed(PURPOSE), PURPOSE).unwrap_err();
    assert_eq!(refused, DecryptError::from(jwe::FormError::Signed).into());
    assert!(refused.to_string().contains("signed, not encrypted"));
}

#[test]
fn what_is_encrypted_but_not_signed_is_not_believed() {
    let header = Protected::new().typ("at+jwt").cty("JWT");
    let refused = read(&wrapped(&header, r#"{"sub":"alice"}"#), PURPOSE).unwrap_err();
    assert_eq!(refused, VerifyError::from(FormError::Parts).into());
    let refused = read(&wrapped(&header, nested(PURPOSE)), PURPOSE).unwrap_err();
    assert_eq!(refused, VerifyError::from(FormError::Encrypted).into());
    let refused = read(&wrapped(&header, [0xFF, 0xFE]), PURPOSE).unwrap_err();
    assert_eq!(refused, UnnestError::NotAToken);
    let stranger = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("s1");
    let forged = jwt::sign(&stranger, PURPOSE, &claims(PURPOSE)).unwrap();
    let refused = read(&wrapped(&header, forged), PURPOSE).unwrap_err();
    assert_eq!(refused, VerifyError::Signature.into());
}

#[test]
fn what_the_header_repeats_is_what_the_claims_say() {
    let own = public(key(RECIPIENT));
    let repeated = [Claim::Jti, Claim::Aud, Claim::Exp];
    let nesting = Nesting::new(&own, ENC).repeat(&repeated);
    let token = jwt::sign_and_encrypt(signing(), PURPOSE, &claims(PURPOSE), &nesting).unwrap();
    let header = danger::unauthenticated_header(&token).unwrap();
    assert_eq!(
        header.repeated::<String>(Claim::Jti).as_deref(),
        Some("7c1f")
    );
    assert_eq!(read(&token, PURPOSE), Ok(claims(PURPOSE)));
    let header = || Protected::new().typ("at+jwt").cty("JWT");
    for (claim, value) in [
        (Claim::Jti, json!("7c20")),
        (Claim::Jti, json!(["7c1f"])),
        (Claim::Sub, json!("mallory")),
        (Claim::Exp, json!(1)),
        (Claim::Nonce, json!("the claims have none")),
    ] {
        let header = header().member(claim.name(), &value).unwrap();
        let refused = read(&wrapped(&header, signed(PURPOSE)), PURPOSE).unwrap_err();
        assert_eq!(refused, UnnestError::Repeated(claim));
    }
    let other = header().member("scope", &"admin").unwrap();
    let refused = read(&wrapped(&other, signed(PURPOSE)), PURPOSE).unwrap_err();
    assert_eq!(refused, UnnestError::RepeatedOther);
    let other = header().member("trace", &"x").unwrap();
    assert_eq!(
        read(&wrapped(&other, signed(PURPOSE)), PURPOSE),
        Ok(claims(PURPOSE))
    );
}

#[test]
fn only_claims_that_are_there_can_be_repeated() {
    let own = public(key(RECIPIENT));
    let nesting = Nesting::new(&own, ENC).repeat(&[Claim::Nonce]);
    let refused = jwt::sign_and_encrypt(signing(), PURPOSE, &claims(PURPOSE), &nesting);
    assert!(matches!(
        refused,
        Err(NestingError::NothingToRepeat(Claim::Nonce))
    ));
}

#[test]
fn who_issued_it_opens_it_again_by_its_own_content_key() {
    let content_key = ContentKey::new(ENC, &[9; 32]).unwrap();
    let own = public(key(RECIPIENT));
    let nesting = Nesting::with_content_key(&own, &content_key).repeat(&[Claim::Jti]);
    let token = jwt::sign_and_encrypt(signing(), PURPOSE, &claims(PURPOSE), &nesting).unwrap();
    assert_eq!(read(&token, PURPOSE), Ok(claims(PURPOSE)));
    let issuer = signing().public();
    let open = |content_key: &ContentKey, purpose| {
        jwt::open_and_verify::<Value>(&token, content_key, &issuer, &expected(purpose))
            .map(jwt::Verified::into_claims)
    };
    assert_eq!(open(&content_key, PURPOSE), Ok(claims(PURPOSE)));
    let refused = open(&content_key, Purpose::IdToken).unwrap_err();
    assert_eq!(refused, DecryptError::Typ.into());
    let other = ContentKey::new(ENC, &[8; 32]).unwrap();
    assert_eq!(
        open(&other, PURPOSE).unwrap_err(),
        DecryptError::Failed.into()
    );
}

#[test]
fn direct_keys_leave_no_content_key_to_choose() {
    let content_key = ContentKey::new(ENC, &[9; 32]).unwrap();
    for management in [KeyManagement::EcdhEs, KeyManagement::Dir] {
        let own = public(key(management));
        let nesting = Nesting::with_content_key(&own, &content_key);
        let refused = jwt::sign_and_encrypt(signing(), PURPOSE, &claims(PURPOSE), &nesting);
        let refused = refused.unwrap_err().to_string();
        assert_eq!(refused, EncryptError::ContentKey.to_string());
    }
}

#[test]
fn a_signer_nests_as_a_key_does() {
    let pkcs8 = signing().to_pkcs8().unwrap();
    let same = SigningKey::from_pkcs8(Algorithm::Es256, &pkcs8)
        .unwrap()
        .with_kid("s1");
    let signer = Signer::new(Arc::new(same), PURPOSE).unwrap();
    let own = public(key(RECIPIENT));
    let nesting = Nesting::new(&own, ENC).repeat(&[Claim::Jti]);
    let token = signer.sign_and_encrypt(&claims(PURPOSE), &nesting).unwrap();
    assert_eq!(read(&token, PURPOSE), Ok(claims(PURPOSE)));
}

#[test]
fn only_accepted_content_encryptions_and_sizes_are_read() {
    let issuer = signing().public();
    let token = nested(PURPOSE);
    let only = [ContentEncryption::A256Gcm];
    let refused = jwt::decrypt_and_verify::<Value>(
        &token,
        key(RECIPIENT),
        &issuer,
        &expected(PURPOSE),
        &only,
    );
    assert_eq!(
        refused.unwrap_err(),
        DecryptError::EncryptionMismatch.into()
    );
    let limit = PURPOSE.max_len() * 2;
    let refused = read(&"a".repeat(limit + 1), PURPOSE).unwrap_err();
    assert_eq!(
        refused,
        DecryptError::from(jwe::FormError::TooLong { limit }).into()
    );
}
