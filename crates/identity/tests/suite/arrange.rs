//! A world at noon, with a realm, and what tests do in it.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::access::{self, Access, IssueError, NewAccess, Refusal, VerifyError};
use symbolon_identity::client::{self, AuthenticatedClient, Client, Created, NewClient, Proof};
use symbolon_identity::client_secret::NewSecret;
use symbolon_identity::realm::{self, NewRealm, Realm};
use symbolon_identity::resource::{self, NewResource, Resource, Settings};
use symbolon_identity::{With, World, client_secret};
use symbolon_jose::Algorithm;
use symbolon_journal::{Event, Filter, Journal, Noun, Sequence, Verb};
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::RootKeys;
use symbolon_keys::signing_key::Policy;
use symbolon_store::{Db, Migration, Target, testing};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::kind::Format;
use symbolon_token::node::{ClientSecretNode, NodeId, NodeIds};
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

pub(crate) const NOON: Time = Time(1_800_000_000_000);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const API: &str = "https://api.example";

/// Every table that identity needs.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = symbolon_keys::MIGRATIONS.to_vec();
    all.extend(symbolon_lineage::MIGRATIONS);
    all.extend(symbolon_identity::MIGRATIONS);
    all
}

pub(crate) fn call(now: Time) -> Call {
    Call {
        now,
        request_id: RequestId(NodeId::from_number(1).unwrap()),
        actor: Actor::Operator,
        address: Some([192, 0, 2, 7].into()),
    }
}

/// Runs one check over both engines, each in a world of its own.
pub(crate) async fn each_world<Fut: Future<Output = ()>>(check: impl Fn(Stage) -> Fut) {
    testing::each_engine(&migrations(), |db| async {
        check(Stage::open(db).await).await;
    })
    .await;
}

/// A world over SQLite, for rules that do not rest on the engine.
pub(crate) async fn stage() -> (Stage, impl Sized) {
    let (db, folder) = testing::sqlite(&migrations()).await;
    (Stage::open(db).await, folder)
}

/// Two worlds of one installation, as two processes on one PostgreSQL.
pub(crate) async fn two_stages() -> (Stage, Stage) {
    let target = testing::target(&testing::postgres_url().await);
    let first = Stage::open(open(&target).await).await;
    let second = first.beside(open(&target).await).await;
    (first, second)
}

pub(crate) async fn open(target: &Target) -> Db {
    Db::open(target, &migrations()).await.unwrap()
}

/// A world and one of its realms.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) world: Arc<World>,
    pub(crate) realm: Arc<Realm>,
    root: Arc<RootKeys>,
}

/// A confidential client that acts for itself, and its secret.
pub(crate) struct Service {
    pub(crate) client: Client,
    pub(crate) text: Secret,
    pub(crate) secret: ClientSecretNode,
}

impl Service {
    pub(crate) fn id(&self) -> &str {
        &self.client.client_id
    }
}

/// The memory of one process.
pub(crate) async fn world(db: Db, root: &RootKeys, lease: u16) -> Arc<World> {
    let minting = (Arc::new(SystemRandom) as _, NodeIds::new(lease));
    let world = World::open(db, (root, Policy::production()), minting, NOON).await;
    Arc::new(world.unwrap())
}

pub(crate) fn new_realm(name: &str) -> NewRealm {
    NewRealm {
        name: name.to_owned(),
        issuer: format!("https://{name}.example"),
    }
}

impl Stage {
    pub(crate) async fn open(db: Db) -> Self {
        let root = Arc::new(RootKeys::generate(&SystemRandom));
        let world = world(db, &root, 0).await;
        let realm = realm::create_first(&world, &call(NOON), new_realm("main")).await;
        let realm = Arc::new(realm.unwrap().unwrap());
        Self { world, realm, root }
    }

    /// What outlives a process. The world goes, and with it the database, once nobody has it.
    pub(crate) fn parts(self) -> (Arc<Realm>, Arc<RootKeys>) {
        (self.realm, self.root)
    }

    /// The next process of an installation.
    pub(crate) async fn reopen(db: Db, realm: Arc<Realm>, root: Arc<RootKeys>) -> Self {
        let world = world(db, &root, 1).await;
        Self { world, realm, root }
    }

    /// Another process of the same installation.
    pub(crate) async fn beside(&self, db: Db) -> Self {
        Self {
            world: world(db, &self.root, 1).await,
            ..self.clone()
        }
    }

    /// The same world, in another realm.
    pub(crate) async fn other_realm(&self, name: &str) -> Self {
        let new = (new_realm(name), With::default());
        self.of(realm::create(&self.world, &call(NOON), new).await.unwrap())
    }

    /// The same world, in this realm.
    pub(crate) fn of(&self, realm: Realm) -> Self {
        Self {
            realm: Arc::new(realm),
            ..self.clone()
        }
    }

    /// Hears of what others did, and knows that it did so now.
    pub(crate) async fn catch_up(&self, now: Time) {
        self.world.catch_up(now).await.unwrap();
    }

    pub(crate) async fn create(&self, new: NewClient) -> Created {
        let created = client::create(&self.world, &call(NOON), self.realm.node, new).await;
        created.unwrap()
    }

    pub(crate) async fn service(&self, client_id: &str) -> Service {
        let created = self.create(NewClient::service(client_id)).await;
        let issued = created.secret.unwrap();
        Service {
            client: created.client,
            text: issued.text,
            secret: issued.node,
        }
    }

    pub(crate) async fn secret_of(&self, service: &Service) -> Service {
        let new = (NewSecret::default(), With::default());
        let client = service.client.clone();
        let issued = client_secret::issue(&self.world, &call(NOON), &client, new).await;
        let issued = issued.unwrap();
        Service {
            client,
            text: issued.text,
            secret: issued.node,
        }
    }

    pub(crate) async fn resource(&self, audience: &str, settings: Settings) -> Arc<Resource> {
        let new = NewResource {
            audience: audience.to_owned(),
            is_default: false,
            settings,
        };
        let new = (new, With::default());
        let made = resource::create(&self.world, &call(NOON), &self.realm, new).await;
        Arc::new(made.unwrap())
    }

    pub(crate) async fn jwt_api(&self) -> Arc<Resource> {
        self.resource(API, Settings::default()).await
    }

    pub(crate) async fn api(&self, format: Format) -> Arc<Resource> {
        let audience = format!("{API}/{format:?}");
        self.resource(&audience, settings(format)).await
    }

    /// What client authentication does.
    pub(crate) async fn recognise(&self, service: &Service, now: Time) -> AuthenticatedClient {
        let known = client::known(&self.world, self.realm.node, service.id()).await;
        let known = known.unwrap().unwrap();
        let proof = client_secret::verify(&self.world, &known, &service.text, now).unwrap();
        #[expect(
            clippy::disallowed_methods,
            reason = "the test stands in for client authentication"
        )]
        AuthenticatedClient::attest(known, Proof::Secret(proof))
    }

    pub(crate) async fn issue(
        &self,
        client: &AuthenticatedClient,
        resources: &[Arc<Resource>],
        now: Time,
    ) -> Result<Secret, IssueError> {
        let new = NewAccess {
            realm: &self.realm,
            client,
            subject: client.client().subject.unwrap(),
            sub: &client.client().client_id,
            resources,
            scope: Scope::parse("read write").unwrap(),
            lifetime: 10 * MINUTE,
            parents: &client.known().ancestors,
            family: None,
            userinfo_claims: &[],
        };
        let issued = access::issue(&self.world, &call(now), new).await?;
        Ok(issued.token)
    }

    pub(crate) async fn token(&self, service: &Service, api: &Arc<Resource>, now: Time) -> Secret {
        let client = self.recognise(service, now).await;
        let token = self.issue(&client, &[Arc::clone(api)], now).await;
        token.unwrap()
    }

    pub(crate) async fn verify(&self, token: &Secret, now: Time) -> Result<Arc<Access>, Refusal> {
        self.verify_text(token.reveal(), now).await
    }

    pub(crate) async fn verify_text(&self, text: &str, now: Time) -> Result<Arc<Access>, Refusal> {
        match access::verify(&self.world, &self.realm, text, now).await {
            Ok(access) => Ok(access),
            Err(VerifyError::Refused(refusal)) => Err(refusal),
            Err(other) => unreachable!("{other}"),
        }
    }

    pub(crate) async fn lives(&self, token: &Secret, now: Time) -> bool {
        self.verify(token, now).await.is_ok()
    }

    /// What the journal says about a noun, the newest first.
    pub(crate) async fn journal(&self, noun: Noun) -> Vec<Event> {
        let filter = Filter {
            noun: Some(noun),
            ..Filter::default()
        };
        let journal = Journal::new(self.world.db.clone());
        let page = journal.search(&filter, Sequence(i64::MAX), 1000).await;
        page.unwrap()
            .records
            .into_iter()
            .map(|one| one.event)
            .collect()
    }

    /// The verbs that the journal has for a noun, the oldest first.
    pub(crate) async fn verbs(&self, noun: Noun) -> Vec<Verb> {
        let events = self.journal(noun).await;
        events.iter().rev().map(|event| event.verb).collect()
    }
}

pub(crate) fn settings(format: Format) -> Settings {
    Settings {
        token_format: format,
        token_algorithm: Algorithm::Ed25519,
        ..Settings::default()
    }
}

/// Runs this so many times at once; the answers in order.
pub(crate) async fn at_once<T, Fut>(count: usize, task: impl Fn(usize) -> Fut) -> Vec<T>
where
    T: Send + 'static,
    Fut: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|at| tokio::spawn(task(at))).collect();
    let mut answers = Vec::with_capacity(count);
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
