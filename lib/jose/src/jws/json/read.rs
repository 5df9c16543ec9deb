//! Take a JWS in the JSON serialisation apart (RFC 7515 §7.2).
//!
//! 1. Its size, before anything is parsed.
//! 2. Strict JSON: no duplicate member at any depth.
//! 3. Either `signatures`, of at most [`MAX_SIGNATURES`], or the members of one signature; not both.
//! 4. Of each signature: the protected header in canonical base64url and strict JSON; no name in both
//!    headers (RFC 7515 §4).
//! 5. All signatures agree on the coding of the payload (RFC 7797 §3), and it is the one expected.
//!
//! What fails these is refused whole. A signature that demands what is not understood, or hides from
//! its own protection what must be protected, is kept with its fault: the others may still hold.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::base64url;
use crate::error::{FormError, Part};
use crate::json::{self, JsonError};
use crate::jws::header::{Coding, Fields, Header};
use crate::jws::{MAX_HEADER_LEN, MAX_TOKEN_LEN};

/// Most signatures of one token, so that it cannot demand many verifications.
pub const MAX_SIGNATURES: usize = 8;

/// The members of the JSON object that matter, by their raw text.
#[derive(Default)]
struct Raw<'t> {
    payload: Option<&'t str>,
    signatures: Option<&'t str>,
    protected: Option<&'t str>,
    header: Option<&'t str>,
    signature: Option<&'t str>,
}

impl<'t> Raw<'t> {
    fn read(text: &'t str) -> Result<Self, FormError> {
        let mut found = Self::default();
        json::members(text, |name, raw| {
            match name {
                "payload" => found.payload = Some(raw),
                "signatures" => found.signatures = Some(raw),
                "protected" => found.protected = Some(raw),
                "header" => found.header = Some(raw),
                "signature" => found.signature = Some(raw),
                _ => {}
            }
            Ok::<_, JsonError>(())
        })
        .map_err(FormError::Json)?;
        Ok(found)
    }

    fn is_flattened(&self) -> bool {
        self.protected.is_some() || self.header.is_some() || self.signature.is_some()
    }
}

/// A token taken apart, believed by nobody yet.
pub(crate) struct Signed<'t> {
    /// As it stands in the token; absent where it is detached.
    pub(crate) payload: Option<Cow<'t, str>>,
    /// One at least.
    pub(crate) signatures: Vec<Claimed>,
}

/// A signature as claimed.
pub(crate) struct Claimed {
    /// The protected header, still encoded: the first part of what is signed.
    pub(super) protected: String,
    /// Its header, or why it cannot count.
    pub(super) header: Result<Header<'static>, FormError>,
    /// Still encoded.
    pub(super) signature: String,
}

impl<'t> Signed<'t> {
    /// Steps 1 to 5.
    pub(crate) fn read(text: &'t str, coding: Coding) -> Result<Self, FormError> {
        if text.len() > MAX_TOKEN_LEN {
            let limit = MAX_TOKEN_LEN;
            return Err(FormError::TooLong { limit });
        }
        let raw = Raw::read(text)?;
        let signatures = match raw.signatures {
            None => vec![Claimed::read(&raw, coding)?],
            Some(_) if raw.is_flattened() => return Err(FormError::Member("signatures")),
            Some(list) => elements(list)?
                .into_iter()
                .map(|one| Claimed::read(&Raw::read(one)?, coding))
                .collect::<Result<_, _>>()?,
        };
        let payload = raw.payload.map(|raw| string("payload", raw)).transpose()?;
        Ok(Self {
            payload,
            signatures,
        })
    }
}

/// The raw signatures of the general form, counted before any is looked at.
fn elements(list: &str) -> Result<Vec<&str>, FormError> {
    let (mut found, mut count) = (Vec::new(), 0);
    json::elements(list, |raw| {
        count += 1;
        if count <= MAX_SIGNATURES {
            found.push(raw);
        }
    })
    .map_err(|_| FormError::Member("signatures"))?;
    match count {
        0 => Err(FormError::Member("signatures")),
        1..=MAX_SIGNATURES => Ok(found),
        _ => Err(FormError::TooManySignatures),
    }
}

impl Claimed {
    /// Steps 4 and 5.
    fn read(raw: &Raw<'_>, coding: Coding) -> Result<Self, FormError> {
        let signature = raw.signature.ok_or(FormError::Member("signature"))?;
        let signature = string("signature", signature)?.into_owned();
        let protected = match (raw.protected, raw.header) {
            (Some(protected), _) => string("protected", protected)?,
            (None, Some(_)) => Cow::Borrowed(""),
            (None, None) => return Err(FormError::Member("protected")),
        };
        if protected.len() > MAX_HEADER_LEN {
            return Err(FormError::HeaderTooLong);
        }
        let bytes = match raw.protected {
            Some(_) => base64url::decode(protected.as_bytes())
                .map_err(|_| FormError::Encoding(Part::Header))?,
            None => b"{}".to_vec(),
        };
        let mut names = BTreeSet::new();
        let fields = Fields::read(&bytes, |name| {
            names.insert(name.to_owned());
        })?;
        fields.check_coding(coding)?;
        let loose = Loose::read(raw.header, &names)?;
        let header = match loose.void {
            Some(name) => Err(FormError::Unprotected(name)),
            None => fields
                .understood(coding)
                .map(|header| header.into_owned(loose.kid)),
        };
        Ok(Self {
            protected: protected.into_owned(),
            header,
            signature,
        })
    }
}

/// What an unprotected header says.
#[derive(Default)]
struct Loose {
    /// May stand here: it only chooses among trusted keys.
    kid: Option<String>,
    /// A member that must not stand here.
    void: Option<&'static str>,
}

impl Loose {
    fn read(raw: Option<&str>, protected: &BTreeSet<String>) -> Result<Self, FormError> {
        let mut found = Self::default();
        let Some(raw) = raw else { return Ok(found) };
        if raw.len() > MAX_HEADER_LEN {
            return Err(FormError::HeaderTooLong);
        }
        json::members(raw, |name, raw| {
            if protected.contains(name) {
                return Err(FormError::Ambiguous);
            }
            match name {
                "kid" => {
                    let kid = json::string(raw).ok_or(FormError::HeaderMember("kid"))?;
                    found.kid = Some(kid.into_owned());
                }
                "alg" => found.void = Some("alg"),
                "typ" => found.void = Some("typ"),
                "crit" => found.void = Some("crit"),
                "b64" => found.void = Some("b64"),
                _ => {}
            }
            Ok(())
        })?;
        Ok(found)
    }
}

fn string<'t>(name: &'static str, raw: &'t str) -> Result<Cow<'t, str>, FormError> {
    json::string(raw).ok_or(FormError::Member(name))
}
