//! The headers that a key's own signer writes, encoded beforehand.
//!
//! Nearly every token bears letter by letter the header that [`jwt::sign`](crate::jwt::sign) writes
//! for its key and purpose. Where a verifier knows that text, the header need not be decoded and read:
//! the strict reader would find this `alg`, this `kid` and this `typ` in it, and nothing else.

use crate::Algorithm;
use crate::jws;
use crate::jwt::Purpose;

/// Headers of one key, by purpose. Without a name, a key has none: whether it is meant by a header
/// that names nobody depends on the other keys.
#[derive(Clone, Default)]
pub(super) struct Written([Option<Box<str>>; Purpose::ALL.len()]);

impl Written {
    /// Those of the key of this name.
    pub(super) fn by(algorithm: Algorithm, kid: &str) -> Self {
        Self(Purpose::ALL.map(|purpose| written(algorithm, Some(kid), purpose)))
    }

    /// Whether this is the encoded header for the purpose.
    pub(super) fn holds(&self, header: &str, purpose: Purpose) -> bool {
        let known = self.0.get(purpose as usize).and_then(Option::as_deref);
        known == Some(header)
    }
}

/// The encoded header that is written for a purpose; none that no verifier would read.
pub(crate) fn written(
    algorithm: Algorithm,
    kid: Option<&str>,
    purpose: Purpose,
) -> Option<Box<str>> {
    let prefix = jws::prefix(algorithm.name(), kid, Some(purpose.typ())).ok()?;
    prefix.strip_suffix('.').map(Box::from)
}
