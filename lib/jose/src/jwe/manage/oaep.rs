//! RSAES-OAEP (RFC 7518 §4.3).

use aws_lc_rs::rsa::{OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey};
use zeroize::Zeroizing;

use super::super::error::EncryptError;
use crate::jwk::Secret;

pub(super) fn encrypt(
    key: &OaepPublicEncryptingKey,
    algorithm: &'static OaepAlgorithm,
    content_key: &[u8],
) -> Result<Vec<u8>, EncryptError> {
    let mut room = vec![0; key.ciphertext_size()];
    let len = key
        .encrypt(algorithm, content_key, &mut room, None)
        .map_err(|_| EncryptError::Refused)?
        .len();
    room.truncate(len);
    Ok(room)
}

pub(super) fn decrypt(
    key: &OaepPrivateDecryptingKey,
    algorithm: &'static OaepAlgorithm,
    encrypted_key: &[u8],
) -> Option<Secret> {
    if encrypted_key.len() != key.key_size_bytes() {
        return None;
    }
    let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
    let len = key
        .decrypt(algorithm, encrypted_key, &mut room, None)
        .ok()?
        .len();
    room.truncate(len);
    Some(room)
}
