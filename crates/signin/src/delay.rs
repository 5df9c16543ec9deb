//! How long an attempt waits: the longer, the more attempts failed before it. Nobody is ever locked
//! out, and nothing here is worth locking somebody out for: five seconds are the most.
//!
//! 1. Some attempts are free, for people mistype.
//! 2. From then on each failure doubles the wait, up to [`MAX_WAIT`].
//! 3. A failure is forgotten each [`FORGET_EVERY`].

use std::time::Duration;

use symbolon_token::time::Time;

/// The longest wait: a person bears it, and a guesser has 17,000 tries a day for each place to wait.
pub const MAX_WAIT: Duration = Duration::from_secs(5);

/// The first wait.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// Doublings that reach [`MAX_WAIT`] from [`FIRST_WAIT`], and no more, so that nothing overflows.
const MAX_DOUBLINGS: u32 = 5;

/// How often one failure is forgotten.
const FORGET_EVERY: Duration = Duration::from_mins(1);

/// Failures that are remembered: after an hour of quiet everything is forgotten.
const MAX_FAILURES: u32 = 60;

/// Whose failures are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Those for one name, from anywhere.
    Account,
    /// Those from one network, for any name. An office or a school may stand behind one address.
    Network,
}

impl Counted {
    /// Failures that cost no wait.
    const fn free(self) -> u32 {
        match self {
            Self::Account => 5,
            Self::Network => 20,
        }
    }
}

/// Failures that a known browser may have in a row before it is treated as any other: its cookie may
/// have been stolen.
pub(crate) const FREE_IN_KNOWN_BROWSER: u32 = 10;

/// The failures of one name or network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    failures: u32,
    /// When the last one was.
    at: Time,
}

impl Tally {
    /// The failures that are not forgotten.
    fn left(self, now: Time) -> u32 {
        let forgotten = now.since(self.at).as_secs() / FORGET_EVERY.as_secs();
        let forgotten = u32::try_from(forgotten).unwrap_or(u32::MAX);
        self.failures.saturating_sub(forgotten)
    }

    /// One more.
    pub(crate) fn failed(self, now: Time) -> Self {
        Self {
            failures: (self.left(now) + 1).min(MAX_FAILURES),
            at: self.at.max(now),
        }
    }

    /// How long the next attempt waits.
    pub(crate) fn wait(self, counted: Counted, now: Time) -> Duration {
        let Some(beyond) = self.left(now).checked_sub(counted.free()) else {
            return Duration::ZERO;
        };
        let doubled = FIRST_WAIT * 2_u32.pow(beyond.min(MAX_DOUBLINGS));
        doubled.min(MAX_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn after(failures: u32) -> Tally {
        (0..failures).fold(Tally::default(), |tally, _| tally.failed(NOON))
    }

    fn millis(failures: u32, counted: Counted) -> u128 {
        after(failures).wait(counted, NOON).as_millis()
    }

    #[test]
    fn the_first_failures_cost_nothing_and_then_each_doubles_the_wait() {
        let waits: Vec<_> = (0..13)
            .map(|failures| millis(failures, Counted::Account))
            .collect();
        let expected = [0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000];
        assert_eq!(waits, expected);
    }

    #[test]
    fn a_network_has_more_people() {
        assert_eq!(millis(19, Counted::Network), 0);
        assert_eq!(millis(20, Counted::Network), 250);
        assert_eq!(millis(1000, Counted::Network), 5000);
    }

    #[test]
    fn a_failure_is_forgotten_each_minute_and_all_within_the_hour() {
        let tally = after(7);
        let wait = |minutes: u64| {
            tally.wait(
                Counted::Account,
                NOON.plus(FORGET_EVERY * u32::try_from(minutes).unwrap()),
            )
        };
        let waits: Vec<_> = (0..4).map(|minutes| wait(minutes).as_millis()).collect();
        assert_eq!(waits, [1000, 500, 250, 0]);
        let hour = NOON.plus(Duration::from_hours(1));
        assert_eq!(after(100_000).wait(Counted::Account, hour), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_steps_back_forgets_nothing() {
        let before = Time(NOON.0 - 86_400_000);
        assert_eq!(after(6).wait(Counted::Account, before).as_millis(), 500);
        assert_eq!(
            after(6)
                .failed(before)
                .wait(Counted::Account, NOON)
                .as_millis(),
            1000
        );
    }

    proptest! {
        #[test]
        fn no_attempt_waits_longer_than_five_seconds_nor_less_for_more_failures(
            gaps in prop::collection::vec(-100_000_i64..1_000_000, 0..200),
        ) {
            let (mut tally, mut now) = (Tally::default(), NOON);
            for gap in gaps {
                now = Time(now.0 + gap);
                let (less, more) = (tally, tally.failed(now));
                for counted in [Counted::Account, Counted::Network] {
                    prop_assert!(more.wait(counted, now) <= MAX_WAIT);
                    prop_assert!(more.wait(counted, now) >= less.wait(counted, now));
                }
                tally = more;
            }
        }
    }
}
