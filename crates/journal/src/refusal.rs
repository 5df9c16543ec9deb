//! Refusals: journaled one by one only within a rate, and counted beyond it, so that nobody can fill
//! the disk from outside.
//!
//! A refusal comes here only where the token is authentic or the client or subject is known; junk is
//! a metric from the start.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

/// Refusals that a quiet realm may journal at once.
const BURST: i64 = 200;

/// Refusals a second that a realm may journal in the long run: 1.7 million a day, 170 MB.
const PER_SECOND: i64 = 20;

/// Realms whose rates are remembered; past it the map is cleared, which gives a burst anew.
const MAX_REALMS: usize = 10_000;

/// Which refusals are written and how many there were.
#[derive(Debug, Default)]
pub struct Refusals {
    rates: Mutex<HashMap<RealmNode, Rate>>,
    journaled: AtomicU64,
    counted: AtomicU64,
}

/// How many refusals there were since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalsSeen {
    /// Written to the journal, each by itself.
    pub journaled: u64,
    /// Only counted: junk, and those beyond the rate.
    pub counted: u64,
}

/// A bucket of permissions that fills with time, in thousandths of a refusal.
#[derive(Clone, Copy, Debug)]
struct Rate {
    left: i64,
    filled_at: Time,
}

impl Rate {
    fn full(now: Time) -> Self {
        Self {
            left: BURST * 1000,
            filled_at: now,
        }
    }

    /// Takes one permission, if there is one.
    fn take(&mut self, now: Time) -> bool {
        let millis = i64::try_from(now.since(self.filled_at).as_millis()).unwrap_or(i64::MAX);
        let filled = self.left.saturating_add(millis.saturating_mul(PER_SECOND));
        self.left = filled.min(BURST * 1000);
        self.filled_at = self.filled_at.max(now);
        let allowed = self.left >= 1000;
        if allowed {
            self.left -= 1000;
        }
        allowed
    }
}

impl Refusals {
    /// Whether a refusal of a known client or an authentic token may be written now. Counts it.
    pub fn admit(&self, realm: RealmNode, now: Time) -> bool {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        if rates.len() >= MAX_REALMS && !rates.contains_key(&realm) {
            rates.clear();
        }
        let admitted = rates.entry(realm).or_insert(Rate::full(now)).take(now);
        let counter = if admitted {
            &self.journaled
        } else {
            &self.counted
        };
        counter.fetch_add(1, Ordering::Relaxed);
        admitted
    }

    /// Counts junk: nothing about it is known well enough to be worth a line.
    pub fn count(&self) {
        self.counted.fetch_add(1, Ordering::Relaxed);
    }

    /// How many there were.
    #[must_use]
    pub fn seen(&self) -> RefusalsSeen {
        RefusalsSeen {
            journaled: self.journaled.load(Ordering::Relaxed),
            counted: self.counted.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::NodeId;

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn realm(number: i64) -> RealmNode {
        RealmNode(NodeId::from_number(number).unwrap())
    }

    fn admitted(refusals: &Refusals, realm: RealmNode, tries: usize, now: Time) -> usize {
        (0..tries).filter(|_| refusals.admit(realm, now)).count()
    }

    #[test]
    fn beyond_the_rate_refusals_are_only_counted() {
        let refusals = Refusals::default();
        assert_eq!(admitted(&refusals, realm(1), 1000, NOON), 200);
        let later = Time(NOON.0 + 1000);
        assert_eq!(admitted(&refusals, realm(1), 1000, later), 20);
        let seen = RefusalsSeen {
            journaled: 220,
            counted: 1780,
        };
        assert_eq!(refusals.seen(), seen);
    }

    #[test]
    fn a_noisy_realm_takes_nothing_from_a_quiet_one() {
        let refusals = Refusals::default();
        admitted(&refusals, realm(1), 1000, NOON);
        assert!(refusals.admit(realm(2), NOON));
    }

    #[test]
    fn a_clock_that_steps_back_gives_no_permissions() {
        let refusals = Refusals::default();
        admitted(&refusals, realm(1), 1000, NOON);
        assert!(!refusals.admit(realm(1), Time(NOON.0 - 3_600_000)));
    }
}
