//! Passwords (PBES2, RFC 7518 §4.8): read, never written.
//!
//! The sender says how often to hash. That is work that the sender orders and the reader does, so it
//! is bounded before any of it is done.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use zeroize::Zeroizing;

use super::super::algorithm::KeyManagement;
use super::super::error::{DecryptError, FormError};
use super::super::header::Parameters;
use super::decoded;
use crate::jwk::Secret;

/// Most iterations computed: twice what is recommended for SHA-256 (600,000), about half a second.
pub const MAX_ITERATIONS: u32 = 1_200_000;

/// Shortest salt input accepted, in bytes (RFC 7518 §4.8.1.1).
pub const MIN_SALT_LEN: usize = 8;

/// How a password becomes a key.
pub(super) struct Stretch {
    salt: Vec<u8>,
    iterations: NonZeroU32,
}

impl Stretch {
    pub(super) fn read(
        parameters: &Parameters<'_>,
        management: KeyManagement,
    ) -> Result<Self, DecryptError> {
        let input = decoded("p2s", parameters.p2s.as_deref())?;
        if input.len() < MIN_SALT_LEN {
            return Err(DecryptError::Salt);
        }
        let count = parameters.p2c.ok_or(FormError::HeaderMember("p2c"))?;
        if !count.bytes().all(|one| one.is_ascii_digit()) {
            return Err(FormError::HeaderMember("p2c").into());
        }
        let iterations = count
            .parse::<NonZeroU32>()
            .ok()
            .filter(|count| count.get() <= MAX_ITERATIONS)
            .ok_or(DecryptError::Iterations)?;
        Ok(Self {
            salt: [management.name().as_bytes(), &[0], &input].concat(),
            iterations,
        })
    }

    pub(super) fn derive(&self, hash: pbkdf2::Algorithm, password: &[u8], len: usize) -> Secret {
        let mut key = Zeroizing::new(vec![0; len]);
        pbkdf2::derive(hash, self.iterations, &self.salt, password, &mut key);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(p2s: &'static str, p2c: &'static str) -> Result<Stretch, DecryptError> {
        let parameters = Parameters {
            p2s: Some(p2s.into()),
            p2c: Some(p2c),
            ..Parameters::default()
        };
        Stretch::read(&parameters, KeyManagement::Pbes2Hs256A128Kw)
    }

    /// RFC 7517 appendix C.4.
    #[test]
    fn a_password_becomes_the_key_of_rfc_7517() {
        let stretch = read("2WCTcJZ1Rvd_CJuJripQ1w", "4096").unwrap();
        let password = b"Thus from my lips, by yours, my sin is purged.";
        let key = stretch.derive(pbkdf2::PBKDF2_HMAC_SHA256, password, 16);
        let wanted = [
            110, 171, 169, 92, 129, 92, 109, 117, 233, 242, 116, 233, 170, 14, 24, 75,
        ];
        assert_eq!(key.as_slice(), wanted);
    }

    #[test]
    fn work_and_salt_are_bounded_before_anything_is_computed() {
        assert!(read("2WCTcJZ1Rvd_CJuJripQ1w", "1200000").is_ok());
        for p2c in [
            "0",
            "1200001",
            "2147483648",
            "4294967296",
            "99999999999999999999",
        ] {
            let refused = read("2WCTcJZ1Rvd_CJuJripQ1w", p2c).err();
            assert_eq!(refused, Some(DecryptError::Iterations), "{p2c}");
        }
        for p2c in ["-1", "1e3", "1000.0", "\"1000\"", "null", "[]"] {
            let refused = read("2WCTcJZ1Rvd_CJuJripQ1w", p2c).err();
            assert_eq!(
                refused,
                Some(FormError::HeaderMember("p2c").into()),
                "{p2c}"
            );
        }
        assert!(read("AAAAAAAAAAA", "1000").is_ok());
        assert_eq!(read("AAAAAAAAAA", "1000").err(), Some(DecryptError::Salt));
        let refused = read("AAAAAAAAAA=", "1000").err();
        assert_eq!(refused, Some(FormError::HeaderMember("p2s").into()));
    }
}
