//! What holds for any bits.

use proptest::prelude::*;
use symbolon_jose::jwe::{
    self, ContentEncryption, ContentKey, DecryptError, EncryptError, KeyManagement, Protected,
};
use symbolon_jose::{base64url, danger};

use super::arrange::{anything, decrypt, encrypt, key, keys, part, public, with_part};

#[test]
fn every_algorithm_with_every_content_encryption_comes_back() {
    let mut seen = 0;
    for key in keys() {
        for enc in ContentEncryption::ALL {
            for plaintext in [&b""[..], b"x", &[0; 16], &[7; 1000]] {
                let made = jwe::encrypt(&public(key), enc, &Protected::new(), plaintext);
                match made {
                    Ok(token) => {
                        assert_eq!(decrypt(&token, key).unwrap(), plaintext, "{enc}");
                        seen += 1;
                    }
                    Err(error) => {
                        assert_eq!(key.management(), KeyManagement::Dir);
                        assert_eq!(error, EncryptError::Encryption);
                    }
                }
            }
        }
    }
    // RSA, three times four curves and five shared keys with six each; six direct keys with one.
    assert_eq!(seen, (18 * 6 + 6) * 4);
}

/// The token with one bit of its text flipped, where that is still text.
fn flipped(token: &str, bit: usize) -> Option<String> {
    let mut bytes = token.as_bytes().to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    String::from_utf8(bytes).ok()
}

#[test]
fn a_token_with_any_bit_flipped_is_refused() {
    for key in keys() {
        // RSA-OAEP takes a millisecond each time: for it, every seventh bit.
        let step = if key.management() == KeyManagement::RsaOaep256 {
            7
        } else {
            1
        };
        let fits = |enc: &ContentEncryption| {
            jwe::encrypt(&public(key), *enc, &Protected::new(), b"").is_ok()
        };
        let enc = ContentEncryption::ALL.into_iter().find(fits).unwrap();
        let token = jwe::encrypt(&public(key), enc, &Protected::new(), b"content").unwrap();
        for bit in (0..token.len() * 8).step_by(step) {
            if let Some(changed) = flipped(&token, bit) {
                assert!(decrypt(&changed, key).is_err(), "{changed}");
            }
        }
    }
}

#[test]
fn every_part_that_is_not_in_the_open_fails_in_the_same_way() {
    for key in keys() {
        for enc in ContentEncryption::ALL {
            let Ok(token) = jwe::encrypt(&public(key), enc, &Protected::new(), b"content") else {
                continue;
            };
            for number in 1..5 {
                let mut bytes = part(&token, number);
                if bytes.is_empty() {
                    continue;
                }
                for at in [0, bytes.len() - 1] {
                    bytes[at] ^= 1;
                    let refused = decrypt(&with_part(&token, number, &bytes), key).unwrap_err();
                    assert_eq!(refused, DecryptError::Failed, "{number} {enc}");
                    bytes[at] ^= 1;
                }
            }
        }
    }
}

#[test]
fn no_two_tokens_of_one_content_are_alike() {
    for key in keys() {
        for enc in ContentEncryption::ALL {
            let make = || jwe::encrypt(&public(key), enc, &Protected::new(), b"content");
            if let (Ok(one), Ok(other)) = (make(), make()) {
                assert_ne!(part(&one, 2), part(&other, 2));
                assert_ne!(part(&one, 3), part(&other, 3));
            }
        }
    }
}

/// Text that gets past the first checks often enough.
fn nearly_a_token() -> impl Strategy<Value = String> {
    let header = prop_oneof![
        Just(r#"{"alg":"A256KW","enc":"A128CBC-HS256"}"#.to_owned()),
        Just(
            r#"{"alg":"A128GCMKW","enc":"A256GCM","iv":"AAAAAAAAAAAAAAAA","tag":"AA"}"#.to_owned()
        ),
        r#"\{"alg":"(ECDH-ES|RSA-OAEP-256|dir)","enc":"A128GCM","epk":\{"kty":"EC","x":"[A-Z]{0,9}"\}\}"#,
        ".{0,40}",
    ];
    (
        header,
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..6),
    )
        .prop_map(|(header, parts)| {
            let mut token = base64url::encode(header);
            for part in parts {
                token.push('.');
                base64url::encode_into(part, &mut token);
            }
            token
        })
}

proptest! {
    #[test]
    fn any_content_comes_back(content: Vec<u8>, apu: Vec<u8>, apv: Vec<u8>, which: prop::sample::Index) {
        let key = key(KeyManagement::EcdhEsA128Kw);
        let enc = ContentEncryption::ALL[which.index(6)];
        let protected = Protected::new().parties(&apu, &apv);
        let token = jwe::encrypt(&public(key), enc, &protected, &content).unwrap();
        prop_assert_eq!(decrypt(&token, key).unwrap(), content);
    }

    #[test]
    fn random_bytes_are_refused_and_never_panic(text in prop_oneof![".*", nearly_a_token()]) {
        for management in [
            KeyManagement::A256Kw,
            KeyManagement::A128GcmKw,
            KeyManagement::EcdhEs,
            KeyManagement::Dir,
        ] {
            prop_assert!(decrypt(&text, key(management)).is_err());
            prop_assert!(jwe::json::decrypt(&text, key(management), &anything()).is_err());
        }
        let _ = danger::unauthenticated_header(&text);
        let content_key = ContentKey::generate(ContentEncryption::A128CbcHs256).unwrap();
        prop_assert!(jwe::open(&text, &content_key, &anything()).is_err());
    }

    #[test]
    fn a_key_of_chance_opens_nothing(bytes in prop::collection::vec(any::<u8>(), 32)) {
        let token = encrypt(key(KeyManagement::A256Kw), ContentEncryption::A256Gcm);
        let other = jwe::DecryptionKey::shared(KeyManagement::A256Kw, &bytes).unwrap();
        prop_assert_eq!(decrypt(&token, &other).unwrap_err(), DecryptError::Failed);
    }
}
