//! What a hash costs here: measured once, after the first sign-in, and then raised to what the machine
//! can bear.
//!
//! Every attempt takes as long as the slowest row that this process has met, so that neither a row
//! from before the measuring nor a missing account answers sooner.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use symbolon_token::secret::Digest;

use crate::hash::{Memory, Passes, Salt};

/// How long a hash may take: a person does not feel it, a guesser does.
pub(crate) const TARGET: Duration = Duration::from_millis(100);

/// What hashes cost in this process.
pub(crate) struct Cost {
    /// Of new hashes.
    passes: AtomicU32,
    /// Of the most expensive row met so far, new hashes included.
    slowest: AtomicU32,
    measured: AtomicBool,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            passes: AtomicU32::new(Passes::MIN.number()),
            slowest: AtomicU32::new(Passes::MIN.number()),
            measured: AtomicBool::new(false),
        }
    }
}

impl Cost {
    /// Of a new hash.
    pub(crate) fn passes(&self) -> Passes {
        Passes::clamped(self.passes.load(Ordering::Relaxed))
    }

    /// Of every attempt, this row's among them.
    pub(crate) fn slowest(&self, row: Option<Passes>) -> Passes {
        let row = row.unwrap_or(Passes::MIN).number();
        let before = self.slowest.fetch_max(row, Ordering::Relaxed);
        Passes::clamped(before.max(row))
    }

    /// Whether it is this caller's turn to have it measured; once it is, it is nobody else's.
    pub(crate) fn is_due(&self) -> bool {
        !self.measured.swap(true, Ordering::Relaxed)
    }

    /// The measuring could not begin; the next caller has another try.
    pub(crate) fn put_off(&self) {
        self.measured.store(false, Ordering::Relaxed);
    }

    /// Measures one hash, and raises what new ones cost.
    pub(crate) fn measure(&self, memory: &mut Memory) {
        let begun = Instant::now();
        let _ = memory.hash(Passes::MIN, Salt([0; 16]), &Digest([0; 32]));
        self.raise(fitting(begun.elapsed()));
    }

    fn raise(&self, passes: Passes) {
        self.passes.fetch_max(passes.number(), Ordering::Relaxed);
        self.slowest.fetch_max(passes.number(), Ordering::Relaxed);
    }
}

/// The most passes that fit into [`TARGET`], where [`Passes::MIN`] took this long.
fn fitting(took: Duration) -> Passes {
    let target = TARGET.as_nanos() * u128::from(Passes::MIN.number());
    let passes = target / took.as_nanos().max(1);
    Passes::clamped(u32::try_from(passes).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hash::{MAX_PASSES, MIN_PASSES};

    fn passes(millis: u64) -> u32 {
        fitting(Duration::from_millis(millis)).number()
    }

    #[test]
    fn passes_rise_until_a_hash_takes_a_tenth_of_a_second() {
        assert_eq!(passes(100), 2);
        assert_eq!(passes(66), 3);
        assert_eq!(passes(25), 8);
    }

    #[test]
    fn a_slow_machine_does_the_least_and_a_fast_one_stops_at_the_cap() {
        assert_eq!(passes(5000), MIN_PASSES);
        assert_eq!(passes(1), MAX_PASSES);
        assert_eq!(passes(0), MAX_PASSES);
    }

    #[test]
    fn the_cost_never_falls() {
        let cost = Cost::default();
        cost.raise(Passes::clamped(8));
        cost.raise(Passes::clamped(3));
        assert_eq!(cost.passes().number(), 8);
        assert_eq!(cost.slowest(None).number(), 8);
    }

    #[test]
    fn an_attempt_takes_as_long_as_the_slowest_row_met() {
        let cost = Cost::default();
        assert_eq!(cost.slowest(None), Passes::MIN);
        assert_eq!(cost.slowest(Some(Passes::clamped(9))).number(), 9);
        assert_eq!(cost.slowest(None).number(), 9);
        assert_eq!(cost.passes(), Passes::MIN);
    }

    #[test]
    fn it_is_measured_once() {
        let cost = Cost::default();
        assert!(cost.is_due() && !cost.is_due());
        cost.put_off();
        assert!(cost.is_due());
    }

    proptest! {
        #[test]
        fn the_measured_machine_keeps_to_the_target(micros in 1_u64..100_000) {
            let took = Duration::from_micros(micros);
            let passes = fitting(took).number();
            prop_assert!((MIN_PASSES..=MAX_PASSES).contains(&passes));
            prop_assert!(took * passes / MIN_PASSES <= TARGET);
        }
    }
}
