//! A key's name that follows from the key: thumbprints (RFC 7638) and their URIs (RFC 9278).

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use super::{Jwk, Material};
use crate::base64url;

/// What a SHA-256 thumbprint URI begins with (RFC 9278 §5).
pub const THUMBPRINT_URI_PREFIX: &str = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:";

impl Jwk {
    /// The SHA-256 thumbprint in base64url, 43 characters: over the required public members, in the
    /// order and form of RFC 7638 §3 (for OKP keys RFC 8037 §2). A shared secret's thumbprint covers
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
