//! Read the registered claims strictly, in place, from JSON that is strict itself.

use std::borrow::Cow;

use super::claim::{Claim, Claims};
use crate::error::ClaimError;
use crate::json::{self, Kept, Raw};

/// The last second of the year 9999: later times are nonsense, or an overflow in waiting.
const LAST_SECOND: i64 = 253_402_300_799;

/// The claims looked at. Times are seconds since 1970; fractions (RFC 7519 §2) are cut off.
#[derive(Default)]
pub(super) struct Registered<'a> {
    pub(super) present: Claims,
    pub(super) iss: Option<Cow<'a, str>>,
    pub(super) sub: Option<Cow<'a, str>>,
    /// Raw: a string, or an array of strings.
    pub(super) aud: Option<Raw<'a>>,
    pub(super) exp: Option<i64>,
    pub(super) nbf: Option<i64>,
    pub(super) iat: Option<i64>,
}

impl<'a> Registered<'a> {
    /// Reads a claims set, and keeps every member of it for the caller's type.
    pub(super) fn read(text: &'a str, kept: &mut Kept<'a>) -> Result<Self, ClaimError> {
        let mut claims = Self::default();
        json::entries(text, |name, plain, raw| {
            kept.keep(plain, raw);
            match Claim::from_name(name) {
                Some(claim) => claims.take(claim, raw),
                None => Ok(()),
            }
        })?;
        Ok(claims)
    }

    fn take(&mut self, claim: Claim, raw: Raw<'a>) -> Result<(), ClaimError> {
        self.present = self.present.with(claim);
        match claim {
            Claim::Iss => self.iss = Some(string(claim, raw)?),
            Claim::Sub => self.sub = Some(string(claim, raw)?),
            Claim::Aud => {
                let is_list = || json::any_string(raw.text, |_| true).is_some();
                if raw.string().is_none() && !is_list() {
                    return Err(ClaimError::Type(claim));
                }
                self.aud = Some(raw);
            }
            Claim::Exp => self.exp = Some(time(claim, raw.text)?),
            Claim::Nbf => self.nbf = Some(time(claim, raw.text)?),
            Claim::Iat => self.iat = Some(time(claim, raw.text)?),
            Claim::Jti | Claim::ClientId => {
                string(claim, raw)?;
            }
            Claim::Nonce | Claim::Events => {}
        }
        Ok(())
    }

    /// Whether the audience is, or holds, a name that passes.
    pub(super) fn is_for(&self, mut passes: impl FnMut(&str) -> bool) -> bool {
        let Some(raw) = self.aud else { return false };
        match raw.string() {
            Some(one) => passes(&one),
            None => json::any_string(raw.text, passes).unwrap_or(false),
        }
    }
}

fn string(claim: Claim, raw: Raw<'_>) -> Result<Cow<'_, str>, ClaimError> {
    raw.string().ok_or(ClaimError::Type(claim))
}

/// A `NumericDate`: a JSON number from 0 to [`LAST_SECOND`].
fn time(claim: Claim, raw: &str) -> Result<i64, ClaimError> {
    if !raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Err(ClaimError::Type(claim));
    }
    let seconds = match raw.parse::<i64>() {
        Ok(seconds) => Some(seconds),
        Err(_) => raw.parse::<f64>().ok().and_then(whole_seconds),
    };
    match seconds {
        Some(seconds @ 0..=LAST_SECOND) if !raw.starts_with('-') => Ok(seconds),
        Some(_) | None => Err(ClaimError::Range(claim)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first"
)]
fn whole_seconds(seconds: f64) -> Option<i64> {
    (0.0..9.0e15)
        .contains(&seconds)
        .then_some(seconds.floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Registered<'_>, ClaimError> {
        Registered::read(text, &mut Kept::new(text))
    }

    fn exp(raw: &str) -> Result<Option<i64>, ClaimError> {
        read(&format!("{{\"exp\":{raw}}}")).map(|claims| claims.exp)
    }

    #[test]
    fn times_are_numbers_from_1970_to_9999_and_fractions_are_cut_off() {
        for (raw, seconds) in [
            ("0", 0),
            ("1800000000", 1_800_000_000),
            ("1800000000.999", 1_800_000_000),
            ("1.8e9", 1_800_000_000),
            ("253402300799", LAST_SECOND),
        ] {
            assert_eq!(exp(raw), Ok(Some(seconds)), "{raw}");
        }
        for raw in [
            "-1",
            "-0",
            "-0.5",
            "253402300800",
            "9223372036854775808",
            "1e400",
            "1e18",
        ] {
            assert_eq!(exp(raw), Err(ClaimError::Range(Claim::Exp)), "{raw}");
        }
        for raw in ["\"1800000000\"", "null", "true", "[1]", "{}"] {
            assert_eq!(exp(raw), Err(ClaimError::Type(Claim::Exp)), "{raw}");
        }
    }

    #[test]
    fn texts_are_strings_and_audiences_strings_or_lists_of_them() {
        for text in [
            r#"{"iss":1}"#,
            r#"{"sub":null}"#,
            r#"{"jti":[]}"#,
            r#"{"client_id":{}}"#,
        ] {
            assert!(matches!(read(text), Err(ClaimError::Type(_))), "{text}");
        }
        for text in [
            r#"{"aud":1}"#,
            r#"{"aud":["a",1]}"#,
            r#"{"aud":null}"#,
            r#"{"aud":{"a":1}}"#,
        ] {
            assert!(
                matches!(read(text), Err(ClaimError::Type(Claim::Aud))),
                "{text}"
            );
        }
    }
}
