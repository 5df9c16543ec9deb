//! Write a message, flattened or general.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::content::{ContentEncryption, ContentKey};
use super::super::encrypt::{Protected, seal_content};
use super::super::error::EncryptError;
use super::super::key::EncryptionKey;
use super::super::manage::{self, Wrapped};
use super::{MAX_RECIPIENTS, covered};
use crate::base64url;

/// Encrypts `plaintext` to one recipient (flattened) or several (general), who must share one
/// algorithm and have distinct names. `aad` is authenticated and stays readable.
///
/// # Errors
/// [`EncryptError`] as for [`encrypt`](crate::jwe::encrypt), or what is wrong with the recipients.
pub fn encrypt(
    recipients: &[&EncryptionKey],
    enc: ContentEncryption,
    protected: &Protected,
    aad: Option<&[u8]>,
    plaintext: &[u8],
) -> Result<String, EncryptError> {
    let mut message = Map::new();
    let (content_key, header) = match recipients {
        [] => return Err(EncryptError::Recipients),
        [one] => flattened(one, enc, protected, &mut message)?,
        [first, ..] => {
            check_recipients(recipients)?;
            let content_key = general(recipients, enc, protected, &mut message)?;
            let header = protected.write(first.management(), enc, None, &Map::new())?;
            (content_key, header)
        }
    };
    let aad = aad.map(base64url::encode);
    let covered = covered(&header, aad.as_deref());
    let (iv, sealed) = seal_content(&content_key, covered.as_bytes(), plaintext)?;
    if let Some(aad) = aad {
        message.insert("aad".to_owned(), aad.into());
    }
    message.insert("protected".to_owned(), header.into());
    for (name, part) in [
        ("iv", iv),
        ("ciphertext", sealed.ciphertext),
        ("tag", sealed.tag),
    ] {
        message.insert(name.to_owned(), base64url::encode(part).into());
    }
    Ok(Value::from(message).to_string())
}

/// The content key and the header, with all that the recipient needs in the protected one.
fn flattened(
    recipient: &EncryptionKey,
    enc: ContentEncryption,
    protected: &Protected,
    message: &mut Map<String, Value>,
) -> Result<(ContentKey, String), EncryptError> {
    let (management, parties) = (recipient.management(), protected.parties_named());
    let (content_key, wrapped) = if management.is_direct() {
        manage::derive(recipient, enc, parties)?
    } else {
        let content_key = ContentKey::generate(enc).map_err(|_| EncryptError::Refused)?;
        let wrapped = manage::wrap(recipient, &content_key, parties)?;
        (content_key, wrapped)
    };
    insert_key(message, &wrapped);
    let header = protected.write(management, enc, recipient.kid(), &wrapped.members)?;
    Ok((content_key, header))
}

/// One content key, wrapped for each recipient; what each of them needs stands in its own header.
fn general(
    recipients: &[&EncryptionKey],
    enc: ContentEncryption,
    protected: &Protected,
    message: &mut Map<String, Value>,
) -> Result<ContentKey, EncryptError> {
    let content_key = ContentKey::generate(enc).map_err(|_| EncryptError::Refused)?;
    let mut wrapped_keys = Vec::with_capacity(recipients.len());
    for one in recipients {
        let mut wrapped = manage::wrap(one, &content_key, protected.parties_named())?;
        let mut recipient = Map::new();
        insert_key(&mut recipient, &wrapped);
        wrapped.members.insert("kid".to_owned(), one.kid().into());
        recipient.insert("header".to_owned(), wrapped.members.into());
        wrapped_keys.push(Value::from(recipient));
    }
    message.insert("recipients".to_owned(), wrapped_keys.into());
    Ok(content_key)
}

fn insert_key(object: &mut Map<String, Value>, wrapped: &Wrapped) {
    if !wrapped.encrypted_key.is_empty() {
        let key = base64url::encode(&wrapped.encrypted_key);
        object.insert("encrypted_key".to_owned(), key.into());
    }
}

fn check_recipients(recipients: &[&EncryptionKey]) -> Result<(), EncryptError> {
    if recipients.len() > MAX_RECIPIENTS {
        return Err(EncryptError::Recipients);
    }
    let algorithms: BTreeSet<_> = recipients.iter().map(|one| one.management()).collect();
    if algorithms.len() > 1 || algorithms.iter().any(|one| one.is_direct()) {
        return Err(EncryptError::MixedRecipients);
    }
    let names: BTreeSet<_> = recipients.iter().filter_map(|one| one.kid()).collect();
    if names.len() < recipients.len() {
        return Err(EncryptError::UnnamedRecipient);
    }
    Ok(())
}
