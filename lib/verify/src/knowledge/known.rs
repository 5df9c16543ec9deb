//! What was told, as it is kept: to be asked for each token, in little memory.

use std::collections::{BTreeMap, HashMap, HashSet};

use symbolon_token::feed::{Block, Change, Position, Snapshot, State};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;
use symbolon_token::status::{Bucket, StatusRef};

use super::bit::Bits;

/// What holds as of a position.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) position: Position,
    pub(crate) term: i64,
    pub(crate) realm: NodeId,
    /// Those that stand otherwise than on their first day.
    nodes: HashMap<NodeId, (Epoch, State)>,
    blocks: HashSet<Block>,
    pub(super) bits: Bits,
    leases: BTreeMap<Bucket, u32>,
    floor: Option<Bucket>,
    pub(super) keys: Vec<(Box<str>, NodeId)>,
}

impl Known {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        let mut known = Self {
            position: snapshot.position,
            term: snapshot.term,
            realm: snapshot.realm,
            nodes: HashMap::new(),
            blocks: HashSet::new(),
            bits: Bits::default(),
            leases: BTreeMap::new(),
            floor: None,
            keys: Vec::new(),
        };
        known.take(snapshot.known);
        known
    }

    /// Takes in what is new. Frames come in order, so the later word counts.
    pub(super) fn take(&mut self, change: Change) {
        for stands in change.nodes {
            let new = (stands.epoch, stands.state);
            if new == (Epoch(0), State::Live) {
                self.nodes.remove(&stands.node);
            } else {
                self.nodes.insert(stands.node, new);
            }
        }
        for block in change.blocks.revived {
            self.blocks.remove(&block);
        }
        self.blocks.extend(change.blocks.dead);
        for (bucket, indexes) in change.bits {
            self.bits.set(Bucket(bucket), indexes.as_slice());
        }
        for (bucket, next) in change.leases {
            let known = self.leases.entry(Bucket(bucket)).or_default();
            *known = next.max(*known);
        }
        self.rise(change.floor.map(Bucket));
        if let Some(keys) = change.keys {
            let keys = keys.into_iter();
            self.keys = keys.map(|key| (key.0.into_boxed_str(), key.1)).collect();
        }
    }

    /// Takes over from something older, of the same term, what can never live again.
    pub(super) fn bury(&mut self, older: &Self) {
        for (node, (epoch, state)) in &older.nodes {
            let own = self.nodes.entry(*node).or_default();
            own.0 = own.0.max(*epoch);
            if *state == State::Ended {
                own.1 = State::Ended;
            }
        }
        self.nodes.retain(|_, own| *own != Default::default());
        self.bits.extend(&older.bits);
        self.rise(older.floor);
    }

    fn rise(&mut self, floor: Option<Bucket>) {
        if let Some(floor) = floor.max(self.floor) {
            self.floor = Some(floor);
            self.bits.forget(floor);
            self.leases.retain(|bucket, _| *bucket > floor);
        }
    }

    /// How a node stands.
    pub(crate) fn stands(&self, node: NodeId) -> (Epoch, State) {
        self.nodes.get(&node).copied().unwrap_or_default()
    }

    pub(crate) fn is_dead(&self, block: &Block) -> bool {
        self.blocks.contains(block)
    }

    pub(crate) fn is_revoked(&self, status: StatusRef) -> bool {
        self.bits.contains(status)
    }

    pub(crate) fn is_swept(&self, status: StatusRef) -> bool {
        self.floor.is_some_and(|floor| status.bucket <= floor)
    }

    pub(crate) fn is_leased(&self, status: StatusRef) -> bool {
        let next = self.leases.get(&status.bucket);
        next.is_some_and(|next| status.index < *next)
    }

    /// The node of the key of this name.
    pub(crate) fn key(&self, kid: &str) -> Option<NodeId> {
        let mut keys = self.keys.iter();
        keys.find(|(one, _)| &**one == kid).map(|(_, node)| *node)
    }
}
