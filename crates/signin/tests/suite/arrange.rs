//! A world at noon, with a realm and persons, and what tests do in it.

use std::sync::Arc;

use symbolon_identity::realm::{self, NewRealm, Realm};
use symbolon_identity::session::Authenticated;
use symbolon_identity::subject::{self, Claims, NewSubject, Subject};
use symbolon_identity::{With, World};
use symbolon_journal::{Event, Filter, Journal, Noun, Outcome, Sequence, Verb};
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::RootKeys;
use symbolon_keys::signing_key::Policy;
use symbolon_lineage::node::State;
use symbolon_signin::password::{self, NewPassword, Part};
use symbolon_signin::pool::Limits;
use symbolon_signin::sign_in::{Attempt, SignInError, with_password};
use symbolon_signin::{SignIn, password_link};
use symbolon_store::{Db, Migration, testing};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{AuthenticatorNode, NodeId, NodeIds};
use symbolon_token::secret::{Digest, Secret};
use symbolon_token::time::Time;

pub(crate) const NOON: Time = Time(1_800_000_000_000);
pub(crate) const RIGHT: &str = "velvet muskrat quarrel";
pub(crate) const WRONG: &str = "velvet muskrat squabble";
pub(crate) const NEXT: &str = "lantern above the mill";

/// Every table that signing in needs.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = symbolon_keys::MIGRATIONS.to_vec();
    all.extend(symbolon_lineage::MIGRATIONS);
    all.extend(symbolon_identity::MIGRATIONS);
    all.extend(symbolon_signin::MIGRATIONS);
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

pub(crate) fn new(text: &str) -> NewPassword {
    NewPassword {
        text: Secret::from(text),
        part: Part::Alone,
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

/// A world, one of its realms, and what a process keeps for signing in.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) world: Arc<World>,
    pub(crate) realm: Arc<Realm>,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) root: Arc<RootKeys>,
}

/// Two worlds of one installation, as two processes on one PostgreSQL.
pub(crate) async fn two_stages() -> (Stage, Stage) {
    let target = testing::target(&testing::postgres_url().await);
    let open = async || Db::open(&target, &migrations()).await.unwrap();
    let first = Stage::open(open().await).await;
    let second = Stage {
        world: world(open().await, &first.root, 1).await,
        ..first.clone()
    };
    (first, second)
}

async fn world(db: Db, root: &RootKeys, lease: u16) -> Arc<World> {
    let minting = (Arc::new(SystemRandom) as _, NodeIds::new(lease));
    let world = World::open(db, (root, Policy::production()), minting, NOON).await;
    Arc::new(world.unwrap())
}

impl Stage {
    pub(crate) async fn open(db: Db) -> Self {
        let root = Arc::new(RootKeys::generate(&SystemRandom));
        let world = world(db, &root, 0).await;
        let main = NewRealm {
            name: "main".to_owned(),
            issuer: "https://auth.example".to_owned(),
        };
        let realm = realm::create_first(&world, &call(NOON), main).await;
        let limits = Limits {
            threads: 2,
            queue: 200,
        };
        Self {
            world,
            realm: Arc::new(realm.unwrap().unwrap()),
            sign_in: Arc::new(SignIn::new(limits)),
            root,
        }
    }

    /// The same installation, whose root key was rotated.
    pub(crate) async fn rotated(&self) -> Self {
        let root = Arc::new(self.root.rotated(&SystemRandom).unwrap());
        let world = world(self.world.db.clone(), &root, 0).await;
        Self {
            world,
            root,
            ..self.clone()
        }
    }

    /// The same world, with another pool.
    pub(crate) fn with_pool(&self, limits: Limits) -> Self {
        Self {
            sign_in: Arc::new(SignIn::new(limits)),
            ..self.clone()
        }
    }

    pub(crate) async fn person(&self, username: &str) -> Subject {
        let person = (
            NewSubject::person(username, Claims::default()),
            With::default(),
        );
        let made = subject::create(&self.world, &call(NOON), self.realm.node, person).await;
        made.unwrap()
    }

    /// A person with the right password.
    pub(crate) async fn ada(&self) -> Subject {
        let ada = self.person("ada").await;
        self.set(&ada, RIGHT).await;
        ada
    }

    pub(crate) async fn set(&self, person: &Subject, text: &str) -> AuthenticatorNode {
        let whose = (&*self.realm, person);
        let (call, new) = (call(NOON), new(text));
        let set = password::set(&self.world, &self.sign_in, &call, whose, &new).await;
        set.unwrap()
    }

    pub(crate) async fn sign_in(
        &self,
        identifier: &str,
        password: &str,
    ) -> Result<Authenticated, SignInError> {
        self.sign_in_from(identifier, password, None).await
    }

    pub(crate) async fn sign_in_from(
        &self,
        identifier: &str,
        password: &str,
        browser: Option<Digest>,
    ) -> Result<Authenticated, SignInError> {
        let attempt = Attempt {
            identifier: identifier.to_owned(),
            password: Secret::from(password),
            browser,
        };
        let call = call(NOON).by(Actor::Anonymous);
        with_password(&self.world, &self.sign_in, &call, &self.realm, &attempt).await
    }

    pub(crate) async fn enters(&self, identifier: &str, password: &str) -> bool {
        match self.sign_in(identifier, password).await {
            Ok(_) => true,
            Err(SignInError::Refused) => false,
            Err(other) => unreachable!("{other}"),
        }
    }

    /// What a session that begins now descends from.
    pub(crate) async fn proof(&self, identifier: &str, password: &str) -> Authenticated {
        self.sign_in(identifier, password).await.unwrap()
    }

    /// Whether a session that began with this proof lives: everything that it descends from stands as
    /// it did.
    pub(crate) fn lives(&self, proof: &Authenticated) -> bool {
        let lineages = &self.world.lineages;
        proof.ancestors().all(|ancestor| {
            let standing = lineages.standing(ancestor.node);
            standing.epoch == ancestor.epoch && standing.state == State::Live
        })
    }

    pub(crate) async fn link(&self, person: &Subject) -> Secret {
        let whose = (&*self.realm, person);
        let life = (password_link::LIFETIME, With::default());
        let issued = password_link::issue(&self.world, &call(NOON), whose, life).await;
        issued.unwrap().text
    }

    /// What the journal says about a noun, the oldest first, once everything is in it.
    pub(crate) async fn journal(&self, noun: Noun) -> Vec<Event> {
        self.sign_in.settle().await;
        let filter = Filter {
            noun: Some(noun),
            ..Filter::default()
        };
        let journal = Journal::new(self.world.db.clone());
        let page = journal.search(&filter, Sequence(i64::MAX), 1000).await;
        let records = page.unwrap().records.into_iter().rev();
        records.map(|one| one.event).collect()
    }

    pub(crate) async fn verbs(&self, noun: Noun) -> Vec<(Verb, Outcome)> {
        let events = self.journal(noun).await;
        let verbs = events.iter().map(|event| (event.verb, event.outcome));
        verbs.collect()
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
