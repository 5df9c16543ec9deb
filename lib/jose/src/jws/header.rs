//! Read the protected header (RFC 7515 §4): the three members that matter, and the two that forbid.

use std::borrow::Cow;

use crate::Algorithm;
use crate::error::{FormError, VerifyError};
use crate::json::{self, JsonError};

/// What a header claims.
pub(crate) struct Header<'a> {
    pub(crate) alg: Cow<'a, str>,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) typ: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    /// Reads decoded bytes as strict JSON.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, FormError> {
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        let (mut alg, mut kid, mut typ) = (None, None, None);
        json::members(text, |name, raw| {
            match name {
                "alg" => alg = Some(string("alg", raw)?),
                "kid" => kid = Some(string("kid", raw)?),
                "typ" => typ = Some(string("typ", raw)?),
                "crit" => return Err(FormError::Critical),
                "b64" if raw != "true" => return Err(FormError::Unencoded),
                _ => {}
            }
            Ok(())
        })?;
        Ok(Self {
            alg: alg.ok_or(FormError::HeaderMember("alg"))?,
            kid,
            typ,
        })
    }

    /// The algorithm named; only ever compared with that of a key.
    pub(crate) fn algorithm(&self) -> Result<Algorithm, VerifyError> {
        match Algorithm::from_name(&self.alg) {
            Some(algorithm) => Ok(algorithm),
            None if self.alg.eq_ignore_ascii_case("none") => Err(VerifyError::AlgorithmNone),
            None => Err(VerifyError::AlgorithmUnknown),
        }
    }
}

fn string<'a>(name: &'static str, raw: &'a str) -> Result<Cow<'a, str>, FormError> {
    json::string(raw).ok_or(FormError::HeaderMember(name))
}
