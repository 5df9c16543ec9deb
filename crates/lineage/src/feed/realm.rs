//! One realm: how everything stands, and what of that is new.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use symbolon_store::Sequence;
use symbolon_token::feed::{self, Change, Indexes, Stands};
use symbolon_token::lineage::{Ancestor, Epoch};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use super::{Told, WINDOW, epochs, place};
use crate::memory::{Known, Standing, floor_of_term, raised};
use crate::node::State;

/// How many epochs of one node are told as dead where it is not known how old they are: a node that is
/// revoked every half minute for a day stays below.
const MAX_EPOCHS: i64 = 4096;

/// The realm's node, the store's term, and what was swept away.
pub(super) type About = (RealmNode, i64, Option<Bucket>);

/// Of a node that changed: what else there is to know.
#[derive(Clone, Copy)]
pub(super) struct Stood {
    /// Whether tokens of pairwise clients hide it.
    pub(super) is_veiled: bool,
    /// When.
    pub(super) at: Time,
    /// Where it stands in the journal.
    pub(super) sequence: Sequence,
}

/// A node that something has happened to.
struct Node {
    known: Known,
    is_veiled: bool,
    changed_at: Time,
}

/// How a node stood when it was told the last time.
struct Before {
    epoch: Epoch,
    /// Then, or at any time since, its descendants were refused.
    was_down: bool,
}

/// What is new.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of one thing, apart from the others, that it is to be told"
)]
struct News {
    nodes: BTreeMap<NodeId, Before>,
    bits: BTreeMap<u32, Vec<u32>>,
    leases: BTreeSet<Bucket>,
    floor: bool,
    keys: bool,
    term_began: bool,
    killed_at: Option<Time>,
    /// Whether any of this is to be told.
    any: bool,
}

/// One realm.
#[derive(Default)]
pub(super) struct OfRealm {
    nodes: HashMap<NodeId, Node>,
    bits: BTreeMap<u32, BTreeSet<u32>>,
    leases: BTreeMap<Bucket, u32>,
    version: u64,
    sequence: Sequence,
    /// There while the realm is watched.
    news: Option<News>,
}

impl OfRealm {
    pub(super) fn watch(&mut self) {
        self.news.get_or_insert_default();
    }

    pub(super) fn unwatch(&mut self) {
        self.news = None;
    }

    pub(super) fn has_news(&self) -> bool {
        self.news.as_ref().is_some_and(|news| news.any)
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Something changed. Whether somebody is to be told.
    pub(super) fn news(&mut self, version: u64, sequence: Sequence) -> bool {
        self.version = version;
        self.sequence = self.sequence.max(sequence);
        if let Some(news) = &mut self.news {
            news.any = true;
        }
        self.news.is_some()
    }

    pub(super) fn standing(&self, node: NodeId) -> Standing {
        let known = self.nodes.get(&node);
        known.map(|node| node.known.standing).unwrap_or_default()
    }

    /// A node stands so. Whether that is new.
    pub(super) fn stand(&mut self, node: NodeId, standing: Standing, stood: Stood) -> bool {
        let one = self.nodes.entry(node).or_insert_with(|| Node {
            known: Known::default(),
            is_veiled: stood.is_veiled,
            changed_at: stood.at,
        });
        let before = one.known.standing;
        one.known.learn(standing, stood.sequence);
        let after = one.known.standing;
        one.is_veiled = stood.is_veiled;
        if before == after {
            return false;
        }
        one.changed_at = one.changed_at.max(stood.at);
        let kills = after.epoch > before.epoch || after.state != State::Live;
        if let Some(news) = &mut self.news {
            let told = news.nodes.entry(node).or_insert(Before {
                epoch: before.epoch,
                was_down: false,
            });
            told.was_down |= before.state != State::Live;
            news.killed(kills.then_some(stood.at));
        }
        true
    }

    /// A token is dead by itself. Whether that is new.
    pub(super) fn revoke(&mut self, status: StatusRef, at: Time) -> bool {
        let (bucket, index) = place(status);
        let is_new = self.bits.entry(bucket).or_default().insert(index);
        if let (true, Some(news)) = (is_new, &mut self.news) {
            news.bits.entry(bucket).or_default().push(index);
            news.killed(Some(at));
        }
        is_new
    }

    /// Indexes below this one were leased. Whether that is new.
    pub(super) fn lease(&mut self, bucket: Bucket, next: u32) -> bool {
        let known = self.leases.entry(bucket).or_default();
        let is_new = next > *known;
        *known = next.max(*known);
        if let (true, Some(news)) = (is_new, &mut self.news) {
            news.leases.insert(bucket);
        }
        is_new
    }

    /// Signing keys changed.
    pub(super) fn rekey(&mut self) -> bool {
        if let Some(news) = &mut self.news {
            news.keys = true;
        }
        true
    }

    /// Everything up to this bucket was forgotten.
    pub(super) fn sweep(&mut self, floor: Bucket) {
        self.bits.retain(|bucket, _| *bucket > floor.0);
        self.leases.retain(|bucket, _| *bucket > floor);
        if let Some(news) = &mut self.news {
            news.floor = true;
        }
    }

    /// A term began.
    pub(super) fn begin(&mut self) {
        if let Some(news) = &mut self.news {
            news.term_began = true;
        }
    }

    /// Forgets what ended before the window.
    pub(super) fn prune(&mut self, now: Time) {
        let since = now.minus(WINDOW);
        let matters =
            |node: &Node| node.known.standing.state != State::Ended || node.changed_at > since;
        self.nodes.retain(|_, node| matters(node));
    }

    /// What is new, which is then told.
    pub(super) fn take(&mut self, about: About) -> Option<Told> {
        let news = self.news.as_mut()?;
        if !news.any {
            return None;
        }
        let news = std::mem::take(news);
        let mut told = self.about(about);
        told.keys = news.keys;
        told.term_began = news.term_began;
        told.killed_at = news.killed_at;
        for (node, before) in news.nodes {
            let standing = self.stands(about, node);
            told.change.nodes.push(stands(node, standing));
            if self.nodes.get(&node).is_some_and(|node| node.is_veiled) {
                told.dead.extend(epochs(node, before.epoch, standing.epoch));
                let now = Ancestor {
                    node,
                    epoch: standing.epoch,
                };
                if standing.state != State::Live {
                    told.dead.push(now);
                } else if before.was_down {
                    told.revived.push(now);
                }
            }
        }
        let bits = news.bits.into_iter();
        told.change.bits = bits
            .map(|(bucket, indexes)| (bucket, indexes.into_iter().collect()))
            .collect();
        let leases = news.leases.into_iter();
        told.change.leases = leases
            .filter_map(|bucket| Some((bucket.0, *self.leases.get(&bucket)?)))
            .collect();
        if !news.floor {
            told.change.floor = None;
        }
        Some(told)
    }

    /// Everything.
    pub(super) fn known(&mut self, about: About, now: Time) -> Told {
        self.prune(now);
        let mut told = self.about(about);
        let realm = about.0.0;
        let mut nodes: Vec<_> = self.nodes.keys().copied().collect();
        nodes.retain(|node| *node != realm);
        nodes.sort_unstable();
        nodes.insert(0, realm);
        let since = now.minus(WINDOW);
        for node in nodes {
            let standing = self.stands(about, node);
            if standing == Standing::NEW {
                continue;
            }
            told.change.nodes.push(stands(node, standing));
            let known = self.nodes.get(&node);
            let Some(known) = known.filter(|known| known.is_veiled) else {
                continue;
            };
            if known.changed_at > since {
                let first = Epoch(standing.epoch.0.saturating_sub(MAX_EPOCHS).max(0));
                told.dead.extend(epochs(node, first, standing.epoch));
            }
            if standing.state != State::Live {
                let epoch = standing.epoch;
                told.dead.push(Ancestor { node, epoch });
            }
        }
        let set = |indexes: &BTreeSet<u32>| indexes.iter().copied().collect::<Indexes>();
        let bits = self.bits.iter();
        told.change.bits = bits.map(|(bucket, all)| (*bucket, set(all))).collect();
        let leases = self.leases.iter();
        told.change.leases = leases.map(|(bucket, next)| (bucket.0, *next)).collect();
        told
    }

    /// How a node stands; the realm itself no lower than the term.
    fn stands(&self, (realm, term, _): About, node: NodeId) -> Standing {
        let standing = self.standing(node);
        if node == realm.0 {
            raised(standing, floor_of_term(term))
        } else {
            standing
        }
    }

    fn about(&self, (_, term, floor): About) -> Told {
        Told {
            change: Change {
                floor: floor.map(|bucket| bucket.0),
                ..Change::default()
            },
            term,
            version: self.version,
            ..Told::default()
        }
    }
}

impl News {
    fn killed(&mut self, at: Option<Time>) {
        self.killed_at = match (self.killed_at, at) {
            (Some(before), Some(at)) => Some(before.min(at)),
            (before, at) => before.or(at),
        };
    }
}

fn stands(node: NodeId, standing: Standing) -> Stands {
    Stands {
        node,
        epoch: standing.epoch,
        state: match standing.state {
            State::Live => feed::State::Live,
            State::Disabled => feed::State::Disabled,
            State::Ended => feed::State::Ended,
        },
    }
}
