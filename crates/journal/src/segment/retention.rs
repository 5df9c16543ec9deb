//! How long entries are kept: by realm, ninety days where nobody said otherwise.

use std::collections::HashMap;
use std::time::Duration;

use symbolon_store::{Db, Step, Unavailable};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::rows;

/// Days that an entry is kept where nobody said otherwise.
pub const DAYS: i64 = 90;

/// The fewest days: what a token's story is asked for is younger.
pub const FEWEST_DAYS: i64 = 1;

/// The most days: a hundred years.
pub const MOST_DAYS: i64 = 36_525;

/// How long each realm's entries are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    days: HashMap<RealmNode, i64>,
}

impl Retention {
    /// Reads it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn read(db: &Db) -> Result<Self, Unavailable> {
        let days = rows::retention(db).await?;
        Ok(Self {
            days: days.into_iter().collect(),
        })
    }

    /// How many days a realm's entries are kept.
    #[must_use]
    pub fn days(&self, realm: RealmNode) -> i64 {
        let said = self.days.get(&realm).copied();
        said.unwrap_or(DAYS).clamp(FEWEST_DAYS, MOST_DAYS)
    }

    /// When an entry that was written then is to be dropped.
    pub(super) fn ends(&self, realm: RealmNode, at: Time) -> Time {
        at.plus(days(self.days(realm)))
    }

    /// The steps that set it: every segment is looked at anew.
    #[must_use]
    pub fn set(realm: RealmNode, days: i64) -> [Step; 2] {
        rows::set_retention(realm, days.clamp(FEWEST_DAYS, MOST_DAYS))
    }
}

/// So many days.
pub(super) fn days(days: i64) -> Duration {
    Duration::from_hours(days.unsigned_abs() * 24)
}
