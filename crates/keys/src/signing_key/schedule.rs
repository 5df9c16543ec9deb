//! The schedule: what is due for a realm's keys. Any node may ask at any time, two at once as well.
//!
//! 1. A key that signs is given a successor, announced so early that it begins when the key has
//!    signed for its time. After a long stop it is announced late, never used early.
//! 2. The private half of a key that is gone is forgotten: nothing is signed by it any more.
//! 3. A key that has been gone for so long that nobody asks for it is deleted;
//!    what happened to it is in the journal.
//!
//! Keys begin and retire by the clock alone (see the noun's page), so nothing is due for that.

use symbolon_store::Step;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::time::Time;

use super::rotate::succeed;
use super::{MAX_LIVE, Phase, Policy, SigningKeyRow, Successor, rows};

/// What is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Step 1: make these keys, each in a unit of its own.
    pub announce: Vec<Successor>,
    /// Step 2: forget the private halves of these.
    pub forget: Vec<Gone>,
    /// Step 3: delete these.
    pub drop: Vec<Gone>,
}

/// A key that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Which.
    pub key: SigningKeyNode,
    /// What is written.
    pub step: Step,
}

/// Decides. `keys` are all of the realm's.
#[must_use]
pub fn decide(keys: &[SigningKeyRow], policy: &Policy, now: Time) -> Due {
    let of = |algorithm| keys.iter().filter(move |key| key.algorithm == algorithm);
    let is_due = |key: &SigningKeyRow| {
        let live = of(key.algorithm).filter(|key| key.phase(now).is_published());
        key.life.is_open()
            && key.phase(now) == Phase::Active
            && key.life.active_at.plus(policy.rotate_every) <= now.plus(policy.lead())
            && live.count() < MAX_LIVE
    };
    let announce = keys
        .iter()
        .filter(|key| is_due(key))
        .map(|key| succeed(keys, key, policy, now, now.plus(policy.lead())));
    let has_private = |key: &SigningKeyRow| !key.sealed_private.is_empty();
    let forget = keys
        .iter()
        .filter(|key| key.phase(now) == Phase::Gone && has_private(key))
        .map(|key| Gone {
            key: key.id,
            step: rows::forget(key.id, now),
        });
    // The newest stays even so: its generation must not be given out again.
    let is_newest =
        |key: &SigningKeyRow| of(key.algorithm).all(|one| one.generation <= key.generation);
    let gone_before = now.minus(policy.remember);
    let is_forgotten = |key: &SigningKeyRow| key.life.gone_at.is_some_and(|at| at <= gone_before);
    let drop = keys
        .iter()
        .filter(|key| is_forgotten(key) && !is_newest(key))
        .map(|key| Gone {
            key: key.id,
            step: rows::drop_gone(key.id, gone_before),
        });
    Due {
        announce: announce.collect(),
        forget: forget.collect(),
        drop: drop.collect(),
    }
}

#[cfg(test)]
mod tests {
    use symbolon_jose::Algorithm;

    use super::super::sample::{DAY, NOON, Table, key, later};
    use super::*;

    const POLICY: Policy = Policy::production();

    #[test]
    fn a_key_is_succeeded_when_it_has_signed_for_its_time() {
        let end = NOON.plus(POLICY.rotate_every);
        let announced = end.minus(POLICY.lead());
        let mut table = Table::of([key(1)]);
        let early = decide(&table.rows, &POLICY, announced.minus(POLICY.max_age));
        assert_eq!(early, Due::default());
        let due = decide(&table.rows, &POLICY, announced);
        let [next] = due.announce.try_into().unwrap();
        assert_eq!(next.active_at, end);
        assert!(table.make(next));
        assert_eq!(decide(&table.rows, &POLICY, announced), Due::default());
    }

    #[test]
    fn after_a_long_stop_a_successor_is_announced_late_and_used_no_earlier() {
        let now = later(400 * DAY);
        let due = decide(&[key(1)], &POLICY, now);
        assert_eq!(due.announce[0].active_at, now.plus(POLICY.lead()));
    }

    #[test]
    fn each_algorithm_has_a_schedule_of_its_own() {
        let keys = [
            key(1).active_at(later(80 * DAY)),
            key(1).of(Algorithm::Rs256),
            key(1).of(Algorithm::EdDsa).revoked_at(NOON),
        ];
        let due = decide(&keys, &POLICY, later(90 * DAY));
        let algorithms: Vec<_> = due.announce.iter().map(|next| next.algorithm).collect();
        assert_eq!(algorithms, [Algorithm::Rs256]);
    }

    #[test]
    fn what_is_gone_is_dropped_once_and_the_newest_generation_stays() {
        let mut table = Table::of([
            key(1).ends(later(1), later(2)),
            key(2).ends(later(3), later(DAY)),
            key(3).ends(NOON, later(1)).revoked_at(NOON),
        ]);
        let due = decide(&table.rows, &POLICY, later(60));
        assert_eq!(due.drop, []);
        let due = decide(&table.rows, &POLICY, later(60).plus(POLICY.remember));
        let dropped: Vec<_> = due.drop.iter().map(|gone| gone.key).collect();
        assert_eq!(dropped, [key(1).id]);
        for _ in 0..2 {
            assert!(table.commit(&[due.drop[0].step.clone()]));
        }
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn the_private_half_of_a_key_that_is_gone_is_forgotten_once() {
        let mut gone = key(1).ends(later(1), later(2));
        gone.sealed_private = vec![1];
        let mut table = Table::of([gone, key(2)]);
        assert_eq!(decide(&table.rows, &POLICY, later(1)).forget, []);
        let due = decide(&table.rows, &POLICY, later(2));
        let forgotten: Vec<_> = due.forget.iter().map(|gone| gone.key).collect();
        assert_eq!(forgotten, [key(1).id]);
        assert!(table.commit(&[due.forget[0].step.clone()]));
        assert!(!table.commit(&[due.forget[0].step.clone()]));
        assert_eq!(decide(&table.rows, &POLICY, later(2)).forget, []);
    }
}
