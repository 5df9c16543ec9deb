//! Is this the ring that the database was written with? Asked at every start, before anything else,
//! so that a wrong root key is one clear sentence and not a thousand seals that do not open.
//!
//! 1. Every root key that the database knows must be in the ring, and be the same.
//! 2. A key that it does not know yet is remembered: the first start, or a rotation.

use aws_lc_rs::hmac;
use symbolon_store::Step;
use thiserror::Error;

use super::{Purpose, RootKey, RootKeyId, RootKeyRow, RootKeys, derive, rows};

/// What each root key says about itself.
const CONSTANT: &[u8] = b"this is the root key of this database";

/// The ring fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// All its keys are known.
    Known,
    /// These keys are new: commit the steps, and on a conflict load and check again.
    New(Vec<Step>),
}

/// The ring does not fit. One sentence for the operator; the process exits with 2.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WrongRootKey {
    /// The ring's keys of these ids are others than those that the database was written with.
    #[error("root key {} is not the one this database was written with; start with the ring that was used before", list(.ids))]
    Differs {
        /// Which.
        ids: Vec<RootKeyId>,
    },
    /// The ring lacks these.
    #[error("root key {} is missing from the ring, and this database was written with it; put its line back", list(.ids))]
    Missing {
        /// Which.
        ids: Vec<RootKeyId>,
    },
}

/// Compares the ring with the rows of [`SELECT`](super::SELECT).
///
/// # Errors
/// [`WrongRootKey`], which names the ids.
pub fn check(ring: &RootKeys, known: &[RootKeyRow]) -> Result<Checked, WrongRootKey> {
    let row = |key: &RootKey| known.iter().find(|row| row.id == key.id);
    let differs: Vec<_> = ring
        .oldest_first()
        .filter(|key| row(key).is_some_and(|row| !holds(key, &row.mac)))
        .map(|key| key.id)
        .collect();
    if !differs.is_empty() {
        return Err(WrongRootKey::Differs { ids: differs });
    }
    let missing: Vec<_> = known
        .iter()
        .map(|row| row.id)
        .filter(|id| ring.ids().all(|one| one != *id))
        .collect();
    if !missing.is_empty() {
        return Err(WrongRootKey::Missing { ids: missing });
    }
    let new = ring.oldest_first().filter(|key| row(key).is_none());
    let steps: Vec<_> = new
        .map(|key| rows::insert(key.id, hmac::sign(&checker(key), CONSTANT).as_ref()))
        .collect();
    if steps.is_empty() {
        Ok(Checked::Known)
    } else {
        Ok(Checked::New(steps))
    }
}

fn checker(key: &RootKey) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &*derive(key, Purpose::Check, &[]))
}

fn holds(key: &RootKey, mac: &[u8]) -> bool {
    hmac::verify(&checker(key), CONSTANT, mac).is_ok()
}

fn list(ids: &[RootKeyId]) -> String {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    ids.join(", ")
}

#[cfg(test)]
mod tests {
    use symbolon_store::Row;

    use super::*;
    use crate::random::SystemRandom;

    fn ring() -> RootKeys {
        RootKeys::generate(&SystemRandom)
    }

    /// What a database remembers after these steps.
    fn remembered(checked: Checked) -> Vec<RootKeyRow> {
        let Checked::New(steps) = checked else {
            panic!("every key was known");
        };
        let rows = steps.into_iter().map(|step| Row::new(step.params));
        rows.map(|row| rows::read(&row).unwrap()).collect()
    }

    #[test]
    fn the_first_start_remembers_and_the_second_knows() {
        let ring = ring();
        let rows = remembered(check(&ring, &[]).unwrap());
        assert_eq!(check(&ring, &rows), Ok(Checked::Known));
    }

    #[test]
    fn an_added_key_is_remembered_beside_the_old_one() {
        let old = ring();
        let mut rows = remembered(check(&old, &[]).unwrap());
        let new = old.rotated(&SystemRandom).unwrap();
        let added = remembered(check(&new, &rows).unwrap());
        assert_eq!(added.len(), 1);
        rows.extend(added);
        assert_eq!(check(&new, &rows), Ok(Checked::Known));
    }

    #[test]
    fn a_wrong_root_key_is_one_sentence() {
        let rows = remembered(check(&ring(), &[]).unwrap());
        let error = check(&ring(), &rows).unwrap_err();
        assert_eq!(
            error.to_string(),
            "root key 1 is not the one this database was written with; \
             start with the ring that was used before"
        );
    }

    #[test]
    fn a_ring_without_a_known_key_is_refused() {
        let both = ring().rotated(&SystemRandom).unwrap();
        let rows = remembered(check(&both, &[]).unwrap());
        let text = both.to_text();
        let newest = text.lines().last().unwrap();
        let error = check(&RootKeys::parse(newest).unwrap(), &rows).unwrap_err();
        assert_eq!(
            error.to_string(),
            "root key 1 is missing from the ring, and this database was written with it; \
             put its line back"
        );
    }
}
