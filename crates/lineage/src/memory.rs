//! What is known of nodes and status bits, in memory, kept by following the journal.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use symbolon_journal::{Event, Fact, Follow, Verb};
use symbolon_store::{ColumnError, Db, Sequence, Unavailable};
use symbolon_token::lineage::{Ancestor, Epoch};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::{Bucket, StatusRef};
use thiserror::Error;

use crate::node::{self, State};
use crate::status::{self, StatusList};

/// Epochs of a realm in one term: a thousand million revocations of everything. Terms are seconds
/// since 1970, so the product fits until the year 2242.
const EPOCHS_OF_TERM: i64 = 1 << 30;

/// How a node stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Tokens that carry a lower one are dead.
    pub epoch: Epoch,
    /// Whether its descendants may live.
    pub state: State,
}

/// Why the memory could not be filled.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Schema and code differ.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// A value that this version does not write.
    #[error("the database holds a value in {0} that this version does not know")]
    Value(&'static str),
}

/// How a node stands, and since which entry.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known {
    pub(crate) standing: Standing,
    sequence: Sequence,
}

impl Known {
    /// Events of other processes may come after younger ones of this one. Epochs only rise and an end
    /// is for ever, so these count whenever they come; for the rest, the youngest counts.
    pub(crate) fn learn(&mut self, standing: Standing, sequence: Sequence) {
        self.standing.epoch = self.standing.epoch.max(standing.epoch);
        if standing.state == State::Ended
            || (sequence >= self.sequence && self.standing.state != State::Ended)
        {
            self.standing.state = standing.state;
            self.sequence = sequence.max(self.sequence);
        }
    }
}

#[derive(Default)]
pub(crate) struct Bits {
    revoked: HashMap<(RealmNode, Bucket), HashSet<u32>>,
    leased: HashMap<(RealmNode, Bucket), u32>,
    /// Up to which bucket everything was forgotten.
    pub(crate) floor: Option<Bucket>,
}

impl Bits {
    pub(crate) fn is_revoked(&self, realm: RealmNode, status: StatusRef) -> bool {
        let bucket = self.revoked.get(&(realm, status.bucket));
        bucket.is_some_and(|bucket| bucket.contains(&status.index))
    }

    pub(crate) fn is_leased(&self, realm: RealmNode, status: StatusRef) -> bool {
        let next = self.leased.get(&(realm, status.bucket));
        next.is_some_and(|next| status.index < *next)
    }
}

/// What a published list depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListVersion {
    revoked: usize,
    blocks: u64,
}

/// What is known, held still for one judgement.
pub(crate) struct Look<'a> {
    floor_of_term: Epoch,
    nodes: RwLockReadGuard<'a, HashMap<NodeId, Known>>,
    pub(crate) bits: RwLockReadGuard<'a, Bits>,
}

impl Look<'_> {
    /// How an ancestor in this realm stands, the realm itself among them.
    pub(crate) fn standing(&self, realm: RealmNode, node: NodeId) -> Standing {
        let standing = standing(&self.nodes, node);
        if node == realm.0 {
            raised(standing, self.floor_of_term)
        } else {
            standing
        }
    }
}

fn standing(nodes: &HashMap<NodeId, Known>, node: NodeId) -> Standing {
    let known = nodes.get(&node);
    known.map(|known| known.standing).unwrap_or_default()
}

/// No realm's epoch is below this one in a term.
pub(crate) fn floor_of_term(term: i64) -> Epoch {
    Epoch(term.saturating_mul(EPOCHS_OF_TERM))
}

pub(crate) fn raised(standing: Standing, floor: Epoch) -> Standing {
    Standing {
        epoch: standing.epoch.max(floor),
        ..standing
    }
}

/// Everything that decides whether a token is dead before its time.
#[derive(Default)]
pub struct Lineages {
    term: AtomicI64,
    nodes: RwLock<HashMap<NodeId, Known>>,
    bits: RwLock<Bits>,
}

impl Lineages {
    /// Reads every row. Follow the journal before this, so that nothing falls between.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn load(&self, db: &Db) -> Result<(), LoadError> {
        let (term, _) = db.head().await?;
        self.term.fetch_max(term.0, Ordering::AcqRel);
        for (node, standing) in node::all(db).await? {
            self.stand(node, standing, Sequence(0));
        }
        for (realm, bucket, next) in status::buckets(db).await? {
            self.lease(realm, bucket, next);
        }
        for (realm, status, _) in status::bits(db).await? {
            self.revoke(realm, status);
        }
        if let Some(floor) = status::floor(db).await? {
            self.sweep(floor);
        }
        Ok(())
    }

    /// How a node stands. Of one that has no row: as on its first day.
    #[must_use]
    pub fn standing(&self, node: NodeId) -> Standing {
        standing(&self.nodes(), node)
    }

    /// How a realm stands: no lower than the term, so that a restored backup begins above everything
    /// that the lost past may have reached.
    #[must_use]
    pub fn realm(&self, realm: RealmNode) -> Standing {
        raised(self.standing(realm.0), self.floor_of_term())
    }

    fn floor_of_term(&self) -> Epoch {
        floor_of_term(self.term.load(Ordering::Acquire))
    }

    /// The pair that a token born now carries for a node.
    #[must_use]
    pub fn ancestor(&self, node: impl Into<NodeId>) -> Ancestor {
        let node = node.into();
        Ancestor {
            node,
            epoch: self.standing(node).epoch,
        }
    }

    /// The pair that a token born now carries for its realm.
    #[must_use]
    pub fn realm_ancestor(&self, realm: RealmNode) -> Ancestor {
        Ancestor {
            node: realm.0,
            epoch: self.realm(realm).epoch,
        }
    }

    /// Whether a token was revoked by itself.
    #[must_use]
    pub fn is_revoked(&self, realm: RealmNode, status: StatusRef) -> bool {
        self.bits().is_revoked(realm, status)
    }

    /// Whether some process has leased this index: a token with another one was forged.
    #[must_use]
    pub fn is_leased(&self, realm: RealmNode, status: StatusRef) -> bool {
        self.bits().is_leased(realm, status)
    }

    /// What a bucket's published list would say, in short: it says the same as long as this is the
    /// same, for bits are set and never cleared.
    #[must_use]
    pub fn list_version(&self, realm: RealmNode, bucket: Bucket) -> ListVersion {
        let bits = self.bits();
        let revoked = bits.revoked.get(&(realm, bucket));
        let leased = bits.leased.get(&(realm, bucket));
        ListVersion {
            revoked: revoked.map_or(0, HashSet::len),
            blocks: status::blocks(leased.copied().unwrap_or(0)),
        }
    }

    /// The bits of a bucket, to be published.
    #[must_use]
    pub fn list(&self, realm: RealmNode, bucket: Bucket) -> StatusList {
        let bits = self.bits();
        let leased = bits.leased.get(&(realm, bucket)).copied().unwrap_or(0);
        let revoked = bits.revoked.get(&(realm, bucket));
        StatusList::new(leased, revoked.into_iter().flatten().copied())
    }

    /// Up to which bucket everything was forgotten.
    #[must_use]
    pub fn floor(&self) -> Option<Bucket> {
        self.bits().floor
    }

    /// One look at everything: both locks are taken once for a whole judgement.
    pub(crate) fn look(&self) -> Look<'_> {
        Look {
            floor_of_term: self.floor_of_term(),
            nodes: self.nodes(),
            bits: self.bits(),
        }
    }

    fn nodes(&self) -> RwLockReadGuard<'_, HashMap<NodeId, Known>> {
        self.nodes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn bits(&self) -> RwLockReadGuard<'_, Bits> {
        self.bits.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn stand(&self, node: NodeId, standing: Standing, sequence: Sequence) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        nodes.entry(node).or_default().learn(standing, sequence);
    }

    fn lease(&self, realm: RealmNode, bucket: Bucket, next: u32) {
        let mut bits = self.bits.write().unwrap_or_else(PoisonError::into_inner);
        let known = bits.leased.entry((realm, bucket)).or_default();
        *known = next.max(*known);
    }

    fn revoke(&self, realm: RealmNode, status: StatusRef) {
        let mut bits = self.bits.write().unwrap_or_else(PoisonError::into_inner);
        let bucket = bits.revoked.entry((realm, status.bucket)).or_default();
        bucket.insert(status.index);
    }

    fn sweep(&self, floor: Bucket) {
        let mut bits = self.bits.write().unwrap_or_else(PoisonError::into_inner);
        bits.floor = bits.floor.max(Some(floor));
        bits.revoked.retain(|(_, bucket), _| *bucket > floor);
        bits.leased.retain(|(_, bucket), _| *bucket > floor);
    }
}

impl Follow for Lineages {
    fn follow(&self, sequence: Sequence, event: &Event) {
        for fact in &event.facts {
            match fact {
                Fact::Stands(stands) => {
                    let state = State::from_code(stands.state).unwrap_or(State::Ended);
                    let epoch = stands.epoch;
                    self.stand(stands.node, Standing { epoch, state }, sequence);
                }
                Fact::Status(status) if event.verb == Verb::Revoke => {
                    self.revoke(event.realm, *status);
                }
                Fact::Block(block) if event.verb == Verb::Lease => {
                    self.lease(
                        event.realm,
                        block.bucket,
                        block.first.saturating_add(block.count),
                    );
                }
                Fact::Block(block) if event.verb == Verb::Sweep => self.sweep(block.bucket),
                Fact::Term(term) => {
                    self.term.fetch_max(*term, Ordering::AcqRel);
                }
                Fact::Block(_)
                | Fact::Status(_)
                | Fact::Node(..)
                | Fact::Expires(_)
                | Fact::Network(_)
                | Fact::Request(_)
                | Fact::Name(_)
                | Fact::Reason(_)
                | Fact::Sealed(..) => {}
            }
        }
    }
}
