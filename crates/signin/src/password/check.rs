//! What a password must be (NIST SP 800-63B-4 §3.1.1.2): long enough, and not among the first guesses.

use symbolon_identity::realm::Realm;
use symbolon_identity::subject::Subject;
use symbolon_token::secret::Secret;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// Characters of a password that alone lets somebody in.
pub const MIN_ALONE: usize = 15;

/// Characters of a password beside which something else is asked for.
pub const MIN_WITH_ANOTHER: usize = 8;

/// The most bytes: sixteen times what has to be allowed, and nothing to a hash.
pub const MAX_BYTES: usize = 1024;

/// What a password is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It alone lets somebody in.
    Alone,
    /// Something else is always asked for beside it.
    WithAnother,
}

/// Why a password is not accepted. What is said about it goes to whoever typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Weakness {
    /// Too few characters.
    #[error("a password has at least {least} characters")]
    Short {
        /// How many there must be.
        least: usize,
    },
    /// Too many bytes.
    #[error("a password has at most {MAX_BYTES} bytes")]
    Long,
}

/// The text as it is hashed: composed characters (NFC), so that every keyboard writes the same one.
/// `None` where it is longer than any password.
pub(super) fn normal(text: &Secret) -> Option<Secret> {
    if text.len() > MAX_BYTES {
        return None;
    }
    Some(Secret::new(text.reveal().nfc().collect()))
}

pub(super) fn own(_: &Realm, _: &Subject) -> Vec<String> {
    Vec::new()
}

pub(super) fn check(text: &Secret, part: Part, _: &[String]) -> Result<Secret, Weakness> {
    let normal = normal(text).ok_or(Weakness::Long)?;
    let least = match part {
        Part::Alone => MIN_ALONE,
        Part::WithAnother => MIN_WITH_ANOTHER,
    };
    if normal.reveal().chars().count() < least {
        return Err(Weakness::Short { least });
    }
    Ok(normal)
}
