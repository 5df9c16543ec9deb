//! One key for each purpose, derived from a root key by HKDF-SHA-256 (RFC 5869).
//!
//! `info` is the purpose's label, a zero byte, then the context. No label is another's beginning
//! with a zero byte after it, so no two purposes meet.

use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use zeroize::Zeroizing;

use super::RootKey;

/// RFC 5869 §3.1 asks for a salt; root keys are uniformly random, so a constant does.
const SALT: &[u8] = b"symbolon root key, version 1";

/// What a derived key is good for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Tells a right root key from a wrong one at start.
    Check,
    /// Keys of the contents of encrypted access tokens.
    Content,
    /// Signs the journal.
    Journal,
    /// Keys that sign the feed.
    Feed,
    /// Proves that a token's `jti` is ours.
    Mac,
    /// Digests what is looked up.
    Pepper,
    /// Derives the keys of seals.
    Seal,
    /// Secrets that are not stored.
    Secret,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Check => b"check",
            Self::Content => b"content",
            Self::Journal => b"journal",
            Self::Feed => b"feed",
            Self::Mac => b"mac",
            Self::Pepper => b"pepper",
            Self::Seal => b"seal",
            Self::Secret => b"secret",
        }
    }
}

/// The root key's key for a purpose and, within it, a context.
pub(crate) fn derive(root: &RootKey, purpose: Purpose, context: &[u8]) -> Zeroizing<[u8; 32]> {
    let prk = Salt::new(HKDF_SHA256, SALT).extract(&*root.bytes);
    expand(&prk, &[purpose.label(), &[0], context])
}

/// 32 bytes for these parts, whose lengths the caller has made unambiguous.
pub(crate) fn expand(prk: &Prk, info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    prk.expand(info, HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut *key))
        .expect("HKDF-SHA-256 gives up to 8,160 bytes, and 32 were asked for");
    key
}
