//! Authenticated encryption of a content (RFC 7518 §5.2.2 and §5.3).
//!
//! CBC with HMAC: the first half of the key authenticates, the second encrypts. The tag is compared
//! in constant time before anything is decrypted, and padding is looked at only in authentic text, so
//! there is no oracle.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{constant_time, hmac};
use zeroize::Zeroizing;

use super::{ContentEncryption, ContentKey};

/// Length of a block of AES, in bytes: the most that padding adds.
const BLOCK_LEN: usize = 16;

/// An encrypted content.
pub(in crate::jwe) struct Sealed {
    pub(in crate::jwe) ciphertext: Vec<u8>,
    pub(in crate::jwe) tag: Vec<u8>,
}

enum Method {
    Gcm(&'static aead::Algorithm),
    Cbc(&'static cipher::Algorithm, hmac::Algorithm),
}

impl Method {
    fn of(enc: ContentEncryption) -> Self {
        match enc {
            ContentEncryption::A128Gcm => Self::Gcm(&aead::AES_128_GCM),
            ContentEncryption::A192Gcm => Self::Gcm(&aead::AES_192_GCM),
            ContentEncryption::A256Gcm => Self::Gcm(&aead::AES_256_GCM),
            ContentEncryption::A128CbcHs256 => Self::Cbc(&cipher::AES_128, hmac::HMAC_SHA256),
            ContentEncryption::A192CbcHs384 => Self::Cbc(&cipher::AES_192, hmac::HMAC_SHA384),
            ContentEncryption::A256CbcHs512 => Self::Cbc(&cipher::AES_256, hmac::HMAC_SHA512),
        }
    }
}

/// Encrypts `plaintext` and authenticates it with `aad`. The vector must be new each time.
pub(in crate::jwe) fn seal(
    key: &ContentKey,
    iv: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Sealed, Unspecified> {
    // With room for the padding, so that no copy of the plaintext is left behind by growing.
    let mut text = Vec::with_capacity(plaintext.len() + BLOCK_LEN);
    text.extend_from_slice(plaintext);
    let tag = match Method::of(key.enc()) {
        Method::Gcm(algorithm) => {
            let key = LessSafeKey::new(UnboundKey::new(algorithm, key.reveal())?);
            let nonce = Nonce::try_assume_unique_for_key(iv)?;
            key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut text)?
                .as_ref()
                .to_vec()
        }
        Method::Cbc(algorithm, hash) => {
            let (mac_key, cipher_key) = halves(key);
            let cipher_key = UnboundCipherKey::new(algorithm, cipher_key)?;
            PaddedBlockEncryptingKey::cbc_pkcs7(cipher_key)?.less_safe_encrypt(
                &mut text,
                EncryptionContext::Iv128(FixedLength::try_from(iv)?),
            )?;
            let mut tag = mac(hash, mac_key, &[aad, iv, &text]).as_ref().to_vec();
            tag.truncate(key.enc().tag_len());
            tag
        }
    };
    Ok(Sealed {
        ciphertext: text,
        tag,
    })
}

/// Decrypts `text` in its place, where the tag is authentic over it, the vector and `aad`.
pub(in crate::jwe) fn open(
    key: &ContentKey,
    iv: &[u8],
    aad: &[u8],
    text: &mut Zeroizing<Vec<u8>>,
    tag: &[u8],
) -> Result<(), Unspecified> {
    if tag.len() != key.enc().tag_len() {
        return Err(Unspecified);
    }
    let len = match Method::of(key.enc()) {
        Method::Gcm(algorithm) => {
            let key = LessSafeKey::new(UnboundKey::new(algorithm, key.reveal())?);
            let nonce = Nonce::try_assume_unique_for_key(iv)?;
            key.open_in_place_separate_tag(nonce, Aad::from(aad), tag, text)?
                .len()
        }
        Method::Cbc(algorithm, hash) => {
            let (mac_key, cipher_key) = halves(key);
            let wanted = mac(hash, mac_key, &[aad, iv, text]);
            let wanted = wanted.as_ref().get(..tag.len()).ok_or(Unspecified)?;
            constant_time::verify_slices_are_equal(wanted, tag)?;
            let cipher_key = UnboundCipherKey::new(algorithm, cipher_key)?;
            PaddedBlockDecryptingKey::cbc_pkcs7(cipher_key)?
                .decrypt(text, DecryptionContext::Iv128(FixedLength::try_from(iv)?))?
                .len()
        }
    };
    text.truncate(len);
    Ok(())
}

fn halves(key: &ContentKey) -> (&[u8], &[u8]) {
    key.reveal().split_at(key.enc().key_len() / 2)
}

/// HMAC over additional data, vector, ciphertext, and the first one's length in bits.
fn mac(hash: hmac::Algorithm, key: &[u8], parts: &[&[u8]; 3]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hash, key));
    for part in parts {
        context.update(part);
    }
    let [aad, ..] = parts;
    let bits = u64::try_from(aad.len())
        .unwrap_or(u64::MAX)
        .saturating_mul(8);
    context.update(&bits.to_be_bytes());
    context.sign()
}

#[cfg(test)]
mod tests {
    use super::*;

    const IV: [u8; 16] = [
        0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc,
        0x04,
    ];
    const TEXT: &[u8] = b"A cipher system must not be required to be secret, and it must be able \
        to fall into the hands of the enemy without inconvenience";
    const AAD: &[u8] = b"The second principle of Auguste Kerckhoffs";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(digits).collect()
    }

    /// RFC 7518 appendix B. The tag covers all of the ciphertext; of that the first block is compared
    /// besides.
    #[test]
    fn the_cbc_vectors_of_rfc_7518_come_out_and_open_again() {
        for (enc, first, tag) in [
            (
                ContentEncryption::A128CbcHs256,
                "c80edfa32ddf39d5ef00c0b468834279",
                "652c3fa36b0a7c5b3219fab3a30bc1c4",
            ),
            (
                ContentEncryption::A192CbcHs384,
                "ea65da6b59e61edb419be62d19712ae5",
                "8490ac0e58949bfe51875d733f93ac2075168039ccc733d7",
            ),
            (
                ContentEncryption::A256CbcHs512,
                "4affaaadb78c31c5da4b1b590d10ffbd",
                "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5",
            ),
        ] {
            let secret: Vec<u8> = (0..64).take(enc.key_len()).collect();
            let key = ContentKey::new(enc, &secret).unwrap();
            let sealed = seal(&key, &IV, AAD, TEXT).unwrap();
            assert_eq!(sealed.tag, bytes(tag), "{enc}");
            assert_eq!(sealed.ciphertext[..16], bytes(first), "{enc}");
            let mut text = Zeroizing::new(sealed.ciphertext);
            open(&key, &IV, AAD, &mut text, &sealed.tag).unwrap();
            assert_eq!(text.as_slice(), TEXT, "{enc}");
        }
    }

    #[test]
    fn a_truncated_tag_or_another_vector_opens_nothing() {
        for enc in ContentEncryption::ALL {
            let key = ContentKey::generate(enc).unwrap();
            let iv = &IV[..enc.iv_len()];
            let sealed = seal(&key, iv, AAD, TEXT).unwrap();
            let tried = |iv: &[u8], tag: &[u8]| {
                open(
                    &key,
                    iv,
                    AAD,
                    &mut Zeroizing::new(sealed.ciphertext.clone()),
                    tag,
                )
            };
            assert!(tried(iv, &sealed.tag).is_ok(), "{enc}");
            for len in 0..sealed.tag.len() {
                assert!(tried(iv, &sealed.tag[..len]).is_err(), "{enc} {len}");
            }
            assert!(tried(&IV[1..], &sealed.tag).is_err(), "{enc}");
            assert!(tried(&[], &sealed.tag).is_err(), "{enc}");
        }
    }
}
