//! Read the headers (RFC 7516 §4): what chooses, what is expected, what the key management needs.
//!
//! A compact JWE has one header, all of it protected. In the JSON serialisation three together make
//! one (RFC 7516 §7.2.1): protected, shared unprotected, and the recipient's. What decides how a
//! token is read, is read from the protected one only; the others may name the key and carry what
//! unwraps the content key, for a change there cannot do more than make decryption fail.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::algorithm::KeyManagement;
use super::content::ContentEncryption;
use super::error::{DecryptError, FormError};
use crate::json::{self, JsonError};

/// Longest header read, in base64url characters: room for a certificate chain that is then ignored.
pub const MAX_HEADER_LEN: usize = 8 * 1024;

/// The members with a meaning of their own (RFC 7516 §4.1, RFC 7518 §4): no caller sets them, and none
/// is a repeated claim.
pub(crate) const HEADER_NAMES: [&str; 21] = [
    "alg", "enc", "zip", "kid", "typ", "cty", "crit", "epk", "apu", "apv", "iv", "tag", "p2s",
    "p2c", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64",
];

/// The members that count only where they are protected.
const PROTECTED_ONLY: [&str; 5] = ["alg", "enc", "zip", "typ", "cty"];

/// What the headers claim, together.
#[derive(Clone, Default)]
pub(crate) struct Header<'a> {
    alg: Option<Cow<'a, str>>,
    enc: Option<Cow<'a, str>>,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) typ: Option<Cow<'a, str>>,
    pub(crate) cty: Option<Cow<'a, str>>,
    pub(super) zip: Option<Cow<'a, str>>,
    pub(super) parameters: Parameters<'a>,
    names: BTreeSet<String>,
}

/// What the key management needs to know. Read as text; decoded by who needs it.
#[derive(Clone, Default)]
pub(super) struct Parameters<'a> {
    /// Raw JSON.
    pub(super) epk: Option<&'a str>,
    pub(super) apu: Option<Cow<'a, str>>,
    pub(super) apv: Option<Cow<'a, str>>,
    pub(super) iv: Option<Cow<'a, str>>,
    pub(super) tag: Option<Cow<'a, str>>,
    pub(super) p2s: Option<Cow<'a, str>>,
    /// Raw JSON.
    pub(super) p2c: Option<&'a str>,
}

impl<'a> Header<'a> {
    /// Reads a protected header that stands alone: decoded bytes, as strict JSON.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, FormError> {
        let header = Self::read_part(bytes)?;
        header.check_complete()?;
        Ok(header)
    }

    /// Reads a protected header that others may join. Within one object the reader itself refuses
    /// duplicates.
    pub(super) fn read_part(bytes: &'a [u8]) -> Result<Self, FormError> {
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        let mut header = Self::default();
        json::members(text, |name, raw| header.take(name, raw))?;
        Ok(header)
    }

    /// Both names that every JWE has are there.
    pub(super) fn check_complete(&self) -> Result<(), FormError> {
        match (&self.alg, &self.enc) {
            (Some(_), Some(_)) => Ok(()),
            (None, _) => Err(FormError::HeaderMember("alg")),
            (_, None) => Err(FormError::HeaderMember("enc")),
        }
    }

    /// Remembers the names of a protected header, so that no other header repeats them.
    pub(super) fn remember(&mut self, bytes: &[u8]) -> Result<(), FormError> {
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        json::members(text, |name, _| {
            self.names.insert(name.to_owned());
            Ok(())
        })
    }

    /// Joins a header that nothing protects. Its names must be new.
    pub(super) fn join(&mut self, text: &'a str) -> Result<(), FormError> {
        json::members(text, |name, raw| {
            if let Some(name) = PROTECTED_ONLY.into_iter().find(|one| *one == name) {
                return Err(FormError::Unprotected(name));
            }
            if !self.names.insert(name.to_owned()) {
                return Err(JsonError::Duplicate.into());
            }
            self.take(name, raw)
        })
    }

    fn take(&mut self, name: &str, raw: &'a str) -> Result<(), FormError> {
        let parameters = &mut self.parameters;
        match name {
            "alg" => self.alg = Some(string("alg", raw)?),
            "enc" => self.enc = Some(string("enc", raw)?),
            "kid" => self.kid = Some(string("kid", raw)?),
            "typ" => self.typ = Some(string("typ", raw)?),
            "cty" => self.cty = Some(string("cty", raw)?),
            "zip" => self.zip = Some(string("zip", raw)?),
            "crit" => return Err(FormError::Critical),
            "epk" => parameters.epk = Some(raw),
            "apu" => parameters.apu = Some(string("apu", raw)?),
            "apv" => parameters.apv = Some(string("apv", raw)?),
            "iv" => parameters.iv = Some(string("iv", raw)?),
            "tag" => parameters.tag = Some(string("tag", raw)?),
            "p2s" => parameters.p2s = Some(string("p2s", raw)?),
            "p2c" => parameters.p2c = Some(raw),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn alg(&self) -> &str {
        self.alg.as_deref().unwrap_or_default()
    }

    pub(crate) fn enc(&self) -> &str {
        self.enc.as_deref().unwrap_or_default()
    }

    /// The key management named; only ever compared with that of a key.
    pub(super) fn management(&self) -> Result<KeyManagement, DecryptError> {
        match KeyManagement::from_name(self.alg()) {
            Some(management) => Ok(management),
            None if self.alg() == "RSA1_5" => Err(DecryptError::Rsa15),
            None => Err(DecryptError::AlgorithmUnknown),
        }
    }

    /// The content encryption named; only ever compared with those accepted.
    pub(super) fn encryption(&self) -> Result<ContentEncryption, DecryptError> {
        ContentEncryption::from_name(self.enc()).ok_or(DecryptError::EncryptionUnknown)
    }
}

fn string<'a>(name: &'static str, raw: &'a str) -> Result<Cow<'a, str>, FormError> {
    json::string(raw).ok_or(FormError::HeaderMember(name))
}
