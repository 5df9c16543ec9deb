//! The slow hash: Argon2id (RFC 9106) over the peppered digest of a password, with 19 MiB of memory.
//!
//! Memory and lanes are fixed; the number of passes may rise, so each hash is stored beside its
//! parameters. The memory is a thread's own and is given to each hash in turn ([`Memory`]).

use std::fmt;
use std::str::FromStr;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use symbolon_token::random::{self, Random};
use symbolon_token::secret::Digest;

/// KiB of memory for each hash: the least that OWASP recommends with two passes. More would buy
/// little, for the pepper keeps a thief of the database from guessing at all.
pub(crate) const MEMORY: u32 = 19 * 1024;

/// The fewest passes.
pub(crate) const MIN_PASSES: u32 = 2;

/// The most passes, however fast the machine: a row written by the fastest machine of an installation
/// is also hashed by its slowest.
pub(crate) const MAX_PASSES: u32 = 12;

/// Lanes: one, for the threads of the pool are all busy when it counts.
const LANES: u32 = 1;

/// Bytes of salt (RFC 9106 §3.1).
const SALT: usize = 16;

/// How much work a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Passes(u32);

impl Passes {
    /// The fewest.
    pub(crate) const MIN: Self = Self(MIN_PASSES);

    /// So many, but no fewer than [`MIN_PASSES`] and no more than [`MAX_PASSES`].
    #[must_use]
    pub(crate) fn clamped(passes: u32) -> Self {
        Self(passes.clamp(MIN_PASSES, MAX_PASSES))
    }

    /// The number.
    #[must_use]
    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

/// As a row has it: `argon2id m=19456 t=2 p=1`.
impl fmt::Display for Passes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "argon2id m={MEMORY} t={} p={LANES}", self.0)
    }
}

/// Parameters that this version does not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnknownParameters;

impl FromStr for Passes {
    type Err = UnknownParameters;

    fn from_str(text: &str) -> Result<Self, UnknownParameters> {
        let mut all = (MIN_PASSES..=MAX_PASSES).map(Self);
        let found = all.find(|passes| passes.to_string() == text);
        found.ok_or(UnknownParameters)
    }
}

/// What makes two hashes of one password differ.
#[derive(Clone, Copy)]
pub(crate) struct Salt(pub(crate) [u8; SALT]);

impl Salt {
    pub(crate) fn new(random: &dyn Random) -> Self {
        Self(random::bytes(random))
    }
}

/// A hash as it is stored. Compared in constant time; it does not print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash(pub(crate) Digest);

/// The memory that a thread hashes in. Empty until the first hash.
#[derive(Default)]
pub(crate) struct Memory(Vec<Block>);

impl Memory {
    /// The hash of a digest.
    #[must_use]
    pub(crate) fn hash(&mut self, passes: Passes, salt: Salt, digest: &Digest) -> Hash {
        self.fill(passes.0, salt, digest)
    }

    /// Takes as long as so many passes more, for nothing.
    pub(crate) fn waste(&mut self, passes: u32) {
        if passes > 0 {
            let _ = self.fill(passes, Salt([0; SALT]), &Digest([0; 32]));
        }
    }

    fn fill(&mut self, passes: u32, salt: Salt, digest: &Digest) -> Hash {
        let parameters = Params::new(MEMORY, passes, LANES, None);
        let parameters = parameters.expect("Argon2 takes 19 MiB, any passes and one lane");
        self.0.resize(parameters.block_count(), Block::new());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        let mut out = [0; 32];
        argon2
            .hash_password_into_with_memory(&digest.0, &salt.0, &mut out, &mut self.0)
            .expect("Argon2 takes 32 bytes with 16 of salt, and the memory is as long as it asks");
        Hash(Digest(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_digest_salt_and_passes() {
        let mut memory = Memory::default();
        let (salt, digest) = (Salt([1; SALT]), Digest([2; 32]));
        let hash = memory.hash(Passes::MIN, salt, &digest);
        assert!(hash == Memory::default().hash(Passes::MIN, salt, &digest));
        assert!(hash == memory.hash(Passes::MIN, salt, &digest));
        assert!(hash != memory.hash(Passes(3), salt, &digest));
        assert!(hash != memory.hash(Passes::MIN, Salt([3; SALT]), &digest));
        assert!(hash != memory.hash(Passes::MIN, salt, &Digest([4; 32])));
    }

    #[test]
    fn parameters_read_back_and_others_are_refused() {
        for passes in [Passes::MIN, Passes(7), Passes(MAX_PASSES)] {
            assert_eq!(passes.to_string().parse(), Ok(passes));
        }
        assert_eq!(Passes::MIN.to_string(), "argon2id m=19456 t=2 p=1");
        for text in [
            "",
            "argon2id m=19456 t=1 p=1",
            "argon2id m=19456 t=13 p=1",
            "argon2id m=4294967295 t=2 p=1",
            "argon2i m=19456 t=2 p=1",
        ] {
            assert_eq!(text.parse::<Passes>(), Err(UnknownParameters), "{text}");
        }
    }
}
