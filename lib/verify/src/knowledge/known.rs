//! What was told, as it is kept: to be asked for each token, in little memory.

use std::collections::{BTreeMap, HashMap};

use symbolon_token::feed::{Block, Change, Position, Snapshot, Stands, State, TOLD_FOR};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use super::bit::Bits;

/// How a node stands, and in which hour that was told.
#[derive(Clone, Copy, Debug, Default)]
struct Fallen {
    epoch: Epoch,
    told: u32,
    state: State,
}

impl Fallen {
    /// Whether no token that is issued from now on names it.
    fn is_over(self) -> bool {
        self.state == State::Ended
    }
}

/// How many hours begin until what was told in one is forgotten: [`TOLD_FOR`] has passed by then.
fn kept_for() -> u32 {
    let hours = TOLD_FOR.as_secs().div_ceil(3600) + 1;
    u32::try_from(hours).unwrap_or(u32::MAX)
}

/// What holds as of a position.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) position: Position,
    pub(crate) term: i64,
    pub(crate) realm: NodeId,
    /// Those that stand otherwise than on their first day.
    nodes: HashMap<NodeId, Fallen>,
    /// Those that are dead, and in which hour they were told.
    blocks: HashMap<Block, u32>,
    pub(super) bits: Bits,
    leases: BTreeMap<Bucket, u32>,
    floor: Option<Bucket>,
    pub(super) keys: Vec<(Box<str>, NodeId)>,
    /// In which hour something was forgotten the last time.
    forgot: u32,
}

impl Known {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        let mut known = Self {
            position: snapshot.position,
            term: snapshot.term,
            realm: snapshot.realm,
            nodes: HashMap::new(),
            blocks: HashMap::new(),
            bits: Bits::default(),
            leases: BTreeMap::new(),
            floor: None,
            keys: Vec::new(),
            forgot: 0,
        };
        known.take(snapshot.known, snapshot.at);
        known
    }

    /// Takes in what is new, and was told then. Frames come in order, so the later word counts.
    pub(super) fn take(&mut self, change: Change, at: Time) {
        let told = Bucket::of(at).0;
        for Stands { node, epoch, state } in change.nodes {
            if (epoch, state) == (Epoch(0), State::Live) {
                self.nodes.remove(&node);
            } else {
                self.nodes.insert(node, Fallen { epoch, told, state });
            }
        }
        for block in change.blocks.revived {
            self.blocks.remove(&block);
        }
        let dead = change.blocks.dead.into_iter();
        self.blocks.extend(dead.map(|block| (block, told)));
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
        for (node, old) in &older.nodes {
            let own = self.nodes.entry(*node).or_default();
            own.epoch = own.epoch.max(old.epoch);
            own.told = own.told.max(old.told);
            if old.is_over() {
                own.state = State::Ended;
            }
        }
        let stands = |one: &Fallen| (one.epoch, one.state) != (Epoch(0), State::Live);
        self.nodes.retain(|_, own| stands(own));
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
        let known = self.nodes.get(&node);
        known
            .map(|known| (known.epoch, known.state))
            .unwrap_or_default()
    }

    pub(crate) fn is_dead(&self, block: &Block) -> bool {
        self.blocks.contains_key(block)
    }

    /// How many nodes and blocks stand otherwise than on their first day.
    pub(super) fn fallen(&self) -> usize {
        self.nodes.len() + self.blocks.len()
    }

    /// Forgets what ended, now that this is the least that the authority's time can be: every token that
    /// could name it has expired by then. A disabled node may come back and is kept, a dead block is
    /// not: while it is dead no token is issued that carries it.
    pub(super) fn forget(&mut self, time: Time) {
        let now = Bucket::of(time).0;
        if now <= self.forgot {
            return;
        }
        self.forgot = now;
        let is_told = |told: u32| told.saturating_add(kept_for()) > now;
        self.nodes
            .retain(|_, node| !node.is_over() || is_told(node.told));
        self.blocks.retain(|_, told| is_told(*told));
        self.nodes.shrink_to(self.nodes.len() * 2);
        self.blocks.shrink_to(self.blocks.len() * 2);
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
