//! Revoke a key that was stolen: it is trusted no more from the commit on, and what it signed is
//! dead. The realm goes on signing:
//!
//! 1. A key that retires or is gone leaves no gap.
//! 2. An announced key leaves the one before it, which goes on as if nothing had been announced.
//! 3. A key that signs leaves its announced successor, which begins now.
//! 4. Where neither is there, a new key is made in the same unit.

use symbolon_store::Step;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::time::Time;
use thiserror::Error;

use super::create::next_generation;
use super::rotate::predecessor;
use super::{Phase, Policy, SigningKeyRow, Successor, rows};

/// What is to be done, all in one unit: these steps, those of the replacement, and the end of the
/// key's lineage node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// What ends the key, and what lets another go on in its place.
    pub steps: Vec<Step>,
    /// Step 4: the key to make.
    pub replace: Option<Successor>,
}

/// Why nothing is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RevokeError {
    /// The realm has no such key, or not any more.
    #[error("the realm has no key {key}")]
    Unknown {
        /// The id that was named.
        key: SigningKeyNode,
    },
    /// It was done before.
    #[error("the key {key} is revoked already")]
    AlreadyRevoked {
        /// Which.
        key: SigningKeyNode,
    },
}

/// Decides. `keys` are all of the realm's.
///
/// # Errors
/// [`RevokeError`].
pub fn decide(
    keys: &[SigningKeyRow],
    key: SigningKeyNode,
    policy: &Policy,
    now: Time,
) -> Result<Revocation, RevokeError> {
    let row = keys.iter().find(|row| row.id == key);
    let row = row.ok_or(RevokeError::Unknown { key })?;
    let (go_on, replace) = match row.phase(now) {
        Phase::Revoked => return Err(RevokeError::AlreadyRevoked { key }),
        Phase::Retiring | Phase::Gone => (None, None),
        Phase::Announced => match predecessor(keys, row) {
            Some(before) => (Some(hand_back(before, row, policy)), None),
            None => (None, Some(replacement(keys, row, now))),
        },
        Phase::Active => match successor(keys, row) {
            Some(after) => (Some(rows::activate(after, now)), None),
            None => (None, Some(replacement(keys, row, now))),
        },
    };
    // Listed as revoked until the last token that it signed has expired.
    let end = rows::revoke(row, now, now.plus(policy.verify_after));
    Ok(Revocation {
        steps: std::iter::once(end).chain(go_on).collect(),
        replace,
    })
}

/// The announced key that was to follow this one.
fn successor<'a>(keys: &'a [SigningKeyRow], before: &SigningKeyRow) -> Option<&'a SigningKeyRow> {
    keys.iter().find(|key| {
        key.life.revoked_at.is_none()
            && predecessor(keys, key).is_some_and(|one| one.id == before.id)
    })
}

/// Lets the key before an announced one sign for as long as that one would have: without an end,
/// unless the clock was set back over several rotations.
fn hand_back(before: &SigningKeyRow, announced: &SigningKeyRow, policy: &Policy) -> Step {
    let retires_at = announced.life.retires_at;
    rows::retire(
        before,
        retires_at.map(|at| (at, at.plus(policy.verify_after))),
    )
}

fn replacement(keys: &[SigningKeyRow], revoked: &SigningKeyRow, now: Time) -> Successor {
    Successor {
        realm: revoked.realm,
        algorithm: revoked.algorithm,
        active_at: now,
        generation: next_generation(keys, revoked.algorithm),
        now,
        retire: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{DAY, NOON, Table, key, later};
    use super::*;

    const POLICY: Policy = Policy::production();

    fn begins() -> Time {
        later(DAY)
    }

    /// The first key signs, the second is announced.
    fn two() -> Table {
        Table::of([
            key(1).ends(begins(), begins().plus(POLICY.verify_after)),
            key(2).active_at(begins()),
        ])
    }

    /// Revokes, and gives the phases afterwards.
    fn revoked(table: &mut Table, generation: i64, now: Time) -> Vec<Phase> {
        let Revocation { steps, replace } =
            decide(&table.rows, key(generation).id, &POLICY, now).unwrap();
        assert!(table.commit(&steps));
        if let Some(next) = replace {
            assert!(table.make(next));
        }
        table.rows.iter().map(|row| row.phase(now)).collect()
    }

    #[test]
    fn a_key_that_signs_leaves_its_announced_successor() {
        let phases = revoked(&mut two(), 1, NOON);
        assert_eq!(phases, [Phase::Revoked, Phase::Active]);
    }

    #[test]
    fn an_announced_key_leaves_the_one_before_it_without_an_end() {
        let mut table = two();
        let phases = revoked(&mut table, 2, NOON);
        assert_eq!(phases, [Phase::Active, Phase::Revoked]);
        assert_eq!(table.rows[0], key(1));
    }

    #[test]
    fn a_lonely_key_is_replaced_at_once() {
        let phases = revoked(&mut Table::of([key(1)]), 1, NOON);
        assert_eq!(phases, [Phase::Revoked, Phase::Active]);
    }

    #[test]
    fn a_retiring_key_leaves_no_gap() {
        let phases = revoked(&mut two(), 1, begins());
        assert_eq!(phases, [Phase::Revoked, Phase::Active]);
    }

    #[test]
    fn a_revoked_key_loses_its_private_half() {
        let mut table = two();
        table.rows[0].sealed_private = vec![1, 2, 3];
        revoked(&mut table, 1, NOON);
        assert!(table.rows[0].sealed_private.is_empty());
    }

    #[test]
    fn a_key_is_revoked_once() {
        let mut table = two();
        let again = decide(&table.rows, key(1).id, &POLICY, NOON).unwrap();
        revoked(&mut table, 1, NOON);
        assert!(!table.commit(&again.steps));
        let error = decide(&table.rows, key(1).id, &POLICY, NOON);
        assert_eq!(error, Err(RevokeError::AlreadyRevoked { key: key(1).id }));
        let unknown = decide(&table.rows, key(9).id, &POLICY, NOON);
        assert_eq!(unknown, Err(RevokeError::Unknown { key: key(9).id }));
    }
}
