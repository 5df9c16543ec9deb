//! The world: everything that verbs need beyond their arguments. Rules never see it.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use symbolon_journal::segment::Witness;
use symbolon_journal::{Event, Fact, Follow, Follower, Noun, Refusals};
use symbolon_keys::feed_key::FeedKeys;
use symbolon_keys::journal::JournalKeys;
use symbolon_keys::pepper::{ContentKeys, Mac, Peppers, TokenMac};
use symbolon_keys::ring::KeyRing;
use symbolon_keys::root::RootKeys;
use symbolon_keys::seal::Seals;
use symbolon_keys::signing_key::Policy;
use symbolon_lineage::Lineages;
use symbolon_lineage::feed::Changes;
use symbolon_lineage::status::{Leases, Work};
use symbolon_store::{Db, Sequence, Unavailable, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{NodeIds, RealmNode};
use symbolon_token::random::Random;
use symbolon_token::time::Time;
use tokio::sync::Mutex;

use crate::access::VerifiedTokens;
use crate::birth::{self, Births};
use crate::jwks_uri::JwksUris;
use crate::logout::News;
use crate::realm::Realms;
use crate::subject::Persons;
use crate::subject::pairwise::Salts;
use crate::turn::{Turn, Turns};
use crate::{Directory, LoadError, WriteError};

/// Milliseconds of a day, for the key under which networks are digested.
const DAY: i64 = 86_400_000;

/// The day of a time, under whose key networks are digested.
#[must_use]
pub fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

/// What the digest of a network is taken over.
fn network(address: IpAddr, day: i64) -> [[u8; 8]; 3] {
    let prefix = match address.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits() >> 8),
        IpAddr::V6(address) => u64::try_from(address.to_bits() >> 80).unwrap_or(0),
    };
    [*b"network:", day.to_be_bytes(), prefix.to_be_bytes()]
}

fn cut(mac: Mac) -> [u8; 6] {
    let mut digest = [0; 6];
    for (to, from) in digest.iter_mut().zip(mac) {
        *to = from;
    }
    digest
}

/// What is derived from the root key.
pub struct Material {
    /// For digests of secrets.
    pub peppers: Peppers,
    /// For the MAC in each `jti`.
    pub token_mac: TokenMac,
    /// For the journal's segments and checkpoints.
    pub journal: JournalKeys,
    /// For encrypted access tokens.
    pub content_keys: ContentKeys,
    /// For what verifiers are told.
    pub feed_keys: FeedKeys,
    /// For what must be read again.
    pub seals: Seals,
}

impl Material {
    /// Derives it.
    #[must_use]
    pub fn new(root: &RootKeys) -> Self {
        Self {
            peppers: Peppers::new(root),
            token_mac: TokenMac::new(root),
            journal: JournalKeys::new(root),
            content_keys: ContentKeys::new(root),
            feed_keys: FeedKeys::new(root),
            seals: Seals::new(root),
        }
    }
}

/// Whether the clock is believed: it has not jumped of late.
pub type Trust = Arc<dyn Fn() -> bool + Send + Sync>;

/// Everything that verbs need beyond their arguments.
pub struct World {
    /// The database.
    pub db: Db,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// New ids.
    pub ids: NodeIds,
    /// What is derived from the root key.
    pub material: Material,
    /// How long signing keys are announced, active and retiring.
    pub policy: Policy,
    /// Who is dead.
    pub lineages: Arc<Lineages>,
    /// What of that verifiers are still to be told.
    pub changes: Arc<Changes>,
    /// Status indexes at hand.
    pub leases: Leases,
    /// Which refusals are written.
    pub refusals: Refusals,
    /// All realms.
    pub realms: Arc<Realms>,
    /// Clients and resources.
    pub directory: Arc<Directory>,
    /// Access tokens that were found authentic.
    pub(crate) tokens: Arc<VerifiedTokens>,
    /// Who changes which node now.
    turns: Turns,
    /// Tokens to be looked at again after the next poll.
    pub(crate) births: Births,
    /// Whether the clock is believed; it is, where nobody says otherwise.
    clock: OnceLock<Trust>,
    /// The open signing keys of each realm.
    pub(crate) rings: Arc<Rings>,
    /// Persons that were asked for.
    pub(crate) persons: Arc<Persons>,
    /// The salts of pairwise identifiers.
    pub(crate) salts: Salts,
    /// Keys that clients and resources publish at addresses of theirs.
    pub jwks_uris: JwksUris,
    /// Wakes whoever tells clients that sessions have ended.
    pub news: Arc<News>,
    /// Wakes whoever goes through the journal after a revocation.
    pub work: Arc<Work>,
    /// What hands the journal on to all of these.
    pub follower: Arc<Follower>,
    /// What this process saw of the journal's seals, where it keeps a file of that.
    pub witness: Witness,
}

impl World {
    /// Makes the world of an open database, and reads what must stand in memory.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn open(
        db: Db,
        (root, policy): (&RootKeys, Policy),
        (random, ids): (Arc<dyn Random>, NodeIds),
        now: Time,
    ) -> Result<Self, LoadError> {
        let lineages = Arc::new(Lineages::default());
        let realms = Arc::new(Realms::default());
        let directory = Arc::new(Directory::new(Arc::clone(&lineages)));
        let rings = Arc::new(Rings::default());
        let tokens = Arc::new(VerifiedTokens::default());
        let persons = Arc::new(Persons::default());
        let news = Arc::new(News::default());
        let work = Arc::new(Work::default());
        let changes = Arc::new(Changes::default());
        let memories: Vec<Arc<dyn Follow>> = vec![
            Arc::<Directory>::clone(&directory),
            Arc::<Realms>::clone(&realms),
            Arc::<Rings>::clone(&rings),
            Arc::<VerifiedTokens>::clone(&tokens),
            Arc::<Persons>::clone(&persons),
            Arc::<News>::clone(&news),
            Arc::<Work>::clone(&work),
            // Behind the rings: whoever is told of a new key finds it there.
            Arc::<Changes>::clone(&changes),
        ];
        let follower = Follower::begin(db.clone(), memories, now).await?;
        lineages.load(&db).await?;
        changes.load(&db, now).await?;
        realms.load(&db).await?;
        Ok(Self {
            leases: Leases::new(db.clone(), Arc::clone(&random)),
            db,
            random,
            ids,
            material: Material::new(root),
            policy,
            lineages,
            changes,
            refusals: Refusals::default(),
            realms,
            directory,
            tokens,
            turns: Turns::default(),
            births: Births::default(),
            clock: OnceLock::new(),
            rings,
            persons,
            salts: Salts::default(),
            jwks_uris: JwksUris::default(),
            news,
            work,
            follower,
            witness: Witness::default(),
        })
    }

    /// Reads what other processes have written since the last time.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn catch_up(&self, now: Time) -> Result<(), LoadError> {
        let births = self.births.take();
        if let Err(error) = self.follower.catch_up(now).await {
            self.births.wait(births);
            return Err(error.into());
        }
        if let Err(error) = birth::show(self, births).await {
            tracing::warn!(%error, "a token that was born dead is not shown so in its status list");
        }
        self.realms.refresh(&self.db).await
    }

    /// From now on, asks this whether the clock is believed. Only the first one is asked.
    pub fn trust_clock(&self, trust: Trust) {
        let _first = self.clock.set(trust);
    }

    /// Whether anything is issued now. Each verb that gives out what carries times asks this, before it
    /// writes: so no way to it can forget to.
    ///
    /// # Errors
    /// [`WriteError::Clock`] while the clock is not believed.
    pub fn may_issue(&self) -> Result<(), WriteError> {
        match self.clock.get() {
            Some(trust) if !trust() => Err(WriteError::Clock),
            Some(_) | None => Ok(()),
        }
    }

    /// Waits for the turn to change how a node stands. Nobody may ask for a second one meanwhile.
    pub async fn turn(&self, node: impl Hash) -> Turn {
        self.turns.of(node, &self.random).await
    }

    /// The digest of the network that a call came from, under the day's key: /24 for IPv4, /48 for
    /// IPv6, so that it names no household for longer than a day.
    #[must_use]
    pub fn network(&self, realm: RealmNode, address: IpAddr, now: Time) -> [u8; 6] {
        let message = network(address, day(now));
        cut(self.material.token_mac.mac(realm, message.as_flattened()))
    }

    /// What entries of a day may have as the digest of a network: one for each root key, for a day
    /// may have begun under an older one.
    #[must_use]
    pub fn networks(&self, realm: RealmNode, address: IpAddr, day: i64) -> Vec<[u8; 6]> {
        let message = network(address, day);
        let macs = &self.material.token_mac;
        macs.macs(realm, message.as_flattened()).map(cut).collect()
    }

    /// The event, and the network that the call came from.
    #[must_use]
    pub fn with_network(&self, event: Event, call: &Call) -> Event {
        match call.address {
            Some(address) => {
                let network = self.network(event.realm, address, call.now);
                event.fact(Fact::Network(network))
            }
            None => event,
        }
    }

    /// Writes a refusal to the journal, within the rate; beyond it only counts it. A refusal that
    /// cannot be written is still a refusal.
    pub async fn refuse(&self, event: Event) {
        if self.refusals.admit(event.realm, event.at)
            && let Err(error) = self.db.commit(Unit::entry(event.entry())).await
        {
            tracing::warn!(%error, "a refusal was not journaled");
        }
    }

    /// Asks the database whether it answers.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn probe(&self) -> Result<(), Unavailable> {
        self.db.head().await.map(|_| ())
    }
}

/// The open signing keys of each realm, read when first needed.
#[derive(Default)]
pub(crate) struct Rings {
    open: RwLock<HashMap<RealmNode, Arc<KeyRing>>>,
    /// Raised by every change of a key: a ring that was being read meanwhile is not kept.
    version: AtomicU64,
    /// Held while a ring is read: opening RSA keys takes milliseconds, which one caller spends for
    /// all.
    pub(crate) opening: Mutex<()>,
    /// Held while a first key is made, for the same reason.
    pub(crate) making: Mutex<()>,
}

impl Rings {
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(crate) fn get(&self, realm: RealmNode) -> Option<Arc<KeyRing>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&realm).cloned()
    }

    /// Keeps a ring that was read since this version, unless a key changed meanwhile.
    pub(crate) fn keep(&self, ring: &Arc<KeyRing>, version: u64) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if self.version() == version {
            open.insert(ring.realm(), Arc::clone(ring));
        }
    }
}

impl Follow for Rings {
    fn follow(&self, _: Sequence, event: &Event) {
        if event.noun == Noun::SigningKey {
            let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
            self.version.fetch_add(1, Ordering::AcqRel);
            open.remove(&event.realm);
        }
    }
}
