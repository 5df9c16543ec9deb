//! Rotate by command: give an algorithm's key a successor.
//!
//! 1. The newest key must be the one that signs; a successor that is announced already is enough.
//! 2. Announced: the successor is published now and signs once every cache must know it.
//! 3. At once, for emergencies: verifiers that do not look for unknown keys refuse its tokens until
//!    they read the key set again. An announced successor is taken, for some know it already.

use symbolon_jose::Algorithm;
use symbolon_store::Step;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::time::Time;
use thiserror::Error;

use super::create::next_generation;
use super::{MAX_LIVE, Policy, SigningKeyRow, Successor, rows};

/// When the successor begins to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After it was announced long enough.
    Announced,
    /// Now.
    AtOnce,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Steps 2 and 3: make this key.
    Make(Successor),
    /// Step 3: the announced key signs from now on. The steps are one unit.
    Promote {
        /// Which key.
        key: SigningKeyNode,
        /// What to write.
        steps: Vec<Step>,
    },
}

/// Why nothing is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RotateError {
    /// There is none to succeed.
    #[error("the realm has no key of {algorithm}; create one")]
    NoKey {
        /// Of which algorithm.
        algorithm: Algorithm,
    },
    /// Step 1: it has a successor.
    #[error("the successor {key} is announced already and signs from {} on (seconds since 1970); rotate at once to begin now", active_at.seconds())]
    AlreadyAnnounced {
        /// The successor.
        key: SigningKeyNode,
        /// When it begins to sign.
        active_at: Time,
    },
    /// [`MAX_LIVE`] keys are published.
    #[error(
        "{MAX_LIVE} keys of {algorithm} are published; wait until the oldest has gone, or revoke one"
    )]
    TooMany {
        /// Of which algorithm.
        algorithm: Algorithm,
    },
}

/// Decides. `keys` are all of the realm's.
///
/// # Errors
/// [`RotateError`].
pub fn decide(
    keys: &[SigningKeyRow],
    algorithm: Algorithm,
    when: When,
    policy: &Policy,
    now: Time,
) -> Result<Rotation, RotateError> {
    let ours: Vec<_> = keys
        .iter()
        .filter(|key| key.algorithm == algorithm)
        .collect();
    let newest = ours
        .iter()
        .filter(|key| key.life.is_open())
        .max_by_key(|key| key.generation)
        .ok_or(RotateError::NoKey { algorithm })?;
    let announced = newest.life.active_at > now;
    match when {
        When::Announced if announced => Err(RotateError::AlreadyAnnounced {
            key: newest.id,
            active_at: newest.life.active_at,
        }),
        When::AtOnce if announced => Ok(Rotation::Promote {
            key: newest.id,
            steps: promote(keys, newest, policy, now),
        }),
        When::Announced | When::AtOnce => {
            let live = ours.iter().filter(|key| key.phase(now).is_published());
            if live.count() >= MAX_LIVE {
                return Err(RotateError::TooMany { algorithm });
            }
            let active_at = match when {
                When::Announced => now.plus(policy.lead()),
                When::AtOnce => now,
            };
            Ok(Rotation::Make(succeed(
                keys, newest, policy, now, active_at,
            )))
        }
    }
}

/// The key after this one, which retires when the new one begins.
pub(super) fn succeed(
    keys: &[SigningKeyRow],
    before: &SigningKeyRow,
    policy: &Policy,
    now: Time,
    active_at: Time,
) -> Successor {
    let ends = (active_at, active_at.plus(policy.verify_after));
    Successor {
        realm: before.realm,
        algorithm: before.algorithm,
        active_at,
        generation: next_generation(keys, before.algorithm),
        now,
        retire: vec![rows::retire(before, Some(ends))],
    }
}

/// Lets an announced key begin now, and the key before it end now.
fn promote(
    keys: &[SigningKeyRow],
    announced: &SigningKeyRow,
    policy: &Policy,
    now: Time,
) -> Vec<Step> {
    let ends = (now, now.plus(policy.verify_after));
    let before = predecessor(keys, announced).map(|key| rows::retire(key, Some(ends)));
    before
        .into_iter()
        .chain([rows::activate(announced, now)])
        .collect()
}

/// The key that retires when this one begins, if it was not revoked.
pub(super) fn predecessor<'a>(
    keys: &'a [SigningKeyRow],
    successor: &SigningKeyRow,
) -> Option<&'a SigningKeyRow> {
    keys.iter().find(|key| {
        key.algorithm == successor.algorithm
            && key.generation < successor.generation
            && key.life.revoked_at.is_none()
            && key.life.retires_at == Some(successor.life.active_at)
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{DAY, NOON, Table, key, later};
    use super::*;

    const POLICY: Policy = Policy::production();

    fn decided(table: &Table, when: When, now: Time) -> Result<Rotation, RotateError> {
        decide(&table.rows, Algorithm::Es256, when, &POLICY, now)
    }

    #[test]
    fn a_successor_is_announced_and_begins_when_the_key_before_it_retires() {
        let mut table = Table::of([key(1)]);
        let Ok(Rotation::Make(next)) = decided(&table, When::Announced, NOON) else {
            panic!("nothing was decided");
        };
        let begins = NOON.plus(POLICY.lead());
        assert!(table.make(next));
        let old = key(1).ends(begins, begins.plus(POLICY.verify_after));
        let new = key(2).active_at(begins);
        assert_eq!(table.rows, [old, new]);
    }

    #[test]
    fn a_second_rotation_finds_the_successor_announced() {
        let begins = later(DAY);
        let table = Table::of([
            key(1).ends(begins, later(2 * DAY)),
            key(2).active_at(begins),
        ]);
        let refused = RotateError::AlreadyAnnounced {
            key: key(2).id,
            active_at: begins,
        };
        assert_eq!(decided(&table, When::Announced, NOON), Err(refused));
    }

    #[test]
    fn at_once_the_new_key_signs_and_the_old_one_retires_now() {
        let mut table = Table::of([key(1)]);
        let now = later(DAY);
        let Ok(Rotation::Make(next)) = decided(&table, When::AtOnce, now) else {
            panic!("nothing was decided");
        };
        assert!(table.make(next));
        let mut new = key(2).active_at(now);
        new.created_at = now;
        let old = key(1).ends(now, now.plus(POLICY.verify_after));
        assert_eq!(table.rows, [old, new]);
    }

    #[test]
    fn at_once_an_announced_key_is_taken() {
        let begins = later(DAY);
        let mut table = Table::of([
            key(1).ends(begins, later(2 * DAY)),
            key(2).active_at(begins),
        ]);
        let now = later(60);
        let Ok(Rotation::Promote { key: taken, steps }) = decided(&table, When::AtOnce, now) else {
            panic!("nothing was promoted");
        };
        assert!(table.commit(&steps));
        assert_eq!(taken, key(2).id);
        let old = key(1).ends(now, now.plus(POLICY.verify_after));
        assert_eq!(table.rows, [old, key(2).active_at(now)]);
    }

    #[test]
    fn of_two_rotations_decided_on_the_same_rows_one_conflicts() {
        for when in [When::Announced, When::AtOnce] {
            let mut table = Table::of([key(1)]);
            let (one, two) = (decided(&table, when, NOON), decided(&table, when, later(1)));
            let (Ok(Rotation::Make(one)), Ok(Rotation::Make(two))) = (one, two) else {
                panic!("nothing was decided");
            };
            assert!(table.make(one));
            let after = table.clone();
            assert!(!table.make(two));
            assert_eq!(table.rows, after.rows);
        }
    }

    #[test]
    fn a_promotion_and_a_revocation_of_the_same_key_do_not_both_happen() {
        let begins = later(DAY);
        let mut table = Table::of([
            key(1).ends(begins, later(2 * DAY)),
            key(2).active_at(begins),
        ]);
        let Ok(Rotation::Promote { steps, .. }) = decided(&table, When::AtOnce, NOON) else {
            panic!("nothing was promoted");
        };
        let revoked = super::super::revoke::decide(&table.rows, key(2).id, &POLICY, NOON).unwrap();
        assert!(table.commit(&revoked.steps));
        assert!(!table.commit(&steps));
    }

    #[test]
    fn what_is_not_there_is_not_rotated() {
        let algorithm = Algorithm::Es256;
        let none = Table::of([key(1).of(Algorithm::EdDsa)]);
        let refused = Err(RotateError::NoKey { algorithm });
        assert_eq!(decided(&none, When::Announced, NOON), refused);
    }

    #[test]
    fn the_seventeenth_published_key_is_refused() {
        let mut table = Table::of([key(1)]);
        for _ in 1..MAX_LIVE {
            let Ok(Rotation::Make(next)) = decided(&table, When::AtOnce, NOON) else {
                panic!("nothing was decided");
            };
            assert!(table.make(next));
        }
        let algorithm = Algorithm::Es256;
        let refused = Err(RotateError::TooMany { algorithm });
        assert_eq!(decided(&table, When::AtOnce, NOON), refused);
        let days = later(3 * DAY);
        assert!(decided(&table, When::AtOnce, days).is_ok());
    }
}
