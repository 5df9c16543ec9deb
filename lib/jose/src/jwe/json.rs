//! The JSON serialisation, flattened and general (RFC 7516 §7.2).
//!
//! `alg` and `enc` are read from the protected header only, as are `typ`, `cty` and `zip`: the RFC
//! allows them where nothing protects them, but then anybody could choose. Several recipients
//! therefore share one `alg`; each brings its `kid` and what its wrapping needs in a header of its
//! own. No header repeats a name of another.
//!
//! A recipient tries exactly one key: that of the first recipient whose `kid` and `alg` name one of
//! its keys. Where there are several recipients, those without a `kid` are passed over.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::content::{ContentEncryption, ContentKey};
use super::decrypt::{Decrypted, Message};
use super::encrypt::{Protected, seal_content};
use super::error::{DecryptError, EncryptError, FormError, Part};
use super::expected::Expected;
use super::header::{Header, MAX_HEADER_LEN};
use super::key::{DecryptionKeySource, EncryptionKey};
use super::manage::{self, Wrapped};
use crate::base64url;
use crate::json as strict;

/// Most recipients of a message, so that looking for one's own stays cheap.
pub const MAX_RECIPIENTS: usize = 16;

/// Encrypts `plaintext` to one recipient (flattened) or several (general), who must share one
/// algorithm and have distinct names. `aad` is authenticated and stays readable.
///
/// # Errors
/// [`EncryptError`] as for [`encrypt`](super::encrypt), or what is wrong with the recipients.
pub fn encrypt(
    recipients: &[&EncryptionKey],
    enc: ContentEncryption,
    protected: &Protected,
    aad: Option<&[u8]>,
    plaintext: &[u8],
) -> Result<String, EncryptError> {
    let parties = protected.parties_named();
    let mut message = Map::new();
    let (content_key, header) = match recipients {
        [] => return Err(EncryptError::Recipients),
        [one] => {
            let (content_key, wrapped) = if one.management().is_direct() {
                manage::derive(one, enc, parties)?
            } else {
                let content_key = ContentKey::generate(enc).map_err(|_| EncryptError::Refused)?;
                let wrapped = manage::wrap(one, &content_key, parties)?;
                (content_key, wrapped)
            };
            insert_key(&mut message, &wrapped);
            let management = one.management();
            let header = protected.write(management, enc, one.kid(), &wrapped.members)?;
            (content_key, header)
        }
        [first, ..] => {
            check_recipients(recipients)?;
            let content_key = ContentKey::generate(enc).map_err(|_| EncryptError::Refused)?;
            let wrap = |one: &&EncryptionKey| {
                let mut wrapped = manage::wrap(one, &content_key, parties)?;
                let mut recipient = Map::new();
                insert_key(&mut recipient, &wrapped);
                wrapped.members.insert("kid".to_owned(), one.kid().into());
                recipient.insert("header".to_owned(), wrapped.members.into());
                Ok(Value::from(recipient))
            };
            let all: Result<Vec<Value>, EncryptError> = recipients.iter().map(wrap).collect();
            message.insert("recipients".to_owned(), all?.into());
            let management = first.management();
            let header = protected.write(management, enc, None, &Map::new())?;
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
    Ok(json!(message).to_string())
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

/// What the tag covers beside the content (RFC 7516 §5.1, step 14).
fn covered<'a>(header: &'a str, aad: Option<&str>) -> Cow<'a, str> {
    match aad {
        None => Cow::Borrowed(header),
        Some(aad) => Cow::Owned(format!("{header}.{aad}")),
    }
}

/// Decrypts a message of either form by a key of the recipient's own. The steps are those of
/// [`decrypt`](super::decrypt).
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

/// The members of a message, still encoded.
struct Raw<'a> {
    protected: Cow<'a, str>,
    unprotected: Option<&'a str>,
    recipients: Vec<Recipient<'a>>,
    aad: Option<Cow<'a, str>>,
    iv: Cow<'a, str>,
    ciphertext: Cow<'a, str>,
    tag: Cow<'a, str>,
}

/// What is one recipient's.
#[derive(Default)]
struct Recipient<'a> {
    header: Option<&'a str>,
    encrypted_key: Cow<'a, str>,
}

impl<'a> Raw<'a> {
    fn read(text: &'a str, limit: usize) -> Result<Self, FormError> {
        if text.len() > limit {
            return Err(FormError::TooLong { limit });
        }
        let (mut protected, mut aad, mut iv, mut ciphertext, mut tag) =
            (None, None, None, None, None);
        let (mut unprotected, mut recipients, mut single) = (None, None, None);
        strict::members(text, |name, raw| {
            match name {
                "protected" => protected = Some(string("protected", raw)?),
                "unprotected" => unprotected = Some(object("unprotected", raw)?),
                "aad" => aad = Some(string("aad", raw)?),
                "iv" => iv = Some(string("iv", raw)?),
                "ciphertext" => ciphertext = Some(string("ciphertext", raw)?),
                "tag" => tag = Some(string("tag", raw)?),
                "recipients" => recipients = Some(read_recipients(raw)?),
                "header" | "encrypted_key" => {
                    single
                        .get_or_insert_with(Recipient::default)
                        .take(name, raw)?;
                }
                _ => {}
            }
            Ok::<_, FormError>(())
        })?;
        let recipients = match (recipients, single) {
            (Some(_), Some(_)) => return Err(FormError::Member("recipients")),
            (Some(recipients), None) => recipients,
            (None, single) => vec![single.unwrap_or_default()],
        };
        let protected = protected.ok_or(FormError::Member("protected"))?;
        if protected.len() > MAX_HEADER_LEN {
            return Err(FormError::HeaderTooLong);
        }
        Ok(Self {
            protected,
            unprotected,
            recipients,
            aad,
            iv: iv.ok_or(FormError::Member("iv"))?,
            ciphertext: ciphertext.ok_or(FormError::Member("ciphertext"))?,
            tag: tag.ok_or(FormError::Member("tag"))?,
        })
    }
}

impl<'a> Recipient<'a> {
    fn take(&mut self, name: &str, raw: &'a str) -> Result<(), FormError> {
        match name {
            "header" => self.header = Some(object("header", raw)?),
            "encrypted_key" => self.encrypted_key = string("encrypted_key", raw)?,
            _ => {}
        }
        Ok(())
    }
}

fn read_recipients(raw: &str) -> Result<Vec<Recipient<'_>>, FormError> {
    let (mut recipients, mut found, mut fault) = (Vec::new(), 0, None);
    strict::elements(raw, |element| {
        found += 1;
        if found <= MAX_RECIPIENTS && fault.is_none() {
            let mut recipient = Recipient::default();
            match strict::members(element, |name, raw| recipient.take(name, raw)) {
                Ok(()) => recipients.push(recipient),
                Err(error) => fault = Some(error),
            }
        }
    })
    .map_err(|_| FormError::Member("recipients"))?;
    match fault {
        Some(fault) => Err(fault),
        None if found > MAX_RECIPIENTS => Err(FormError::TooManyRecipients),
        None if found == 0 => Err(FormError::Member("recipients")),
        None => Ok(recipients),
    }
}

fn string<'a>(name: &'static str, raw: &'a str) -> Result<Cow<'a, str>, FormError> {
    strict::string(raw).ok_or(FormError::Member(name))
}

/// The text of a header object, within the limit for headers.
fn object<'a>(name: &'static str, raw: &'a str) -> Result<&'a str, FormError> {
    if raw.len() > MAX_HEADER_LEN {
        return Err(FormError::HeaderTooLong);
    }
    if raw.starts_with('{') {
        Ok(raw)
    } else {
        Err(FormError::Member(name))
    }
}
