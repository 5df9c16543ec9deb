//! A key's name that follows from the key: thumbprints (RFC 7638) and their URIs (RFC 9278).

use aws_lc_rs::digest;
use thiserror::Error;
use zeroize::Zeroizing;

use super::{Jwk, Material};
use crate::base64url;

/// What a SHA-256 thumbprint URI begins with (RFC 9278 §5).
pub const THUMBPRINT_URI_PREFIX: &str = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:";

/// What every thumbprint URI begins with; the hash's name follows.
const FAMILY: &str = "urn:ietf:params:oauth:jwk-thumbprint:";

/// The length of `urn:ietf:` in it.
const NAMESPACE_LEN: usize = 9;

/// Why text names no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ThumbprintUriError {
    /// It does not begin as RFC 9278 demands, or no canonical thumbprint of the hash follows.
    #[error("not a JWK thumbprint URI (RFC 9278)")]
    Form,
    /// The hash is not SHA-256.
    #[error("the thumbprint URI names a hash that is not supported; expected sha-256")]
    Hash,
}

impl Jwk {
    /// The SHA-256 thumbprint in base64url, 43 characters: over the required public members, in the
    /// order and form of RFC 7638 §3 (for OKP keys RFC 8037 §2, for AKP keys RFC 9964 §6). A shared secret's thumbprint covers
    /// the secret itself: publish it only where the secret is beyond guessing (RFC 7638 §7).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let digest = match &self.material {
            Material::Okp { crv, x, .. } => {
                hash(&[("crv", &quoted(crv)), ("kty", "\"OKP\""), ("x", &binary(x))])
            }
            Material::Ec { crv, x, y, .. } => {
                let (crv, x, y) = (quoted(crv), binary(x), binary(y));
                hash(&[("crv", &crv), ("kty", "\"EC\""), ("x", &x), ("y", &y)])
            }
            Material::Rsa { n, e, .. } => {
                hash(&[("e", &binary(e)), ("kty", "\"RSA\""), ("n", &binary(n))])
            }
            Material::Akp { public, .. } => {
                let alg = quoted(self.alg.as_deref().unwrap_or_default());
                hash(&[("alg", &alg), ("kty", "\"AKP\""), ("pub", &binary(public))])
            }
            Material::Oct { k } => {
                let mut text = Zeroizing::new(String::with_capacity(k.len() * 2 + 2));
                text.push('"');
                base64url::encode_into(k, &mut text);
                text.push('"');
                hash(&[("k", &text), ("kty", "\"oct\"")])
            }
        };
        base64url::encode(digest)
    }

    /// The thumbprint as a URI (RFC 9278).
    #[must_use]
    pub fn thumbprint_uri(&self) -> String {
        format!("{THUMBPRINT_URI_PREFIX}{}", self.thumbprint())
    }

    /// Whether this URI (RFC 9278) names this key.
    ///
    /// # Errors
    /// [`ThumbprintUriError`] where the text is no such URI, or of a hash that is not computed here:
    /// neither is an answer about the key.
    pub fn has_thumbprint_uri(&self, uri: &str) -> Result<bool, ThumbprintUriError> {
        let (scheme, rest) = uri
            .split_at_checked(FAMILY.len())
            .ok_or(ThumbprintUriError::Form)?;
        // `urn:` and the namespace match in any case (RFC 8141 §3.1), all else exactly.
        let (urn, namespaced) = FAMILY.split_at(NAMESPACE_LEN);
        let (own_urn, own) = scheme.split_at_checked(NAMESPACE_LEN).unwrap_or_default();
        if !own_urn.eq_ignore_ascii_case(urn) || own != namespaced {
            return Err(ThumbprintUriError::Form);
        }
        let (hash, thumbprint) = rest.split_once(':').ok_or(ThumbprintUriError::Form)?;
        if hash != "sha-256" {
            return Err(ThumbprintUriError::Hash);
        }
        let digest = base64url::decode(thumbprint).map_err(|_| ThumbprintUriError::Form)?;
        if digest.len() != digest::SHA256_OUTPUT_LEN {
            return Err(ThumbprintUriError::Form);
        }
        Ok(thumbprint == self.thumbprint())
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn binary(bytes: &[u8]) -> String {
    format!("\"{}\"", base64url::encode(bytes))
}

/// The digest of an object of these members, without white space.
fn hash(members: &[(&str, &str)]) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut separator = "{";
    for (name, value) in members {
        for part in [separator, "\"", name, "\":", value] {
            context.update(part.as_bytes());
        }
        separator = ",";
    }
    context.update(b"}");
    context.finish()
}
