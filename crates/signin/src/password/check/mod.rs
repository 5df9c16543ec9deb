//! What a password must be (NIST SP 800-63B-4 §3.1.1.2): long enough, and not among the first guesses.
//!
//! 1. At most [`MAX_BYTES`], and as many characters (Unicode code points) as its [`Part`] asks for.
//!    Nothing is asked about which characters.
//! 2. No character or short group over and over ([`sequence`]).
//! 3. It is covered with what guessers begin with: runs along the alphabet or the keyboard, the
//!    person's own words, common passwords, and the digits and signs that people put around them
//!    ([`cover`]). Where nearly nothing is left over, it is refused.

mod cover;
mod own;
mod sequence;

pub(super) use own::own;

use symbolon_token::secret::Secret;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use self::cover::{Cover, Reading, cover};

/// Characters of a password that alone lets somebody in.
pub const MIN_ALONE: usize = 15;

/// Characters of a password beside which something else is asked for.
pub const MIN_WITH_ANOTHER: usize = 8;

/// The most bytes: four times what 64 characters, which have to be allowed, may take.
pub const MAX_BYTES: usize = 1024;

/// Characters that may be left over of a password that is refused all the same.
const FEW: usize = 2;

/// Common words that make a password common; more in a row are a passphrase.
const FEW_WORDS: usize = 2;

/// What a password is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It alone lets somebody in.
    Alone,
    /// Something else is always asked for beside it.
    WithAnother,
}

impl Part {
    /// The fewest characters.
    #[must_use]
    pub const fn least(self) -> usize {
        match self {
            Self::Alone => MIN_ALONE,
            Self::WithAnother => MIN_WITH_ANOTHER,
        }
    }
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
    /// The same over and over.
    #[error("this password repeats itself; choose one that does not")]
    Repeated,
    /// Along the alphabet or the keyboard.
    #[error("this password follows the alphabet or the keyboard; choose one that does not")]
    Sequential,
    /// Made of the person's own name or address, or the server's.
    #[error("this password is made of your name or this address; choose one that is not")]
    Own,
    /// Among the first that are guessed.
    #[error("this password is among the first that are guessed; choose another")]
    Common,
}

/// The text as it is hashed: composed characters (NFC), so that every keyboard writes the same one.
/// `None` where it is longer than any password.
pub(super) fn normal(text: &Secret) -> Option<Secret> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut composed = String::with_capacity(text.len() * 3);
    composed.extend(text.reveal().nfc());
    Some(Secret::new(composed))
}

/// Checks a password, and gives it as it is hashed. `own` are the words that its person and server are
/// known by.
///
/// # Errors
/// [`Weakness`], the first that is found.
pub(super) fn check(text: &Secret, part: Part, own: &[String]) -> Result<Secret, Weakness> {
    let normal = normal(text).ok_or(Weakness::Long)?;
    let least = part.least();
    if normal.reveal().chars().count() < least {
        return Err(Weakness::Short { least });
    }
    let mut folded = Zeroizing::new(Vec::with_capacity(normal.len() * 2));
    folded.extend(fold(normal.reveal()));
    if sequence::repeats(&folded) {
        return Err(Weakness::Repeated);
    }
    // `1940liver` is a year and a word, or `194` and `oliver`: the worse reading counts.
    let readings = [Reading::Plain, Reading::Signs];
    let mut covers = readings
        .map(|reading| cover(&folded, own, reading))
        .into_iter();
    match covers.find_map(|cover| judge(&cover)) {
        Some(weakness) => Err(weakness),
        None => Ok(normal),
    }
}

/// Step 3.
fn judge(cover: &Cover) -> Option<Weakness> {
    let words = cover.words.len();
    if cover.left_over > FEW || words > FEW_WORDS {
        None
    } else if cover.has_own {
        Some(Weakness::Own)
    } else if words == 0 && cover.has_run {
        Some(Weakness::Sequential)
    } else {
        Some(Weakness::Common)
    }
}

/// As words are compared: compatible characters alike (NFKC), in lower case.
fn fold(text: &str) -> impl Iterator<Item = char> {
    text.nfkc().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests;
