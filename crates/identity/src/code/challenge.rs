//! Proof Key for Code Exchange (RFC 7636), by `S256` alone: `plain` shows the verifier to whoever
//! sees the request.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Characters of a challenge: 32 bytes in base64url.
const CHALLENGE: usize = 43;

/// Characters that a verifier may have (RFC 7636 §4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// What a code is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

/// Why a challenge cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChallengeError {
    /// It is no SHA-256 in base64url.
    #[error("code_challenge must be 43 base64url characters: the SHA-256 of the code_verifier")]
    Malformed,
    /// The method is not S256.
    #[error("code_challenge_method must be there and be S256 (RFC 7636, 4.2)")]
    Method,
}

impl Challenge {
    /// The challenge of a request, by its method.
    ///
    /// # Errors
    /// [`ChallengeError`].
    pub fn parse(challenge: &str, method: Option<&str>) -> Result<Self, ChallengeError> {
        if method != Some("S256") {
            return Err(ChallengeError::Method);
        }
        let bytes = URL_SAFE_NO_PAD.decode(challenge);
        match bytes {
            Ok(bytes) if bytes.len() == 32 && challenge.len() == CHALLENGE => {
                Ok(Self(challenge.to_owned()))
            }
            Ok(_) | Err(_) => Err(ChallengeError::Malformed),
        }
    }

    /// The challenge of a verifier.
    #[must_use]
    pub fn of(verifier: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())))
    }

    /// As a request has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a verifier is the one whose digest this is (RFC 7636 §4.6).
    #[must_use]
    pub fn holds(&self, verifier: &str) -> bool {
        let unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        let shaped = VERIFIER.contains(&verifier.len()) && verifier.bytes().all(unreserved);
        let own = Self::of(verifier);
        shaped && verify_slices_are_equal(own.0.as_bytes(), self.0.as_bytes()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_holds() {
        let challenge = Challenge::parse(CHALLENGE, Some("S256")).unwrap();
        assert!(challenge.holds(VERIFIER));
        assert!(!challenge.holds(CHALLENGE));
        assert!(!challenge.holds(""));
    }

    #[test]
    fn only_s256_is_a_method() {
        for method in [None, Some("plain"), Some("s256"), Some("")] {
            let refused = Challenge::parse(CHALLENGE, method);
            assert_eq!(refused, Err(ChallengeError::Method));
        }
        for challenge in ["", "abc", &"A".repeat(44), VERIFIER.trim_end_matches('k')] {
            let refused = Challenge::parse(challenge, Some("S256"));
            assert_eq!(refused, Err(ChallengeError::Malformed), "{challenge}");
        }
    }

    proptest! {
        #[test]
        fn no_other_verifier_holds(verifier in "[A-Za-z0-9._~-]{43,128}") {
            let challenge = Challenge::parse(CHALLENGE, Some("S256")).unwrap();
            prop_assume!(verifier != VERIFIER);
            prop_assert!(!challenge.holds(&verifier));
        }
    }
}
