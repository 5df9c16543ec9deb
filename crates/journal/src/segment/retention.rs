//! How long entries are kept: by realm, ninety days where nobody said otherwise.
//!
//! A row is signed by the journal's key. One that is not was set by somebody else: nothing of its realm is
//! dropped until an operator says anew how long. The rows are counted, and count and digest of all of them
//! are the witness's to keep: rows that somebody takes away or sets back are found by it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use symbolon_jose::{SignError, VerifyingKey};
use symbolon_store::{Db, Step, Unavailable};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::{Keys, rows};
use crate::merkle::{Hash, digest};

/// Days that an entry is kept where nobody said otherwise.
pub const DAYS: i64 = 90;

/// The fewest days: what a token's story is asked for is younger.
pub const FEWEST_DAYS: i64 = 1;

/// The most days: a hundred years.
pub const MOST_DAYS: i64 = 36_525;

/// What a signature of a row is over begins with this.
const LABEL: &[u8] = b"symbolon journal retention, version 1\0";

/// One realm's row.
pub(super) struct Kept {
    pub(super) realm: RealmNode,
    pub(super) days: i64,
    /// How many times any realm's was set, with this one.
    pub(super) version: i64,
    pub(super) kid: String,
    pub(super) signature: Vec<u8>,
}

impl Kept {
    fn bytes(&self) -> [u8; 24] {
        let numbers = [self.realm.0.number(), self.days, self.version];
        let mut bytes = [0; 24];
        for (to, from) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(numbers) {
            *to = from.to_be_bytes();
        }
        bytes
    }

    fn is_signed(&self, known: &[VerifyingKey]) -> bool {
        let key = known.iter().find(|key| key.kid() == Some(&self.kid));
        let message = [LABEL, &self.bytes()].concat();
        key.is_some_and(|key| key.verify(&message, &self.signature))
    }
}

/// How long each realm's entries are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    days: BTreeMap<RealmNode, i64>,
    /// Those whose row was not set by this installation.
    foreign: BTreeSet<RealmNode>,
    pub(super) version: i64,
    pub(super) digest: Hash,
}

impl Retention {
    /// Reads it, and believes what one of these keys signed.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn read(db: &Db, known: &[VerifyingKey]) -> Result<Self, Unavailable> {
        let (mut read, mut bytes) = (Self::default(), Vec::new());
        for row in rows::retention(db).await? {
            if row.is_signed(known) {
                bytes.extend_from_slice(&row.bytes());
                read.version = read.version.max(row.version);
                read.days.insert(row.realm, row.days);
            } else {
                read.foreign.insert(row.realm);
            }
        }
        read.digest = digest(&[&bytes]);
        Ok(read)
    }

    /// How many days a realm's entries are kept: the most where somebody else wrote how many.
    #[must_use]
    pub fn days(&self, realm: RealmNode) -> i64 {
        if self.foreign.contains(&realm) {
            return MOST_DAYS;
        }
        let said = self.days.get(&realm).copied();
        said.unwrap_or(DAYS).clamp(FEWEST_DAYS, MOST_DAYS)
    }

    /// The realms whose days somebody else wrote.
    pub fn foreign(&self) -> impl Iterator<Item = RealmNode> {
        self.foreign.iter().copied()
    }

    /// When an entry that was written then is to be dropped.
    pub(super) fn ends(&self, realm: RealmNode, at: Time) -> Time {
        at.plus(days(self.days(realm)))
    }

    /// Counts on from there, where rows were taken away that had been counted.
    #[must_use]
    pub fn counted(mut self, seen: i64) -> Self {
        self.version = self.version.max(seen);
        self
    }

    /// The steps that set a realm's: every segment is looked at anew.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn set(&self, keys: Keys<'_>, realm: RealmNode, days: i64) -> Result<[Step; 2], SignError> {
        let mut row = Kept {
            realm,
            days: days.clamp(FEWEST_DAYS, MOST_DAYS),
            version: self.version.saturating_add(1),
            kid: keys.signing.kid().unwrap_or_default().to_owned(),
            signature: Vec::new(),
        };
        row.signature = keys.signing.sign(&[LABEL, &row.bytes()].concat())?;
        Ok(rows::set_retention(&row))
    }
}

/// So many days.
pub(super) fn days(days: i64) -> Duration {
    Duration::from_hours(days.unsigned_abs() * 24)
}
