//! The schedule: what is due for a realm's keys. Any node may ask at any time, two at once as well.
//!
//! 1. A key that signs is given a successor, announced so early that it begins when the key has
//!    signed for its time. After a long stop it is announced late, never used early.
//! 2. A key that is gone is deleted, private half and all; what happened to it is in the journal.
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
    /// Step 2: delete these.
    pub drop: Vec<Gone>,
}

/// A key that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Which.
    pub key: SigningKeyNode,
    /// What deletes it.
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
    // The newest stays even so: its generation must not be given out again.
    let is_newest =
        |key: &SigningKeyRow| of(key.algorithm).all(|one| one.generation <= key.generation);
    let drop = keys
        .iter()
        .filter(|key| key.life.gone_at.is_some_and(|at| at <= now) && !is_newest(key))
        .map(|key| Gone {
            key: key.id,
            step: rows::drop_gone(key.id, now),
        });
    Due {
        announce: announce.collect(),
        drop: drop.collect(),
    }
}
