//! Chance that a seed repeats.

use std::sync::Mutex;

use symbolon_token::random::Random;

pub(super) struct Chance(Mutex<u64>);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// The next number (`SplitMix64`).
    fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// Whether it happens that happens in so many of a thousand cases.
    pub(super) fn happens(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }
}

impl Random for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            *byte = self.next().to_be_bytes()[0];
        }
    }
}
