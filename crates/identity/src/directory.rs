//! The directory: clients and resources in memory, so that a token request reads no row.
//!
//! What is remembered is thrown away by the journal: every event that concerns a client raises the
//! mark of its slot, and a snapshot whose mark is not the current one is read again. A snapshot that
//! was being read while anything changed is not kept.
//!
//! A snapshot carries the epochs of its nodes. They are read after the rows and counted only if
//! nothing changed meanwhile, so they are never younger than what the credential is judged by: a
//! revocation between the two still bites.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Equivalent;
use quick_cache::sync::Cache;
use symbolon_jose::KeySet;
use symbolon_journal::{Event, Fact, Follow, Noun, Role};
use symbolon_lineage::node::State;
use symbolon_store::Sequence;
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::{NodeId, RealmNode};

use crate::client::Client;
use crate::client_secret::ClientSecret;
use crate::resource::Resource;
use crate::{LoadError, World, client, client_secret, resource};

/// Clients kept in memory; some kilobytes each.
const MAX_CLIENTS: usize = 10_000;

/// Resources kept in memory.
const MAX_RESOURCES: usize = 10_000;

/// Marks: clients that share one are read again together.
const SLOTS: usize = 1024;

/// How often to read again when something changed while reading. Each time something did.
const MAX_READS: usize = 10;

/// A client with all that is needed to recognise it and to issue for it.
pub struct KnownClient {
    /// The client.
    pub client: Client,
    /// Its secrets that have not been ended, each with its epoch.
    pub secrets: Vec<ClientSecret>,
    /// Its public keys.
    pub keys: Option<KeySet>,
    /// Whether it is neither disabled nor ended, and its realm and service neither.
    pub is_enabled: bool,
    /// What a token for it descends from: its realm, itself, and the service that it stands for.
    pub ancestors: Vec<Ancestor>,
    /// The mark that its slot had when it was read.
    mark: (u64, u64),
}

/// Clients and resources in memory.
pub struct Directory {
    clients: Cache<Name, Arc<KnownClient>>,
    resources: Cache<Name, (u64, Arc<Resource>)>,
    origins: Cache<RealmNode, (u64, Arc<HashSet<String>>)>,
    slots: Vec<AtomicU64>,
    /// Raised by every change that concerns more than one client.
    all: AtomicU64,
    /// Raised by every change of a resource.
    resource: AtomicU64,
    /// Raised by every change at all, after the marks.
    version: AtomicU64,
}

/// A client's or resource's name within its realm; the default resource has none.
#[derive(PartialEq, Eq)]
struct Name(RealmNode, Option<Box<str>>);

/// The same, borrowed.
struct NameRef<'a>(RealmNode, Option<&'a str>);

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        NameRef(self.0, self.1.as_deref()).hash(state);
    }
}

impl Hash for NameRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0, self.1).hash(state);
    }
}

impl Equivalent<Name> for NameRef<'_> {
    fn equivalent(&self, name: &Name) -> bool {
        self.0 == name.0 && self.1 == name.1.as_deref()
    }
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            clients: Cache::new(MAX_CLIENTS),
            resources: Cache::new(MAX_RESOURCES),
            origins: Cache::new(MAX_RESOURCES),
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            all: AtomicU64::new(0),
            resource: AtomicU64::new(0),
            version: AtomicU64::new(0),
        }
    }
}

impl Directory {
    fn slot(&self, node: NodeId) -> Option<&AtomicU64> {
        let at = node.number().unsigned_abs() % SLOTS as u64;
        self.slots.get(usize::try_from(at).unwrap_or(0))
    }

    fn mark(&self, node: NodeId) -> (u64, u64) {
        let own = self
            .slot(node)
            .map_or(0, |slot| slot.load(Ordering::Acquire));
        (own, self.all.load(Ordering::Acquire))
    }

    /// The client by this name, unless it has ended.
    pub(crate) async fn client(
        &self,
        world: &World,
        realm: RealmNode,
        client_id: &str,
    ) -> Result<Option<Arc<KnownClient>>, LoadError> {
        if let Some(known) = self.clients.get(&NameRef(realm, Some(client_id)))
            && known.mark == self.mark(known.client.node.0)
        {
            return Ok(Some(known));
        }
        for read in 1..=MAX_READS {
            let version = self.version.load(Ordering::Acquire);
            let Some(known) = self.read(world, realm, client_id).await? else {
                return Ok(None);
            };
            if self.version.load(Ordering::Acquire) == version {
                let known = Arc::new(known);
                let name = Name(realm, Some(client_id.into()));
                self.clients.insert(name, Arc::clone(&known));
                return Ok(Some(known));
            }
            if read == MAX_READS {
                tracing::warn!(%realm, "a client changed all the time while it was read");
            }
        }
        Ok(None)
    }

    async fn read(
        &self,
        world: &World,
        realm: RealmNode,
        client_id: &str,
    ) -> Result<Option<KnownClient>, LoadError> {
        let client = client::by_client_id(&world.db, realm, client_id).await?;
        let Some(client) = client else {
            return Ok(None);
        };
        let mark = self.mark(client.node.0);
        let mut secrets = client_secret::live(&world.db, client.node).await?;
        let lineages = &world.lineages;
        for secret in &mut secrets {
            secret.epoch = lineages.standing(secret.node.0).epoch;
        }
        secrets.retain(|secret| lineages.standing(secret.node.0).state == State::Live);
        let mut ancestors = vec![
            lineages.realm_ancestor(realm),
            lineages.ancestor(client.node),
        ];
        ancestors.extend(client.subject.map(|subject| lineages.ancestor(subject)));
        let lives = |ancestor: &Ancestor| lineages.standing(ancestor.node).state == State::Live;
        let keys = client.settings.jwks.is_some();
        Ok(Some(KnownClient {
            is_enabled: ancestors.iter().all(lives),
            keys: keys.then(|| client.keys().ok()).flatten(),
            client,
            secrets,
            ancestors,
            mark,
        }))
    }

    /// The resource with this audience, unless it has ended.
    pub(crate) async fn resource(
        &self,
        world: &World,
        realm: RealmNode,
        audience: &str,
    ) -> Result<Option<Arc<Resource>>, LoadError> {
        if let Some(found) = self.remembered(&NameRef(realm, Some(audience))) {
            return Ok(Some(found));
        }
        let mark = self.resource.load(Ordering::Acquire);
        let found = resource::load(&world.db, realm, audience).await?;
        Ok(self.remember(Name(realm, Some(audience.into())), found, mark))
    }

    /// The realm's default resource, if it has one.
    pub(crate) async fn default_resource(
        &self,
        world: &World,
        realm: RealmNode,
    ) -> Result<Option<Arc<Resource>>, LoadError> {
        if let Some(found) = self.remembered(&NameRef(realm, None)) {
            return Ok(Some(found));
        }
        let mark = self.resource.load(Ordering::Acquire);
        let found = resource::load_default(&world.db, realm).await?;
        Ok(self.remember(Name(realm, None), found, mark))
    }

    /// The web origins of every client of a realm.
    pub(crate) async fn origins(
        &self,
        world: &World,
        realm: RealmNode,
    ) -> Result<Arc<HashSet<String>>, LoadError> {
        let version = self.version.load(Ordering::Acquire);
        if let Some((mark, origins)) = self.origins.get(&realm)
            && mark == version
        {
            return Ok(origins);
        }
        let origins = Arc::new(client::all_origins(world, realm).await?);
        self.origins.insert(realm, (version, Arc::clone(&origins)));
        Ok(origins)
    }

    fn remembered(&self, name: &NameRef<'_>) -> Option<Arc<Resource>> {
        let (mark, found) = self.resources.get(name)?;
        (mark == self.resource.load(Ordering::Acquire)).then_some(found)
    }

    fn remember(&self, name: Name, found: Option<Resource>, mark: u64) -> Option<Arc<Resource>> {
        let found = Arc::new(found?);
        self.resources.insert(name, (mark, Arc::clone(&found)));
        Some(found)
    }
}

/// This memory must follow before the lineages do: whoever finds a new epoch there must not find
/// the old credential here.
impl Follow for Directory {
    fn follow(&self, _: Sequence, event: &Event) {
        let concerns_all = event.facts.iter().any(|fact| matches!(fact, Fact::Term(_)));
        match event.noun {
            Noun::Realm | Noun::Term => {
                self.all.fetch_add(1, Ordering::AcqRel);
            }
            Noun::Resource => {
                self.resource.fetch_add(1, Ordering::AcqRel);
            }
            Noun::Client | Noun::ClientSecret | Noun::Subject => {
                if let Some(slot) = event.node(Role::Client).and_then(|node| self.slot(node)) {
                    slot.fetch_add(1, Ordering::AcqRel);
                }
            }
            Noun::Access
            | Noun::ClientAssertion
            | Noun::Setup
            | Noun::SigningKey
            | Noun::StatusBlock => {}
        }
        if concerns_all {
            self.all.fetch_add(1, Ordering::AcqRel);
        }
        self.version.fetch_add(1, Ordering::AcqRel);
    }
}
