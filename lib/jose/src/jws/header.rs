//! Read the protected header (RFC 7515 §4): the three members that matter, and the two that forbid.
//!
//! `crit` and `b64` forbid, but for one reader: who verifies an unencoded payload demands
//! `b64: false` under `crit: ["b64"]` (RFC 7797 §6), and nothing else in `crit`.

use std::borrow::Cow;

use crate::Algorithm;
use crate::error::{FormError, VerifyError};
use crate::json::{self, JsonError, Raw};

/// How a payload was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// As its base64url, as in every ordinary JWS.
    Encoded,
    /// As it is (RFC 7797).
    Raw,
}

/// The members looked at, of a header that is strict JSON; nothing is decided yet.
pub(crate) struct Fields<'a> {
    alg: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    typ: Option<Cow<'a, str>>,
    /// Raw.
    crit: Option<&'a str>,
    /// Raw.
    b64: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// Reads decoded bytes; `each` is told every member's name.
    pub(crate) fn read(bytes: &'a [u8], mut each: impl FnMut(&str)) -> Result<Self, FormError> {
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        let (mut alg, mut kid, mut typ, mut crit, mut b64) = (None, None, None, None, None);
        json::entries(text, |name, _, raw| {
            each(name);
            match name {
                "alg" => alg = Some(string("alg", raw)?),
                "kid" => kid = Some(string("kid", raw)?),
                "typ" => typ = Some(string("typ", raw)?),
                "crit" => crit = Some(raw.text),
                "b64" => b64 = Some(raw.text),
                _ => {}
            }
            Ok::<_, FormError>(())
        })?;
        Ok(Self {
            alg,
            kid,
            typ,
            crit,
            b64,
        })
    }

    /// Whether the payload is signed as the verifier reads it.
    pub(crate) fn check_coding(&self, coding: Coding) -> Result<(), FormError> {
        match (coding, self.b64) {
            (Coding::Encoded, None | Some("true")) | (Coding::Raw, Some("false")) => Ok(()),
            (Coding::Encoded, Some(_)) => Err(FormError::Unencoded),
            (Coding::Raw, _) => Err(FormError::Encoded),
        }
    }

    /// The header, where it demands no more than the verifier understands.
    pub(crate) fn understood(self, coding: Coding) -> Result<Header<'a>, FormError> {
        match (coding, self.crit) {
            (Coding::Encoded, None) => {}
            (Coding::Raw, None) => return Err(FormError::HeaderMember("crit")),
            (Coding::Raw, Some(crit)) if is_b64_alone(crit) => {}
            (Coding::Encoded | Coding::Raw, Some(_)) => return Err(FormError::Critical),
        }
        Ok(Header {
            alg: self.alg.ok_or(FormError::HeaderMember("alg"))?,
            kid: self.kid,
            typ: self.typ,
        })
    }
}

/// What a header claims.
pub(crate) struct Header<'a> {
    pub(crate) alg: Cow<'a, str>,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) typ: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    /// Reads decoded bytes as strict JSON, for an ordinary JWS.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, FormError> {
        Self::read_as(Coding::Encoded, bytes)
    }

    /// Reads decoded bytes as strict JSON.
    pub(crate) fn read_as(coding: Coding, bytes: &'a [u8]) -> Result<Self, FormError> {
        let fields = Fields::read(bytes, |_| {})?;
        if coding == Coding::Encoded && fields.crit.is_some() {
            return Err(FormError::Critical);
        }
        fields.check_coding(coding)?;
        fields.understood(coding)
    }

    /// The same, owned; an absent `kid` may be told by `kid`, which nobody signed.
    pub(crate) fn into_owned(self, kid: Option<String>) -> Header<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Header {
            alg: own(self.alg),
            kid: self.kid.map(own).or(kid.map(Cow::Owned)),
            typ: self.typ.map(own),
        }
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

fn string<'a>(name: &'static str, raw: Raw<'a>) -> Result<Cow<'a, str>, FormError> {
    raw.string().ok_or(FormError::HeaderMember(name))
}

/// Whether `crit` lists the one extension of RFC 7797.
fn is_b64_alone(crit: &str) -> bool {
    let mut names = 0;
    let listed = json::any_string(crit, |name| {
        names += 1;
        name == "b64"
    });
    listed == Some(true) && names == 1
}
