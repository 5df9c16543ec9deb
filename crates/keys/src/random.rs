//! Where chance comes from in a running process: AWS-LC's generator, seeded by the operating system.
//! The only place of ambient randomness; everything else is handed a [`Random`].

use aws_lc_rs::rand;
use symbolon_token::random::Random;

/// The process's source of unpredictable bytes, fit for keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        rand::fill(buffer).expect("AWS-LC's generator ends the process rather than fail");
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::random::bytes;

    use super::*;

    #[test]
    fn two_draws_differ() {
        assert_ne!(bytes::<32>(&SystemRandom), bytes::<32>(&SystemRandom));
    }
}
