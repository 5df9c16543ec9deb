//! Where a token's status bit stands: a bucket, and an index in it.
//!
//! The bucket is the hour at whose end the token has surely expired, so that a whole bucket is
//! forgotten at once. The index comes from a block that was leased, and announced, before its use.

use std::time::Duration;

use crate::time::Time;

/// How long one bucket is.
const HOUR: Duration = Duration::from_hours(1);

/// The hours since 1970 at whose end every token of the bucket has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(pub u32);

impl Bucket {
    /// The bucket of a token that expires then.
    #[must_use]
    pub fn of(expires_at: Time) -> Self {
        let hour = i64::try_from(HOUR.as_millis()).unwrap_or(i64::MAX);
        let hours = expires_at.0.max(0).div_euclid(hour);
        let up = i64::from(expires_at.0.max(0).rem_euclid(hour) > 0);
        Self(u32::try_from(hours.saturating_add(up)).unwrap_or(u32::MAX))
    }

    /// When its last token has expired.
    #[must_use]
    pub fn ends_at(self) -> Time {
        Time::from_seconds(i64::from(self.0).saturating_mul(3600))
    }
}

/// One token's place. With the realm, it names the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusRef {
    /// The hour of its end.
    pub bucket: Bucket,
    /// Its place in that hour.
    pub index: u32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_hour_is_its_own_bucket() {
        assert_eq!(Bucket::of(Time(7_200_000)), Bucket(2));
        assert_eq!(Bucket::of(Time(7_200_001)), Bucket(3));
    }

    proptest! {
        #[test]
        fn a_bucket_ends_after_its_tokens_and_within_an_hour(at in 0_i64..4_000_000_000_000) {
            let end = Bucket::of(Time(at)).ends_at();
            prop_assert!(end >= Time(at));
            prop_assert!(end.since(Time(at)) < HOUR);
        }
    }
}
