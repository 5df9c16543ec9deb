//! Decrypt a message, flattened or general.

use super::super::decrypt::{Decrypted, Message};
use super::super::error::{DecryptError, FormError, Part};
use super::super::expected::Expected;
use super::super::header::Header;
use super::super::key::DecryptionKeySource;
use super::covered;
use super::raw::{Raw, Recipient};
use crate::base64url;

/// Decrypts a message of either form by a key of the recipient's own. The steps are those of
/// [`decrypt`](crate::jwe::decrypt).
///
/// # Errors
/// [`DecryptError`] names the first step that failed.
pub fn decrypt(
    text: &str,
    keys: &impl DecryptionKeySource,
    expected: &Expected<'_>,
) -> Result<Decrypted, DecryptError> {
    let raw = Raw::read(text, expected.limit())?;
    let protected = base64url::decode(raw.protected.as_bytes())
        .map_err(|_| FormError::Encoding(Part::Header))?;
    let headers = read_headers(&raw, &protected)?;
    let first = headers.first().ok_or(FormError::Member("recipients"))?;
    first.check_complete()?;
    let management = first.management()?;
    let enc = expected.judge(first)?;
    let (key, recipient, header) = raw
        .recipients
        .iter()
        .zip(&headers)
        .filter(|(_, header)| headers.len() == 1 || header.kid.is_some())
        .find_map(|(recipient, header)| {
            let key = keys.find(header.kid.as_deref(), management)?;
            Some((key, recipient, header))
        })
        .ok_or(DecryptError::KeyUnknown)?;
    let covered = covered(&raw.protected, raw.aad.as_deref());
    let message = Message {
        protected: &protected,
        aad: covered.as_bytes(),
        encrypted_key: &recipient.encrypted_key,
        iv: &raw.iv,
        ciphertext: &raw.ciphertext,
        tag: &raw.tag,
    };
    let aad = raw.aad.as_deref().map(base64url::decode).transpose();
    let aad = aad.map_err(|_| FormError::Encoding(Part::Aad))?;
    let decrypted = message.decrypt_by(key, header, enc, expected)?;
    Ok(decrypted.with_aad(aad))
}

/// Each recipient's headers, joined. All are read, so that a malformed one is refused by everybody.
fn read_headers<'a>(raw: &Raw<'a>, protected: &'a [u8]) -> Result<Vec<Header<'a>>, FormError> {
    let mut shared = Header::read_part(protected)?;
    shared.remember(protected)?;
    if let Some(unprotected) = raw.unprotected {
        shared.join(unprotected)?;
    }
    let join = |recipient: &Recipient<'a>| {
        let mut header = shared.clone();
        if let Some(own) = recipient.header {
            header.join(own)?;
        }
        Ok(header)
    };
    raw.recipients.iter().map(join).collect()
}
