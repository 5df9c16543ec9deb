//! Revocations that somebody ordered: why, what else their unit writes, and what came of them.

use symbolon_journal::{Event, Fact};
use symbolon_store::{Sequence, Step};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;

use crate::With;

/// Why something is revoked, in the words of who ordered it, and what joins the unit. By default
/// neither: the journal still says who did it.
#[derive(Debug, Default)]
pub struct Order<'a> {
    reason: Option<&'a str>,
    /// The same, sealed under the key of the person that it is about.
    sealed: Option<Fact>,
    with: With<Revoked>,
}

/// What was revoked: a node, which stands at this epoch from then on; or one token by itself, which
/// is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The node, and its epoch.
    pub node: Option<(NodeId, Epoch)>,
}

/// A revocation that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The place of its journal entry.
    pub sequence: Sequence,
    /// What was revoked.
    pub revoked: Revoked,
}

impl<'a> Order<'a> {
    /// For this reason.
    #[must_use]
    pub fn because(reason: &'a str) -> Self {
        Self {
            reason: Some(reason),
            ..Self::default()
        }
    }

    /// For a reason that is sealed.
    #[must_use]
    pub fn sealed(reason: Fact) -> Self {
        Self {
            sealed: Some(reason),
            ..Self::default()
        }
    }

    /// And these steps join the unit.
    #[must_use]
    pub fn with(self, with: With<Revoked>) -> Self {
        Self { with, ..self }
    }

    /// The event, and the reason where there is one.
    #[must_use]
    pub fn on(&self, event: Event) -> Event {
        match (self.reason, &self.sealed) {
            (Some(reason), _) => event.reason(reason),
            (None, Some(sealed)) => event.fact(sealed.clone()),
            (None, None) => event,
        }
    }

    pub(crate) fn steps(&self, revoked: &Revoked) -> Vec<Step> {
        self.with.steps(revoked)
    }
}

impl Revoked {
    /// A node that stands at this epoch now.
    #[must_use]
    pub fn node(node: impl Into<NodeId>, epoch: Epoch) -> Self {
        Self {
            node: Some((node.into(), epoch)),
        }
    }

    /// One token by itself.
    pub const TOKEN: Self = Self { node: None };
}
