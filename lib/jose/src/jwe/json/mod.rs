//! The JSON serialisation, flattened and general (RFC 7516 §7.2).
//!
//! `alg` and `enc` are read from the protected header only, as are `typ`, `cty` and `zip`: the RFC
//! allows them where nothing protects them, but then anybody could choose. Several recipients
//! therefore share one `alg`; each brings its `kid` and what its wrapping needs in a header of its
//! own. No header repeats a name of another.
//!
//! A recipient tries exactly one key: that of the first recipient whose `kid` and `alg` name one of
//! its keys. Where there are several recipients, those without a `kid` are passed over.

mod decrypt;
mod encrypt;
mod raw;

use std::borrow::Cow;

pub use decrypt::decrypt;
pub use encrypt::encrypt;

/// Most recipients of a message, so that looking for one's own stays cheap.
pub const MAX_RECIPIENTS: usize = 16;

/// What the tag covers beside the content (RFC 7516 §5.1, step 14).
fn covered<'a>(header: &'a str, aad: Option<&str>) -> Cow<'a, str> {
    match aad {
        None => Cow::Borrowed(header),
        Some(aad) => Cow::Owned(format!("{header}.{aad}")),
    }
}
