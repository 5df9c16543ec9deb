//! Read the members of a message, before any of them is decoded.

use std::borrow::Cow;

use super::super::error::FormError;
use super::super::header::MAX_HEADER_LEN;
use super::MAX_RECIPIENTS;
use crate::json as strict;

/// The members of a message, still encoded.
pub(super) struct Raw<'a> {
    pub(super) protected: Cow<'a, str>,
    pub(super) unprotected: Option<&'a str>,
    pub(super) recipients: Vec<Recipient<'a>>,
    pub(super) aad: Option<Cow<'a, str>>,
    pub(super) iv: Cow<'a, str>,
    pub(super) ciphertext: Cow<'a, str>,
    pub(super) tag: Cow<'a, str>,
}

/// What is one recipient's.
#[derive(Default)]
pub(super) struct Recipient<'a> {
    pub(super) header: Option<&'a str>,
    pub(super) encrypted_key: Cow<'a, str>,
}

impl<'a> Raw<'a> {
    pub(super) fn read(text: &'a str, limit: usize) -> Result<Self, FormError> {
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
