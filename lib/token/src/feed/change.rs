//! What happens to tokens: ancestors fall, bits are set, blocks of indexes are leased, keys come and
//! go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::indexes::Indexes;
use super::stream::Bytes;
use crate::lineage::Epoch;
use crate::node::NodeId;

/// Whether the descendants of a node may live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u8", into = "u8")]
pub enum State {
    /// They may.
    #[default]
    Live,
    /// Not now; it may come back.
    Disabled,
    /// Never again.
    Ended,
}

impl From<u8> for State {
    /// What a later version means by another number is not known, so nothing lives by it.
    fn from(code: u8) -> Self {
        match code {
            0 => Self::Live,
            1 => Self::Disabled,
            _ => Self::Ended,
        }
    }
}

impl From<State> for u8 {
    fn from(state: State) -> Self {
        match state {
            State::Live => 0,
            State::Disabled => 1,
            State::Ended => 2,
        }
    }
}

/// How a node stands: `[id, epoch, state]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(NodeId, i64, State)", into = "(NodeId, i64, State)")]
pub struct Stands {
    /// Which node.
    pub node: NodeId,
    /// Tokens that carry a lower epoch for it are dead; a higher one is not known yet.
    pub epoch: Epoch,
    /// Whether its descendants may live.
    pub state: State,
}

impl From<(NodeId, i64, State)> for Stands {
    fn from((node, epoch, state): (NodeId, i64, State)) -> Self {
        let epoch = Epoch(epoch);
        Self { node, epoch, state }
    }
}

impl From<Stands> for (NodeId, i64, State) {
    fn from(stands: Stands) -> Self {
        (stands.node, stands.epoch.0, stands.state)
    }
}

/// An ancestor of a token for a pairwise client, as this audience sees it: opaque.
pub type Block = Bytes<16>;

/// Veiled ancestors by which tokens die, and those by which they live again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Blocks {
    /// Tokens that carry one of them are dead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<Block>,
    /// They were among the dead, and are so no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revived: Vec<Block>,
}

impl Blocks {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.dead.is_empty() && self.revived.is_empty()
    }
}

/// A signing key's `kid`, and the node that each token which it signed must name: `[kid, id]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNode(pub String, pub NodeId);

/// What is told: in a snapshot everything, in a frame what is new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// How nodes stand. Those that are not named stand as on their first day, at epoch 0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<Stands>,
    /// Veiled ancestors.
    #[serde(skip_serializing_if = "Blocks::is_empty")]
    pub blocks: Blocks,
    /// The status bits that are set, by bucket (hours since 1970).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bits: BTreeMap<u32, Indexes>,
    /// Up to which index a bucket has been leased: from this one on, none was ever given out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub leases: BTreeMap<u32, u32>,
    /// The bucket up to which everything was forgotten, and is dead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<u32>,
    /// The signing keys by which tokens may live, all of them. In a frame only when they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<KeyNode>>,
}

impl Change {
    /// Whether nothing is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
