//! What verifiers must hear of lineage: everything by which a token may be dead, and what of that is
//! new since they were told the last time.
//!
//! 1. A realm is watched as long as somebody follows it; only then is noted what is new.
//! 2. What happens is known here before its commit is answered ([`Follow`]), and in the order in which
//!    it comes: an event of another process may come late or twice, and changes nothing then.
//! 3. [`Changes::take`] gives what is new; [`Changes::known`] gives everything, which includes what was
//!    taken and what is new. To be told a thing twice is harmless: each says how something stands.
//! 4. What has ended is forgotten once the last token that could name it has expired ([`WINDOW`]).
//!    Nodes that live at a raised epoch are always told: their new tokens carry it.
//! 5. A token whose ancestor was revoked is not named: who knows the ancestor knows that it is dead.

mod realm;
mod rows;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use symbolon_journal::{Event, Fact, Follow, Noun, Role, Verb};
use symbolon_store::{Db, Sequence};
use symbolon_token::feed::Change;
use symbolon_token::lineage::{Ancestor, Epoch};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;
use tokio::sync::Notify;

use crate::memory::{LoadError, Standing};
use crate::node::State;
use crate::status::{self, Dead, revokes};
use realm::{OfRealm, Stood};

/// For how long what has ended is told: the longest life of an access token, a day, and two hours for
/// clocks that differ.
pub const WINDOW: Duration = Duration::from_hours(26);

/// What the verifiers of a realm are to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Nodes, bits, leases and floor. Blocks and keys are another's to add.
    pub change: Change,
    /// Ancestors by which tokens that carry them veiled are dead.
    pub dead: Vec<Ancestor>,
    /// Ancestors by which such tokens live again.
    pub revived: Vec<Ancestor>,
    /// The store's term.
    pub term: i64,
    /// Up to which change of this memory it says everything.
    pub version: u64,
    /// When the first thing happened that kills, if any does.
    pub killed_at: Option<Time>,
    /// Whether signing keys changed.
    pub keys: bool,
    /// Whether a term began: whoever follows has lost the past.
    pub term_began: bool,
}

/// What is known, and what of that is new.
#[derive(Default)]
pub struct Changes {
    state: Mutex<Noted>,
    bell: Notify,
}

#[derive(Default)]
struct Noted {
    term: i64,
    floor: Option<Bucket>,
    realms: HashMap<RealmNode, OfRealm>,
    version: u64,
}

impl Changes {
    /// Reads every row that may matter to a living token. Follow the journal before this, so that
    /// nothing falls between.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn load(&self, db: &Db, now: Time) -> Result<(), LoadError> {
        let (term, _) = db.head().await?;
        let nodes = rows::nodes(db, now.minus(WINDOW)).await?;
        let (buckets, bits) = (status::buckets(db).await?, status::bits(db).await?);
        let floor = status::floor(db).await?;
        let mut state = self.state();
        state.term = state.term.max(term.0);
        for (realm, node, standing, changed_at) in nodes {
            let stood = Stood {
                is_veiled: node != realm.0,
                at: changed_at,
                sequence: Sequence(0),
            };
            state.of(realm).stand(node, standing, stood);
        }
        for (realm, bucket, next) in buckets {
            state.of(realm).lease(bucket, next);
        }
        for (realm, status, dead) in bits {
            if dead == Dead::ByItself {
                state.of(realm).revoke(status, now);
            }
        }
        if let Some(floor) = floor {
            state.sweep(floor);
        }
        Ok(())
    }

    /// Notes from now on what is new in this realm.
    pub fn watch(&self, realm: RealmNode) {
        self.state().of(realm).watch();
    }

    /// Nobody follows any realm but these any more.
    pub fn unwatch_others(&self, watched: &[RealmNode]) {
        for (realm, one) in &mut self.state().realms {
            if !watched.contains(realm) {
                one.unwatch();
            }
        }
    }

    /// The realms in which something is new.
    #[must_use]
    pub fn stirred(&self) -> Vec<RealmNode> {
        let state = self.state();
        let realms = state.realms.iter().filter(|(_, one)| one.has_news());
        realms.map(|(realm, _)| *realm).collect()
    }

    /// Waits until something may be new.
    pub async fn stir(&self) {
        self.bell.notified().await;
    }

    /// What is new in this realm since the last time; nothing where nothing is.
    #[must_use]
    pub fn take(&self, realm: RealmNode) -> Option<Told> {
        let mut state = self.state();
        let (term, floor) = (state.term, state.floor);
        state.realms.get_mut(&realm)?.take((realm, term, floor))
    }

    /// Everything that there is to know of this realm.
    #[must_use]
    pub fn known(&self, realm: RealmNode, now: Time) -> Told {
        let mut state = self.state();
        let (term, floor) = (state.term, state.floor);
        state.of(realm).known((realm, term, floor), now)
    }

    /// Counts up with each change of this realm: what [`Told::version`] reaches has been told.
    #[must_use]
    pub fn version(&self, realm: RealmNode) -> u64 {
        let state = self.state();
        state.realms.get(&realm).map_or(0, OfRealm::version)
    }

    /// The last change of this realm, and the last journal entry that changed it.
    #[must_use]
    pub fn reached(&self, realm: RealmNode) -> (u64, Sequence) {
        let state = self.state();
        let one = state.realms.get(&realm);
        one.map_or((0, Sequence(0)), |one| (one.version(), one.sequence()))
    }

    /// Forgets what ended so long ago that no token names it any more.
    pub fn prune(&self, now: Time) {
        for one in self.state().realms.values_mut() {
            one.prune(now);
        }
    }

    /// Revokes a node that no token names and no row or journal knows, to see how long it takes until
    /// that is enforced.
    pub fn canary(&self, realm: RealmNode, node: NodeId, at: Time) {
        let mut state = self.state();
        let version = state.next_version();
        let one = state.of(realm);
        let standing = Standing {
            epoch: one.standing(node).epoch.next(),
            state: State::Live,
        };
        let stood = Stood {
            is_veiled: false,
            at,
            sequence: Sequence(0),
        };
        if one.stand(node, standing, stood) {
            one.news(version, Sequence(0));
        }
        drop(state);
        self.bell.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, Noted> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    fn of(&mut self, realm: RealmNode) -> &mut OfRealm {
        self.realms.entry(realm).or_default()
    }

    fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// Whether somebody is to be told.
    fn note(&mut self, sequence: Sequence, event: &Event) -> bool {
        let version = self.next_version();
        let mut is_news = false;
        for fact in &event.facts {
            is_news |= match fact {
                Fact::Stands(stands) => {
                    let standing = Standing {
                        epoch: stands.epoch,
                        state: State::from_code(stands.state).unwrap_or(State::Ended),
                    };
                    let stood = Stood {
                        is_veiled: is_veiled(event, stands.node),
                        at: event.at,
                        sequence,
                    };
                    self.of(event.realm).stand(stands.node, standing, stood)
                }
                Fact::Status(status) if revokes(event) => {
                    self.of(event.realm).revoke(*status, event.at)
                }
                Fact::Block(block) if event.verb == Verb::Lease => {
                    let next = block.first.saturating_add(block.count);
                    self.of(event.realm).lease(block.bucket, next)
                }
                Fact::Block(block) if event.verb == Verb::Sweep => {
                    self.sweep(block.bucket);
                    return self.all_news(version, sequence);
                }
                Fact::Term(term) => {
                    self.begin(*term);
                    return self.all_news(version, sequence);
                }
                Fact::Block(_)
                | Fact::Status(_)
                | Fact::Node(..)
                | Fact::Expires(_)
                | Fact::Network(_)
                | Fact::Request(_)
                | Fact::Name(_)
                | Fact::Reason(_)
                | Fact::Sealed(..) => false,
            };
        }
        if event.noun == Noun::SigningKey {
            is_news |= self.of(event.realm).rekey();
        }
        is_news && self.of(event.realm).news(version, sequence)
    }

    fn sweep(&mut self, floor: Bucket) {
        self.floor = self.floor.max(Some(floor));
        for one in self.realms.values_mut() {
            one.sweep(floor);
        }
    }

    fn begin(&mut self, term: i64) {
        self.term = self.term.max(term);
        for one in self.realms.values_mut() {
            one.begin();
        }
    }

    fn all_news(&mut self, version: u64, sequence: Sequence) -> bool {
        let realms = self.realms.values_mut();
        realms.fold(false, |any, one| one.news(version, sequence) | any)
    }
}

/// Whether tokens of pairwise clients hide this node: all but realm, client, secret and key.
fn is_veiled(event: &Event, node: NodeId) -> bool {
    let shown = [Role::Client, Role::ClientSecret, Role::SigningKey];
    node != event.realm.0 && !shown.iter().any(|role| event.node(*role) == Some(node))
}

impl Follow for Changes {
    fn follow(&self, sequence: Sequence, event: &Event) {
        if self.state().note(sequence, event) {
            self.bell.notify_one();
        }
    }
}

/// Every epoch of a node from one to below another, as its tokens carry them.
fn epochs(node: NodeId, from: Epoch, below: Epoch) -> impl Iterator<Item = Ancestor> {
    let ancestor = move |epoch| Ancestor {
        node,
        epoch: Epoch(epoch),
    };
    (from.0..below.0).map(ancestor)
}

/// A token by itself, as a place in a bucket.
fn place(status: StatusRef) -> (u32, u32) {
    (status.bucket.0, status.index)
}

#[cfg(test)]
mod tests;
