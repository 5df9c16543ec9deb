//! What a recipient expects of an encrypted token, stated before the token is looked at.

use super::content::ContentEncryption;
use super::error::DecryptError;
use super::header::Header;
use super::{MAX_LEN, Typ};

/// What a token must satisfy. Cheap to make for each call: it only borrows.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Expected<'a> {
    accepted: &'a [ContentEncryption],
    typ: Typ<'a>,
    cty: Typ<'a>,
    limit: usize,
    #[cfg(feature = "zip")]
    inflated: Option<usize>,
}

impl<'a> Expected<'a> {
    /// A token of at most [`MAX_LEN`] bytes by one of these content encryptions, not compressed, with
    /// these `typ` and `cty` in its protected header.
    pub fn new(accepted: &'a [ContentEncryption], typ: Typ<'a>, cty: Typ<'a>) -> Self {
        Self {
            accepted,
            typ,
            cty,
            limit: MAX_LEN,
            #[cfg(feature = "zip")]
            inflated: None,
        }
    }

    /// How long the whole token may be, in bytes.
    pub fn max_len(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Accepts compressed contents (`zip: DEF`) that inflate to at most this many bytes. Whoever
    /// compresses what an attacker had a hand in tells its secrets by the length (RFC 8725 §3.6);
    /// nothing is compressed here.
    #[cfg(feature = "zip")]
    pub fn inflate_up_to(self, bytes: usize) -> Self {
        Self {
            inflated: Some(bytes),
            ..self
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Compares what the header says with what is expected: `enc`, `typ`, `cty`, `zip`.
    pub(super) fn judge(&self, header: &Header<'_>) -> Result<ContentEncryption, DecryptError> {
        let enc = header.encryption()?;
        if !self.accepted.contains(&enc) {
            return Err(DecryptError::EncryptionMismatch);
        }
        if !self.typ.accepts(header.typ.as_deref()) {
            return Err(DecryptError::Typ);
        }
        if !self.cty.accepts(header.cty.as_deref()) {
            return Err(DecryptError::Cty);
        }
        match header.zip.as_deref() {
            None => Ok(enc),
            Some("DEF") if self.inflated().is_some() => Ok(enc),
            Some(_) => Err(DecryptError::Compressed),
        }
    }

    /// How far a compressed content may inflate, if it may at all.
    #[cfg(feature = "zip")]
    pub(super) fn inflated(&self) -> Option<usize> {
        self.inflated
    }

    #[cfg(not(feature = "zip"))]
    #[expect(clippy::unused_self, reason = "with the feature it is told by self")]
    fn inflated(&self) -> Option<usize> {
        None
    }
}
