//! Change a node: raise its epoch, disable it, enable it again, or end it.
//!
//! One step, which finds the node as it was judged or nothing: two revocations at once are two
//! epochs, never one lost.

use symbolon_journal::{Stands, Verb};
use symbolon_store::Step;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::rows;
use crate::memory::{Lineages, Standing};

/// Whether a node's descendants may live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// They may.
    #[default]
    Live,
    /// Not until it is enabled again.
    Disabled,
    /// Never again.
    Ended,
}

impl State {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Disabled => 1,
            Self::Ended => 2,
        }
    }

    pub(crate) const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Live),
            1 => Some(Self::Disabled),
            2 => Some(Self::Ended),
            _ => None,
        }
    }
}

/// What happens to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its descendants die; it lives on.
    Revoke,
    /// Its descendants die, and those that come after are refused until it is enabled.
    RevokeAndDisable,
    /// Its descendants are refused until it is enabled.
    Disable,
    /// They are accepted again.
    Enable,
    /// It and its descendants die for good.
    End,
}

/// How a node stands after a change, and the step that makes it so. The step must change one row.
#[must_use]
pub fn change(
    known: &Lineages,
    (realm, node): (RealmNode, NodeId),
    what: Change,
    now: Time,
) -> (Standing, Step) {
    let before = known.standing(node);
    let after = if node == realm.0 {
        decide(known.realm(realm), what)
    } else {
        decide(before, what)
    };
    (after, rows::put((realm, node), before, after, now))
}

/// The rules. What has ended stays so.
fn decide(before: Standing, what: Change) -> Standing {
    let (raised, state) = match what {
        Change::Revoke => (true, before.state),
        Change::RevokeAndDisable => (true, State::Disabled),
        Change::Disable => (false, State::Disabled),
        Change::Enable => (false, State::Live),
        Change::End => (true, State::Ended),
    };
    let ended = before.state == State::Ended;
    Standing {
        epoch: if raised {
            before.epoch.next()
        } else {
            before.epoch
        },
        state: if ended { State::Ended } else { state },
    }
}

/// Whether what the journal says of a node beside this verb raised its epoch.
#[must_use]
pub fn raises(verb: Verb) -> bool {
    match verb {
        Verb::Revoke | Verb::End | Verb::Rotate | Verb::Change => true,
        Verb::Disable
        | Verb::Enable
        | Verb::Suspend
        | Verb::Resume
        | Verb::Issue
        | Verb::Verify
        | Verb::Introspect
        | Verb::Redeem
        | Verb::Create
        | Verb::Lease
        | Verb::Begin
        | Verb::Sweep => false,
    }
}

impl Standing {
    /// What the event beside the step must say, so that memories learn of it.
    #[must_use]
    pub fn fact(self, node: impl Into<NodeId>) -> Stands {
        Stands {
            node: node.into(),
            epoch: self.epoch,
            state: self.state.code(),
        }
    }

    /// A node that nothing ever happened to.
    pub const NEW: Self = Self {
        epoch: Epoch(0),
        state: State::Live,
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_revoking_and_ending_raise_the_epoch() {
        assert_eq!(decide(Standing::NEW, Change::Revoke).epoch, Epoch(1));
        assert_eq!(decide(Standing::NEW, Change::End).epoch, Epoch(1));
        let both = decide(Standing::NEW, Change::RevokeAndDisable);
        assert_eq!((both.epoch, both.state), (Epoch(1), State::Disabled));
        assert_eq!(decide(Standing::NEW, Change::Disable).epoch, Epoch(0));
        assert_eq!(decide(Standing::NEW, Change::Enable).epoch, Epoch(0));
    }

    #[test]
    fn what_was_disabled_comes_back_as_it_was() {
        let disabled = decide(Standing::NEW, Change::Disable);
        assert_eq!(disabled.state, State::Disabled);
        assert_eq!(decide(disabled, Change::Enable), Standing::NEW);
    }

    #[test]
    fn what_is_disabled_can_be_revoked_and_stays_disabled() {
        let revoked = decide(decide(Standing::NEW, Change::Disable), Change::Revoke);
        let both = Standing {
            epoch: Epoch(1),
            state: State::Disabled,
        };
        assert_eq!(revoked, both);
    }

    #[test]
    fn what_has_ended_stays_so() {
        let ended = decide(Standing::NEW, Change::End);
        for what in [
            Change::Revoke,
            Change::RevokeAndDisable,
            Change::Disable,
            Change::Enable,
            Change::End,
        ] {
            let after = decide(ended, what);
            assert_eq!(after.state, State::Ended, "{what:?}");
            assert!(after.epoch >= ended.epoch, "{what:?}");
        }
    }

    fn any_change() -> impl Strategy<Value = Change> {
        prop_oneof![
            Just(Change::Revoke),
            Just(Change::RevokeAndDisable),
            Just(Change::Disable),
            Just(Change::Enable),
            Just(Change::End),
        ]
    }

    proptest! {
        #[test]
        fn epochs_never_fall_and_an_end_is_for_ever(
            changes in prop::collection::vec(any_change(), 0..40),
        ) {
            let mut standing = Standing::NEW;
            for (at, what) in changes.iter().enumerate() {
                let after = decide(standing, *what);
                prop_assert!(after.epoch >= standing.epoch);
                let ended = changes[..=at].contains(&Change::End);
                prop_assert_eq!(after.state == State::Ended, ended);
                standing = after;
            }
        }
    }
}
