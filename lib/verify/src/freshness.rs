//! How old what is known may be: FRESH, STALE, DARK, and what a route makes of it.
//!
//! | policy | FRESH | STALE | DARK |
//! |---|---|---|---|
//! | [`FailClosed`](Policy::FailClosed) | by memory | by memory | refused |
//! | [`Introspect`](Policy::Introspect) | by memory | the authority is asked | the authority is asked |
//! | [`BoundedOpen`](Policy::BoundedOpen) | by memory | by memory | by memory up to the limit, then refused |
//!
//! What is known to be dead is refused in every state.

use std::time::Duration;

/// When knowledge counts as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Up to this age it is FRESH.
    pub fresh: Duration,
    /// Beyond this age it is DARK.
    pub dark: Duration,
}

/// An acknowledgement a second: FRESH survives two that are lost, DARK comes after nine.
impl Default for Bounds {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(3),
            dark: Duration::from_secs(10),
        }
    }
}

/// How old what is known is. The age counts from the moment at which the nonce was sent whose echo
/// proved it: a constant delay on the way cannot look fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freshness {
    /// Whatever was revoked is known, but for what happened within the last seconds.
    Fresh,
    /// Some acknowledgements went unanswered.
    Stale,
    /// Nothing proves that this was not kept from the news for long.
    Dark,
}

impl Bounds {
    /// What knowledge of this age counts as; without an age nothing was ever known.
    #[must_use]
    pub fn freshness(&self, age: Option<Duration>) -> Freshness {
        match age {
            Some(age) if age <= self.fresh => Freshness::Fresh,
            Some(age) if age <= self.dark => Freshness::Stale,
            Some(_) | None => Freshness::Dark,
        }
    }
}

/// What a route does when knowledge is not fresh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Refuse in the DARK: no revoked token passes for longer than [`Bounds::dark`].
    #[default]
    FailClosed,
    /// Ask the authority about each token from STALE on; refuse if it does not answer.
    Introspect,
    /// Go on by memory until knowledge is this old, then refuse: for what must go on and can bear it.
    BoundedOpen(Duration),
}

/// How a token that is not known to be dead is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By what is known.
    Memory,
    /// The authority is asked.
    Ask,
    /// Not at all.
    Closed,
}

impl Policy {
    /// What it makes of knowledge of this age. Without an age there is no memory to judge by.
    pub(crate) fn way(self, bounds: &Bounds, age: Option<Duration>) -> Way {
        let freshness = bounds.freshness(age);
        match (self, freshness) {
            (Self::FailClosed | Self::Introspect | Self::BoundedOpen(_), Freshness::Fresh)
            | (Self::FailClosed | Self::BoundedOpen(_), Freshness::Stale) => Way::Memory,
            (Self::Introspect, Freshness::Stale | Freshness::Dark) => Way::Ask,
            (Self::FailClosed, Freshness::Dark) => Way::Closed,
            (Self::BoundedOpen(limit), Freshness::Dark) => {
                if age.is_some_and(|age| age <= limit) {
                    Way::Memory
                } else {
                    Way::Closed
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(policy: Policy) -> [Way; 5] {
        let ages = [Some(3000), Some(3001), Some(10_001), Some(60_001), None];
        ages.map(|age| policy.way(&Bounds::default(), age.map(Duration::from_millis)))
    }

    #[test]
    fn each_policy_has_its_way_in_each_state() {
        use Way::{Ask, Closed, Memory};
        let closed = [Memory, Memory, Closed, Closed, Closed];
        assert_eq!(ways(Policy::FailClosed), closed);
        assert_eq!(ways(Policy::Introspect), [Memory, Ask, Ask, Ask, Ask]);
        let open = Policy::BoundedOpen(Duration::from_mins(1));
        assert_eq!(ways(open), [Memory, Memory, Memory, Closed, Closed]);
    }
}
