//! Claims: what receipts and checkpoints that were given out say of the journal.

use symbolon_store::{Sequence, Written};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use super::Finding;
use crate::event::Event;
use crate::fact::Fact;
use crate::merkle::{self, Frontier, Hash};

/// What somebody was told of the journal, by a signature that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A checkpoint: the tree of the entries up to there had this root.
    Head {
        /// The last entry.
        sequence: Sequence,
        /// The root.
        root: Hash,
    },
    /// A receipt: the entry there was this one.
    Entry {
        /// Its place.
        sequence: Sequence,
        /// The call that wrote it.
        request: NodeId,
        /// When.
        at: Time,
        /// The node that it raised, and to where.
        stood: Option<(NodeId, Epoch)>,
        /// Its hash in the tree; receipts of earlier versions do not tell it.
        leaf: Option<Hash>,
    },
    /// What this machine saw itself: the tree of the entries up to there had this root.
    Seen {
        /// The last entry.
        sequence: Sequence,
        /// The root.
        root: Hash,
        /// Whether a segment ended there.
        is_seal: bool,
    },
}

impl Claim {
    /// The place that it is about.
    #[must_use]
    pub fn sequence(&self) -> Sequence {
        match self {
            Self::Head { sequence, .. }
            | Self::Entry { sequence, .. }
            | Self::Seen { sequence, .. } => *sequence,
        }
    }

    /// Whether this entry is the one that it tells of.
    fn fits(&self, written: &Written) -> bool {
        let Self::Entry {
            request,
            at,
            stood,
            leaf,
            ..
        } = self
        else {
            return true;
        };
        let Ok(event) = Event::decode(&written.bytes) else {
            return false;
        };
        let raised = |(node, epoch)| {
            let stands = event.stood(node);
            stands.is_some_and(|stands| stands.epoch == epoch)
        };
        let hash = || merkle::leaf(written.sequence, written.followed, &written.bytes);
        leaf.is_none_or(|leaf| leaf == hash())
            && event.at == *at
            && event.facts.contains(&Fact::Request(*request))
            && stood.is_none_or(raised)
    }
}

/// Claims that are held against a journal while it is walked through.
#[derive(Default)]
pub(super) struct Claims {
    /// The earliest place last.
    waiting: Vec<Claim>,
    findings: Vec<Finding>,
    /// Places whose entries are dropped, so that nothing can be held against them.
    unheld: Vec<Sequence>,
}

impl Claims {
    pub(super) fn new(mut claims: Vec<Claim>) -> Self {
        claims.sort_by_key(|claim| std::cmp::Reverse(claim.sequence()));
        Self {
            waiting: claims,
            findings: Vec::new(),
            unheld: Vec::new(),
        }
    }

    /// Holds what is said of this place against the tree as it is with it, and against the entry. What
    /// is said of places before, which the tree jumped over, is held against nothing.
    pub(super) fn pass(&mut self, place: Sequence, tree: &Frontier, written: Option<&Written>) {
        while let Some(claim) = self.waiting.pop_if(|claim| claim.sequence() <= place) {
            let is_here = claim.sequence() == place;
            let holds = match (&claim, written) {
                (Claim::Head { root, .. }, _) if is_here => Some(tree.root() == *root),
                (Claim::Entry { .. }, Some(written)) if is_here => Some(claim.fits(written)),
                (Claim::Head { .. } | Claim::Entry { .. } | Claim::Seen { .. }, _) => None,
            };
            match (holds, claim) {
                // What was seen is held elsewhere.
                (Some(true), _) | (Some(false), Claim::Seen { .. }) => {}
                (Some(false), Claim::Head { sequence, .. }) => {
                    self.findings.push(Finding::Contradicted(sequence));
                }
                (Some(false), Claim::Entry { sequence, .. }) => {
                    self.findings.push(Finding::Replaced(sequence));
                }
                (None, claim) => self.unheld.push(claim.sequence()),
            }
        }
    }

    /// Whether anything is said of a place up to this one.
    pub(super) fn is_next(&self, place: Sequence) -> bool {
        let next = self.waiting.last();
        next.is_some_and(|claim| claim.sequence() <= place)
    }

    /// What is wrong by the claims, with those about places behind the journal's end.
    pub(super) fn end(mut self, end: Sequence) -> (Vec<Finding>, Vec<Sequence>) {
        let beyond = self.waiting.iter().map(Claim::sequence).max();
        if let Some(beyond) = beyond.filter(|beyond| *beyond > end) {
            self.findings.push(Finding::CutOff(end, beyond));
        }
        (self.findings, self.unheld)
    }
}
