//! The directory: clients and resources in memory, so that a token request reads no row.
//!
//! What is remembered is thrown away by the journal: every event that concerns a client raises its
//! mark, and a snapshot whose mark is not the current one is read again. A snapshot that was being
//! read while a client changed is not kept, and not used either: its parts may be of two times.
//!
//! A snapshot carries the epochs of its nodes, which must never be younger than the credential
//! beside them, so that a revocation between the two still bites; nor may a snapshot with an older
//! one be kept. It may be used, though: what is issued of it is dead, as it would be had it been issued
//! a moment before. So nobody is kept from his tokens because his client is being revoked all the
//! time: its rows stay the same, and two readings show it. Therefore the directory hands events on to the lineages itself, and raises the marks
//! before and after: whoever read between the two reads again.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use quick_cache::Equivalent;
use quick_cache::sync::Cache;
use symbolon_journal::{Event, Follow};
use symbolon_lineage::Lineages;
use symbolon_lineage::node::State;
use symbolon_store::{Sequence, Unavailable};
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::{ClientNode, ClientSecretNode, RealmNode};

use crate::client::Client;
use crate::client_secret::ClientSecret;
use crate::encryption::KeysAt;
use crate::jwks_uri::PublishedKeys;
use crate::mark::{ClientMark, Marks};
use crate::resource::{HandedOver, Resource};
use crate::{LoadError, World, client, client_secret, resource};

/// Clients kept in memory; some kilobytes each.
const MAX_CLIENTS: usize = 10_000;

/// Resources kept in memory.
const MAX_RESOURCES: usize = 10_000;

/// Longest name that is looked up, in bytes; no client and no resource has a longer one.
const MAX_NAME: usize = 200;

/// How often to read again when a client changed while reading. Each time one did.
const MAX_READS: usize = 10;

/// A client with all that is needed to recognise it and to issue for it.
pub struct KnownClient {
    /// The client.
    pub client: Client,
    /// Its secrets that have not been ended, each with its epoch.
    pub secrets: Vec<ClientSecret>,
    /// The public keys that it handed over.
    pub keys: Option<PublishedKeys>,
    /// Whether it is neither disabled nor ended, and its realm and service neither.
    pub is_enabled: bool,
    /// What a token for it descends from: its realm, itself, and the service that it stands for.
    pub ancestors: Vec<Ancestor>,
    /// The mark that it had when it was read.
    mark: ClientMark,
}

impl KnownClient {
    /// Where its keys are.
    #[must_use]
    pub fn keys_at(&self) -> KeysAt<'_> {
        KeysAt::of(self.keys.as_ref(), self.client.settings.jwks_uri.as_deref())
    }
}

/// One reading of a client.
struct Read {
    known: KnownClient,
    /// All secrets that have a row; some of them may be suspended. What the row of one says never changes.
    secret_nodes: Vec<ClientSecretNode>,
}

impl Read {
    /// Whether both readings found the same rows, however their nodes stood.
    fn is_of(&self, other: &Self) -> bool {
        self.known.client == other.known.client && self.secret_nodes == other.secret_nodes
    }
}

/// What did not change while something was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// Nothing: it may be kept.
    Whole,
    /// What rows say.
    OfRows,
}

/// Clients and resources in memory.
pub struct Directory {
    clients: Cache<Name, Arc<KnownClient>>,
    resources: Cache<Name, (u64, Arc<Resource>)>,
    /// The keys of those that handed some over.
    pub(crate) handed_over: HandedOver,
    origins: Cache<RealmNode, (u64, Arc<HashSet<String>>)>,
    marks: Marks,
    lineages: Arc<Lineages>,
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

impl Directory {
    /// Nothing is remembered yet. The lineages follow through it, and not by themselves.
    #[must_use]
    pub fn new(lineages: Arc<Lineages>) -> Self {
        Self {
            clients: Cache::new(MAX_CLIENTS),
            resources: Cache::new(MAX_RESOURCES),
            handed_over: HandedOver::default(),
            origins: Cache::new(MAX_RESOURCES),
            marks: Marks::default(),
            lineages,
        }
    }

    /// The client by this name, unless it has ended.
    pub(crate) async fn client(
        &self,
        world: &World,
        realm: RealmNode,
        client_id: &str,
    ) -> Result<Option<Arc<KnownClient>>, LoadError> {
        if let Some(known) = self.clients.get(&NameRef(realm, Some(client_id)))
            && known.mark == self.marks.client(known.client.node)
        {
            return Ok(Some(known));
        }
        if !is_name(client_id) {
            return Ok(None);
        }
        // Which client it is comes first: to wait until no client at all changes could take for ever.
        let Some(client) = client::by_client_id(&world.db, realm, client_id).await? else {
            return Ok(None);
        };
        let read = || self.read(world, realm, client_id);
        let is_same = |one: &Option<Read>, other: &Option<Read>| match (one, other) {
            (Some(one), Some(other)) => one.is_of(other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let (found, rest) = self.undisturbed(client.node, (read, is_same)).await?;
        let Some(Read { known, .. }) = found else {
            return Ok(None);
        };
        if known.client.node != client.node {
            // It ended, and another has its name: what was undisturbed is not what was read.
            return Err(restless());
        }
        let known = Arc::new(known);
        if rest == Rest::Whole {
            let name = Name(realm, Some(client_id.into()));
            self.clients.insert(name, Arc::clone(&known));
        }
        Ok(Some(known))
    }

    /// What is read while this client does not change, or while only its standing does: of two readings
    /// of the same rows the first is good, for it took its epochs between them; it may not be kept. (Of an
    /// async closure, the compiler would not know that its future may move between threads.)
    async fn undisturbed<T, F>(
        &self,
        client: ClientNode,
        (read, is_same): (impl Fn() -> F, impl Fn(&T, &T) -> bool),
    ) -> Result<(T, Rest), LoadError>
    where
        F: Future<Output = Result<T, LoadError>>,
    {
        let mut earlier: Option<T> = None;
        for _ in 0..MAX_READS {
            let before = self.marks.client(client);
            let found = read().await?;
            if self.marks.client(client) == before {
                return Ok((found, Rest::Whole));
            }
            match earlier {
                Some(earlier) if is_same(&earlier, &found) => return Ok((earlier, Rest::OfRows)),
                Some(_) | None => earlier = Some(found),
            }
        }
        Err(restless())
    }

    async fn read(
        &self,
        world: &World,
        realm: RealmNode,
        client_id: &str,
    ) -> Result<Option<Read>, LoadError> {
        let client = client::by_client_id(&world.db, realm, client_id).await?;
        let Some(client) = client else {
            return Ok(None);
        };
        let mark = self.marks.client(client.node);
        let mut secrets = client_secret::live(&world.db, client.node).await?;
        let secret_nodes = secrets.iter().map(|secret| secret.node).collect();
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
        let known = KnownClient {
            is_enabled: ancestors.iter().all(lives),
            keys: client.keys().ok().flatten(),
            client,
            secrets,
            ancestors,
            mark,
        };
        Ok(Some(Read {
            known,
            secret_nodes,
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
        if !is_name(audience) {
            return Ok(None);
        }
        let mark = self.marks.resource();
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
        let mark = self.marks.resource();
        let found = resource::load_default(&world.db, realm).await?;
        Ok(self.remember(Name(realm, None), found, mark))
    }

    /// The web origins of every client of a realm.
    pub(crate) async fn origins(
        &self,
        world: &World,
        realm: RealmNode,
    ) -> Result<Arc<HashSet<String>>, LoadError> {
        let mark = self.marks.clients();
        if let Some((known, origins)) = self.origins.get(&realm)
            && known == mark
        {
            return Ok(origins);
        }
        let origins = Arc::new(client::all_origins(world, realm).await?);
        self.origins.insert(realm, (mark, Arc::clone(&origins)));
        Ok(origins)
    }

    fn remembered(&self, name: &NameRef<'_>) -> Option<Arc<Resource>> {
        let (mark, found) = self.resources.get(name)?;
        (mark == self.marks.resource()).then_some(found)
    }

    fn remember(&self, name: Name, found: Option<Resource>, mark: u64) -> Option<Arc<Resource>> {
        let found = Arc::new(found?);
        self.resources.insert(name, (mark, Arc::clone(&found)));
        Some(found)
    }
}

/// Not "unknown", for that would be an answer.
fn restless() -> LoadError {
    let reason = "a client changed all the time while it was read".to_owned();
    Unavailable { reason }.into()
}

/// Whether a client or resource may have this name; what has other characters is looked up nowhere.
fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Follow for Directory {
    fn follow(&self, sequence: Sequence, event: &Event) {
        self.marks.raise(event);
        self.lineages.follow(sequence, event);
        self.marks.raise(event);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use symbolon_journal::{Noun, Verb};
    use symbolon_token::call::{Actor, Call, RequestId};
    use symbolon_token::node::NodeId;
    use symbolon_token::time::Time;

    use super::*;

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn directory() -> Directory {
        Directory::new(Arc::default())
    }

    fn event(verb: Verb, noun: Noun) -> Event {
        let call = Call {
            now: Time(0),
            request_id: RequestId(node(9)),
            actor: Actor::System,
            address: None,
        };
        Event::done(&call, RealmNode(node(1)), verb, noun)
    }

    /// Reads, while so many of the first readings are disturbed by this event.
    async fn readings(event: Event, disturbed: usize) -> Result<usize, LoadError> {
        let directory = directory();
        let readings = Cell::new(0);
        let read = || async {
            readings.set(readings.get() + 1);
            if readings.get() <= disturbed {
                directory.follow(Sequence(1), &event);
            }
            Ok(readings.get())
        };
        let differ = |one: &usize, other: &usize| one == other;
        let (found, rest) = directory
            .undisturbed(ClientNode(node(2)), (read, differ))
            .await?;
        assert_eq!(rest, Rest::Whole);
        Ok(found)
    }

    #[tokio::test]
    async fn of_two_readings_of_the_same_rows_the_first_is_good_but_not_kept() {
        let directory = directory();
        let revoked = event(Verb::Revoke, Noun::Client).client(ClientNode(node(2)));
        let (rows, epochs) = (Cell::new(0), Cell::new(0));
        let read = || async {
            let row = rows.get().min(1);
            rows.set(rows.get() + 1);
            epochs.set(epochs.get() + 1);
            directory.follow(Sequence(1), &revoked);
            Ok((row, epochs.get()))
        };
        let is_same = |one: &(i32, i32), other: &(i32, i32)| one.0 == other.0;
        let client = ClientNode(node(2));
        let found = directory.undisturbed(client, (read, is_same)).await;
        assert_eq!(found.unwrap(), ((1, 2), Rest::OfRows));
    }

    #[tokio::test]
    async fn what_was_read_while_a_client_changed_is_read_again() {
        for noun in [
            Noun::Client,
            Noun::ClientSecret,
            Noun::Subject,
            Noun::Realm,
            Noun::Term,
        ] {
            let event = event(Verb::Change, noun).client(ClientNode(node(2)));
            assert_eq!(readings(event, 2).await.unwrap(), 3, "{noun:?}");
        }
    }

    #[tokio::test]
    async fn revoked_tokens_leases_keys_and_persons_disturb_nobody() {
        for noun in [Noun::Access, Noun::StatusBlock, Noun::SigningKey] {
            let event = event(Verb::Revoke, noun).client(ClientNode(node(2)));
            assert_eq!(readings(event, 1).await.unwrap(), 1, "{noun:?}");
        }
        let person = event(Verb::Create, Noun::Subject);
        assert_eq!(readings(person, 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn other_clients_that_change_all_the_time_disturb_nobody() {
        let other = event(Verb::Create, Noun::Client).client(ClientNode(node(3)));
        assert_eq!(readings(other, usize::MAX).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_client_that_never_comes_to_rest_is_an_error_and_not_unknown() {
        let event = event(Verb::Change, Noun::Client).client(ClientNode(node(2)));
        let refused = readings(event, usize::MAX).await;
        assert!(matches!(refused, Err(LoadError::Unavailable(_))));
    }

    #[test]
    fn a_change_makes_its_client_stale_and_no_other() {
        let directory = directory();
        let (own, other) = (ClientNode(node(2)), ClientNode(node(3)));
        let before = [own, other].map(|client| directory.marks.client(client));
        let event = event(Verb::Change, Noun::Client).client(own);
        directory.follow(Sequence(1), &event);
        assert_ne!(directory.marks.client(own), before[0]);
        assert_eq!(directory.marks.client(other), before[1]);
    }

    /// Once before the lineages learn of a change and once after: what was read between the two may
    /// carry an old epoch beside a new mark.
    #[test]
    fn whoever_reads_between_the_marks_of_a_change_is_stale() {
        let directory = directory();
        let before = directory.marks.clients();
        let event = event(Verb::Change, Noun::Client).client(ClientNode(node(2)));
        directory.follow(Sequence(1), &event);
        assert_eq!(directory.marks.clients(), before + 2);
    }

    #[test]
    fn what_no_client_can_be_called_is_no_name() {
        for text in ["", "a b", "a\0b", "\u{e4}", &"x".repeat(201)] {
            assert!(!is_name(text), "{text:?}");
        }
        assert!(is_name("https://api.example/v1?x=%00"));
    }
}
