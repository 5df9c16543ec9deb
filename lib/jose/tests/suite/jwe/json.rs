//! The JSON serialisation.

use serde_json::{Value, json};
use symbolon_jose::jwe::{
    self, ContentEncryption, Curve, DecryptError, DecryptionKey, EncryptError, FormError,
    KeyManagement, MAX_RECIPIENTS, Protected,
};
use symbolon_jose::{JsonError, base64url};

use super::arrange::{PLAINTEXT, anything, key, key_on, keys, public};

const ENC: ContentEncryption = ContentEncryption::A128CbcHs256;

/// A message for one recipient.
fn message(own: &DecryptionKey) -> Value {
    let text = jwe::json::encrypt(&[&public(own)], ENC, &Protected::new(), None, PLAINTEXT);
    serde_json::from_str(&text.unwrap()).unwrap()
}

fn decrypt(message: &Value, own: &DecryptionKey) -> Result<Vec<u8>, DecryptError> {
    jwe::json::decrypt(&message.to_string(), own, &anything()).map(|one| one.plaintext().to_vec())
}

/// The usual message, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Result<Vec<u8>, DecryptError> {
    let own = key(KeyManagement::A256Kw);
    let mut message = message(own);
    change(&mut message);
    decrypt(&message, own)
}

/// The usual message without `kid` under its protection.
fn unnamed(change: impl FnOnce(&mut Value)) -> Result<Vec<u8>, DecryptError> {
    let own = DecryptionKey::shared(KeyManagement::A256Kw, &[1; 32]).unwrap();
    let mut message = message(&own);
    change(&mut message);
    decrypt(&message, &own)
}

/// Three keys of one algorithm, of which the middle one has this name.
fn three() -> [DecryptionKey; 3] {
    ["a", "b", "c"].map(|kid| {
        let key = DecryptionKey::generate_on(Curve::X25519, KeyManagement::EcdhEsA256Kw);
        key.unwrap().with_kid(kid)
    })
}

fn for_three(keys: &[DecryptionKey; 3]) -> Value {
    let public = keys.each_ref().map(public);
    let recipients: Vec<_> = public.iter().collect();
    let text = jwe::json::encrypt(&recipients, ENC, &Protected::new(), Some(b"aad"), PLAINTEXT);
    serde_json::from_str(&text.unwrap()).unwrap()
}

#[test]
fn every_key_decrypts_what_was_encrypted_to_it_alone() {
    for own in keys() {
        for enc in ContentEncryption::ALL {
            let aad = Some(&b"readable"[..]);
            let made = jwe::json::encrypt(&[&public(own)], enc, &Protected::new(), aad, PLAINTEXT);
            match made {
                Ok(text) => {
                    let decrypted = jwe::json::decrypt(&text, own, &anything()).unwrap();
                    assert_eq!(decrypted.plaintext(), PLAINTEXT);
                    assert_eq!(decrypted.aad(), aad);
                }
                Err(error) => assert_eq!(error, EncryptError::Encryption),
            }
        }
    }
}

#[test]
fn each_of_several_recipients_decrypts_and_nobody_else() {
    let keys = three();
    let message = for_three(&keys);
    for own in &keys {
        assert_eq!(decrypt(&message, own).unwrap(), PLAINTEXT);
    }
    let [first, ..] = &three();
    assert_eq!(decrypt(&message, first).unwrap_err(), DecryptError::Failed);
    let other = key_on(Curve::X25519, KeyManagement::EcdhEsA256Kw);
    assert_eq!(
        decrypt(&message, other).unwrap_err(),
        DecryptError::KeyUnknown
    );
}

#[test]
fn exactly_one_key_is_tried() {
    let keys = three();
    let mut message = for_three(&keys);
    message["recipients"][1]["header"]["kid"] = "a".into();
    message["recipients"][0]["encrypted_key"] = base64url::encode([0; 40]).into();
    assert_eq!(
        decrypt(&message, &keys[0]).unwrap_err(),
        DecryptError::Failed
    );
    let mut message = for_three(&keys);
    message["recipients"][1]["header"]
        .as_object_mut()
        .unwrap()
        .remove("kid");
    assert_eq!(
        decrypt(&message, &keys[1]).unwrap_err(),
        DecryptError::KeyUnknown
    );
    assert_eq!(decrypt(&message, &keys[2]).unwrap(), PLAINTEXT);
}

#[test]
fn recipients_share_one_algorithm_and_have_names_of_their_own() {
    let [a, b, _] = three().each_ref().map(public);
    let made = |recipients: &[&jwe::EncryptionKey]| {
        jwe::json::encrypt(recipients, ENC, &Protected::new(), None, PLAINTEXT).map(|_| ())
    };
    assert_eq!(made(&[&a, &b]), Ok(()));
    assert_eq!(made(&[]), Err(EncryptError::Recipients));
    assert_eq!(made(&[&a, &a]), Err(EncryptError::UnnamedRecipient));
    let other = public(key(KeyManagement::A256Kw));
    assert_eq!(made(&[&a, &other]), Err(EncryptError::MixedRecipients));
    let direct = public(key(KeyManagement::EcdhEs));
    let twin = direct.clone().with_kid("twin");
    assert_eq!(made(&[&direct, &twin]), Err(EncryptError::MixedRecipients));
    let many: Vec<_> = (0..=MAX_RECIPIENTS)
        .map(|n| a.clone().with_kid(n.to_string()))
        .collect();
    let many: Vec<_> = many.iter().collect();
    assert_eq!(made(&many[1..]), Ok(()));
    assert_eq!(made(&many), Err(EncryptError::Recipients));
}

#[test]
fn what_decides_counts_only_where_it_is_protected() {
    for (name, value) in [
        ("alg", "A256KW"),
        ("enc", "A256GCM"),
        ("zip", "DEF"),
        ("typ", "JWT"),
        ("cty", "JWT"),
    ] {
        for place in ["unprotected", "header"] {
            let refused = changed(|message| message[place] = json!({ name: value })).unwrap_err();
            let wanted = DecryptError::from(FormError::Unprotected(name));
            assert_eq!(refused.to_string(), wanted.to_string(), "{place}");
        }
        let refused = changed(|message| {
            let key = message["encrypted_key"].take();
            message.as_object_mut().unwrap().remove("encrypted_key");
            message["recipients"] = json!([{ "encrypted_key": key, "header": { name: value } }]);
        });
        let wanted = DecryptError::from(FormError::Unprotected(name));
        assert_eq!(refused.unwrap_err().to_string(), wanted.to_string());
    }
    let bare = base64url::encode(r#"{"enc":"A128CBC-HS256"}"#);
    let refused = changed(|message| message["protected"] = bare.into()).unwrap_err();
    assert_eq!(refused, FormError::HeaderMember("alg").into());
}

#[test]
fn crit_is_refused_in_every_header() {
    for place in ["unprotected", "header"] {
        let refused = changed(|message| message[place] = json!({ "crit": ["a"] })).unwrap_err();
        assert_eq!(refused, FormError::Critical.into(), "{place}");
    }
}

#[test]
fn no_header_repeats_a_name_of_another() {
    let twice = DecryptError::from(FormError::Json(JsonError::Duplicate));
    for place in ["unprotected", "header"] {
        let refused = changed(|message| message[place] = json!({ "kid": "e1" })).unwrap_err();
        assert_eq!(refused, twice, "{place}");
        assert!(unnamed(|message| message[place] = json!({ "kid": "e1" })).is_ok());
    }
    let refused = unnamed(|message| {
        message["unprotected"] = json!({ "x": 1 });
        message["header"] = json!({ "x": 1 });
    });
    assert_eq!(refused.unwrap_err(), twice);
    let own = key(KeyManagement::A256Kw);
    let text = message(own).to_string().replacen('{', r#"{"iv":"AA","#, 1);
    let refused = jwe::json::decrypt(&text, own, &anything()).unwrap_err();
    assert_eq!(refused, twice);
}

#[test]
fn additional_data_is_authenticated() {
    let keys = three();
    let mut message = for_three(&keys);
    message["aad"] = base64url::encode("aae").into();
    assert_eq!(
        decrypt(&message, &keys[0]).unwrap_err(),
        DecryptError::Failed
    );
    message.as_object_mut().unwrap().remove("aad");
    assert_eq!(
        decrypt(&message, &keys[0]).unwrap_err(),
        DecryptError::Failed
    );
    let refused = changed(|message| message["aad"] = "YWFk".into()).unwrap_err();
    assert_eq!(refused, DecryptError::Failed);
}

#[test]
fn members_of_the_wrong_type_are_named() {
    for name in [
        "protected",
        "iv",
        "ciphertext",
        "tag",
        "aad",
        "encrypted_key",
    ] {
        let refused = changed(|message| message[name] = json!(1)).unwrap_err();
        let wanted = DecryptError::from(FormError::Member(name));
        assert_eq!(refused.to_string(), wanted.to_string());
    }
    for name in ["protected", "iv", "ciphertext", "tag"] {
        let refused = changed(|message| {
            message.as_object_mut().unwrap().remove(name);
        });
        let wanted = DecryptError::from(FormError::Member(name));
        assert_eq!(refused.unwrap_err().to_string(), wanted.to_string());
    }
    for name in ["unprotected", "header"] {
        for value in [json!("x"), json!([]), json!(null)] {
            let refused = changed(|message| message[name] = value).unwrap_err();
            let wanted = DecryptError::from(FormError::Member(name));
            assert_eq!(refused.to_string(), wanted.to_string());
        }
    }
    for recipients in [json!([]), json!({}), json!("x")] {
        let refused = changed(|message| {
            message.as_object_mut().unwrap().remove("encrypted_key");
            message["recipients"] = recipients;
        });
        assert_eq!(refused.unwrap_err(), FormError::Member("recipients").into());
    }
    let both = changed(|message| message["recipients"] = json!([{}])).unwrap_err();
    assert_eq!(both, FormError::Member("recipients").into());
}

#[test]
fn recipients_are_counted_before_they_are_read() {
    let keys = three();
    let mut message = for_three(&keys);
    let one = message["recipients"][0].clone();
    message["recipients"] = vec![one; MAX_RECIPIENTS + 1].into();
    let refused = decrypt(&message, &keys[0]).unwrap_err();
    assert_eq!(refused, FormError::TooManyRecipients.into());
}

#[test]
fn text_in_json_is_no_compact_token_and_the_other_way_round() {
    let own = key(KeyManagement::A256Kw);
    let text = message(own).to_string();
    assert_eq!(
        jwe::decrypt(&text, own, &anything()).unwrap_err(),
        FormError::Parts.into()
    );
    let token = super::arrange::encrypt(own, ENC);
    let refused = jwe::json::decrypt(&token, own, &anything()).unwrap_err();
    assert_eq!(refused, FormError::Json(JsonError::NotAnObject).into());
}
