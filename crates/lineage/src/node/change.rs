//! Change a node: raise its epoch, disable it, enable it again, or end it.
//!
//! One step, which finds the node as it was judged or nothing: two revocations at once are two
//! epochs, never one lost.

use symbolon_journal::Stands;
use symbolon_store::Step;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::rows;
use crate::memory::Standing;

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
    /// Its descendants are refused until it is enabled.
    Disable,
    /// They are accepted again.
    Enable,
    /// It and its descendants die for good.
    End,
}

/// How the node stands after a change, and the step that makes it so. The step must change one row.
#[must_use]
pub fn change(
    (realm, node): (RealmNode, NodeId),
    before: Standing,
    change: Change,
    now: Time,
) -> (Standing, Step) {
    let after = match change {
        Change::Revoke => Standing {
            epoch: before.epoch.next(),
            ..before
        },
        Change::Disable => Standing {
            state: State::Disabled,
            ..before
        },
        Change::Enable => Standing {
            state: State::Live,
            ..before
        },
        Change::End => Standing {
            epoch: before.epoch.next(),
            state: State::Ended,
        },
    };
    (after, rows::put((realm, node), before, after, now))
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
    use super::*;

    fn after(before: Standing, what: Change) -> Standing {
        let node = NodeId::from_number(2).unwrap();
        change((RealmNode(node), node), before, what, Time(0)).0
    }

    #[test]
    fn only_revoking_and_ending_raise_the_epoch() {
        assert_eq!(after(Standing::NEW, Change::Revoke).epoch, Epoch(1));
        assert_eq!(after(Standing::NEW, Change::End).epoch, Epoch(1));
        assert_eq!(after(Standing::NEW, Change::Disable).epoch, Epoch(0));
    }

    #[test]
    fn what_was_disabled_comes_back_as_it_was() {
        let disabled = after(Standing::NEW, Change::Disable);
        assert_eq!(disabled.state, State::Disabled);
        assert_eq!(after(disabled, Change::Enable), Standing::NEW);
    }
}
