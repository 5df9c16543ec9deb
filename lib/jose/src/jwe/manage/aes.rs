//! AES key wrap (RFC 7518 §4.4, RFC 3394) and AES-GCM for keys (RFC 7518 §4.7).

use aws_lc_rs::aead::{Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::key_wrap::{AesKek, KeyWrap as _};
use aws_lc_rs::rand;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::super::algorithm::Wrap;
use super::super::error::FormError;
use super::super::header::Parameters;
use super::{Wrapped, decoded};
use crate::base64url;
use crate::jwk::Secret;

/// How much longer a wrapped key is than the key, in bytes.
const WRAP_OVERHEAD: usize = 8;

/// Length of the initialisation vector, in bytes (RFC 7518 §4.7.1.1).
const IV_LEN: usize = 12;

/// Length of the authentication tag, in bytes (RFC 7518 §4.7.1.2).
const TAG_LEN: usize = 16;

pub(super) fn wrap(wrap: Wrap, secret: &[u8], content_key: &[u8]) -> Option<Vec<u8>> {
    let key = AesKek::new(wrap.cipher(), secret).ok()?;
    let mut room = vec![0; content_key.len() + WRAP_OVERHEAD];
    let len = key.wrap(content_key, &mut room).ok()?.len();
    room.truncate(len);
    Some(room)
}

pub(super) fn unwrap(wrap: Wrap, secret: &[u8], encrypted_key: &[u8]) -> Option<Secret> {
    let key = AesKek::new(wrap.cipher(), secret).ok()?;
    let mut room = Zeroizing::new(vec![0; encrypted_key.len()]);
    let len = key.unwrap(encrypted_key, &mut room).ok()?.len();
    room.truncate(len);
    Some(room)
}

pub(super) fn encrypt(
    algorithm: &'static Algorithm,
    secret: &[u8],
    content_key: &[u8],
) -> Option<Wrapped> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, secret).ok()?);
    let mut iv = [0; IV_LEN];
    rand::fill(&mut iv).ok()?;
    let mut encrypted_key = content_key.to_vec();
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::empty(), &mut encrypted_key)
        .ok()?;
    let members = [("iv", iv.as_slice()), ("tag", tag.as_ref())];
    let text = |(name, bytes): (&str, &[u8])| (name.into(), base64url::encode(bytes).into());
    Some(Wrapped {
        encrypted_key,
        members: members
            .into_iter()
            .map(text)
            .collect::<Map<String, Value>>(),
    })
}

/// Vector and tag of a key under AES-GCM.
pub(super) struct Sealing {
    iv: [u8; IV_LEN],
    tag: [u8; TAG_LEN],
}

impl Sealing {
    pub(super) fn read(parameters: &Parameters<'_>) -> Result<Self, FormError> {
        let iv = decoded("iv", parameters.iv.as_deref())?;
        let tag = decoded("tag", parameters.tag.as_deref())?;
        Ok(Self {
            iv: iv.try_into().map_err(|_| FormError::HeaderMember("iv"))?,
            tag: tag.try_into().map_err(|_| FormError::HeaderMember("tag"))?,
        })
    }

    pub(super) fn decrypt(
        &self,
        algorithm: &'static Algorithm,
        secret: &[u8],
        encrypted_key: &[u8],
    ) -> Option<Secret> {
        let key = LessSafeKey::new(UnboundKey::new(algorithm, secret).ok()?);
        let mut room = Zeroizing::new([encrypted_key, &self.tag].concat());
        let nonce = Nonce::assume_unique_for_key(self.iv);
        let len = key
            .open_in_place(nonce, Aad::empty(), &mut room)
            .ok()?
            .len();
        room.truncate(len);
        Some(room)
    }
}
