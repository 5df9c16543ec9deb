//! Installations at noon, with a person who is signed in and three clients, and what tests do there.

use std::sync::Arc;

use symbolon_authority::token::find_alive;
use symbolon_identity::client::{self, AuthMethod, GrantType, NewClient};
use symbolon_identity::realm::{self, NewRealm, Realm};
use symbolon_identity::resource::{self, NewResource};
use symbolon_identity::session::{self, Authenticated, Factor, Method, Session};
use symbolon_identity::subject::{self, Claims, NewSubject};
use symbolon_identity::{With, World, grant};
use symbolon_journal::{Filter, Journal, MAX_RECORDS, Noun, Outcome, Record, Sequence, Verb};
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::RootKeys;
use symbolon_keys::signing_key::Policy;
use symbolon_oauth::authorize::{Next, authorize};
use symbolon_oauth::token::{TokenReply, token};
use symbolon_oauth::{ErrorCode, OauthError, Params, Request};
use symbolon_store::testing::{self, Server};
use symbolon_store::{Db, Migration};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::kind::Format;
use symbolon_token::node::{NodeId, NodeIds, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

pub(crate) const NOON: Time = Time(1_800_000_000_000);

/// How many ask at once.
pub(crate) const MANY: usize = 64;

/// Where the codes of `app` go.
pub(crate) const BACK: &str = "https://app.example/back";

/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const JWT: &str = "https://jwt.example";
const OPAQUE: &str = "https://opaque.example";

/// Every table that is needed.
fn migrations() -> Vec<Migration> {
    let mut all = symbolon_keys::MIGRATIONS.to_vec();
    all.extend(symbolon_lineage::MIGRATIONS);
    all.extend(symbolon_identity::MIGRATIONS);
    all.extend(symbolon_signin::MIGRATIONS);
    all.extend(symbolon_authority::MIGRATIONS);
    all
}

fn call() -> Call {
    Call {
        now: NOON,
        request_id: RequestId(NodeId::from_number(1).unwrap()),
        actor: Actor::Operator,
        address: Some([192, 0, 2, 7].into()),
    }
}

/// How often a race is run on each engine, where [`VARIABLE`] says nothing.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) sqlite: usize,
    pub(crate) postgres: usize,
}

/// Sets the rounds of every race, on both engines.
const VARIABLE: &str = "SYMBOLON_ROUNDS";

impl Rounds {
    /// The same number on both engines.
    pub(crate) const fn each(rounds: usize) -> Self {
        Self {
            sqlite: rounds,
            postgres: rounds,
        }
    }

    fn or_as_told(self) -> Self {
        match std::env::var(VARIABLE) {
            Ok(told) => Self::each(told.parse().unwrap()),
            Err(_) => self,
        }
    }
}

/// Runs one check on SQLite in one process, and on PostgreSQL in two.
pub(crate) async fn each_installation<Fut: Future<Output = ()>>(
    rounds: Rounds,
    check: impl Fn(Installation) -> Fut,
) {
    let rounds = rounds.or_as_told();
    println!("on SQLite");
    let (db, folder) = testing::sqlite(&migrations()).await;
    check(Installation::open(vec![db], rounds.sqlite).await).await;
    drop(folder);
    println!("on PostgreSQL");
    let url = testing::postgres_url().await;
    let open = async || {
        Db::open(&testing::target(&url), &migrations())
            .await
            .unwrap()
    };
    let both = vec![open().await, open().await];
    check(Installation::open(both, rounds.postgres).await).await;
    Server::shared().forget(&url).await;
}

/// One installation, in one process or two.
#[derive(Clone)]
pub(crate) struct Installation {
    nodes: Vec<Arc<World>>,
    realm: Arc<Realm>,
    session: Session,
    pub(crate) rounds: usize,
}

/// What tokens of a person descend from, and may end.
#[derive(Clone, Copy)]
pub(crate) enum Cause {
    Session,
    Grant,
}

impl Cause {
    pub(crate) fn of(round: usize) -> Self {
        if round.is_multiple_of(2) {
            Self::Session
        } else {
            Self::Grant
        }
    }
}

/// What the token endpoint gave, as the client has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl From<TokenReply> for Given {
    fn from(reply: TokenReply) -> Self {
        Self {
            access: reply.access_token.reveal().to_owned(),
            refresh: reply.refresh_token.unwrap().reveal().to_owned(),
        }
    }
}

impl Installation {
    async fn open(dbs: Vec<Db>, rounds: usize) -> Self {
        let root = RootKeys::generate(&SystemRandom);
        let mut nodes = Vec::new();
        let mut found = None;
        for (lease, db) in (0_u16..).zip(dbs) {
            let minting = (Arc::new(SystemRandom) as _, NodeIds::new(lease));
            let world = World::open(db, (&root, Policy::production()), minting, NOON).await;
            let world = Arc::new(world.unwrap());
            if found.is_none() {
                found = Some(furnish(&world).await);
            }
            nodes.push(world);
        }
        let (realm, session) = found.unwrap();
        let opened = Self {
            nodes,
            realm,
            session,
            rounds,
        };
        opened.catch_up().await;
        opened
    }

    /// Every process hears of what the others did.
    pub(crate) async fn catch_up(&self) {
        for node in &self.nodes {
            node.catch_up(NOON).await.unwrap();
        }
    }

    fn request<'a>(&'a self, node: usize, params: &'a Params) -> Request<'a> {
        Request {
            world: &self.nodes[node % self.nodes.len()],
            realm: &self.realm,
            call: call(),
            authorization: None,
            params,
        }
    }

    /// The person signs in again, in another browser.
    pub(crate) async fn sign_in(&mut self) {
        let person = self.session.subject;
        self.session = signed_in(&self.nodes[0], &self.realm, person).await;
        self.catch_up().await;
    }

    /// Ends what the tokens of the newest sign-in descend from.
    pub(crate) async fn end(&self, cause: Cause) {
        let (world, realm) = (&self.nodes[self.nodes.len() - 1], self.realm.node);
        match cause {
            Cause::Session => {
                let which = (self.session.node, "signed out");
                session::revoke(world, &call(), realm, which).await.unwrap();
            }
            Cause::Grant => {
                let whose = (realm, self.session.subject);
                let found = grant::list(world, whose, None, 1).await.unwrap();
                let which = (found[0].node, "withdrawn");
                grant::revoke(world, &call(), realm, which).await.unwrap();
            }
        }
    }

    /// A code of `app` whose tokens may outlive the session, for a resource whose tokens look so.
    pub(crate) async fn code(&self, format: Format) -> String {
        self.code_for("read+offline_access", format).await
    }

    /// The same of tokens that die with the session.
    pub(crate) async fn online_code(&self, format: Format) -> String {
        self.code_for("read", format).await
    }

    async fn code_for(&self, scope: &str, format: Format) -> String {
        let resource = match format {
            Format::Opaque => OPAQUE,
            Format::Jwt => JWT,
        };
        let form = format!(
            "client_id=app&response_type=code&redirect_uri={BACK}&scope={scope}\
             &resource={resource}&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let params = Params::parse(form.as_bytes()).unwrap();
        let next = authorize(&self.request(0, &params), Some(&self.session)).await;
        let Next::Reply(reply) = next.unwrap() else {
            unreachable!("nobody is asked")
        };
        let code = reply.params.into_iter().find(|(name, _)| *name == "code");
        code.unwrap().1
    }

    /// What a client posts to the token endpoint of one of the processes.
    pub(crate) async fn post(&self, node: usize, form: &str) -> Result<Given, OauthError> {
        let params = Params::parse(form.as_bytes()).unwrap();
        token(&self.request(node, &params)).await.map(Given::from)
    }

    /// The same by many at once; the answers in order.
    pub(crate) async fn at_once(&self, forms: Vec<String>) -> Vec<Result<Given, OauthError>> {
        let ask = |(at, form): (usize, String)| {
            let own = self.clone();
            tokio::spawn(async move { own.post(at, &form).await })
        };
        let tasks: Vec<_> = forms.into_iter().enumerate().map(ask).collect();
        let mut answers = Vec::with_capacity(tasks.len());
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers
    }

    /// Tokens of a fresh sign-in.
    pub(crate) async fn given(&self, format: Format) -> Given {
        let code = self.code(format).await;
        self.post(0, &redeem(&code)).await.unwrap()
    }

    /// The same, of tokens that die with the session.
    pub(crate) async fn online(&self, format: Format) -> Given {
        let code = self.online_code(format).await;
        self.post(0, &redeem(&code)).await.unwrap()
    }

    /// Whether an access token is active, in the eyes of every process.
    pub(crate) async fn lives(&self, token: &str) -> bool {
        self.catch_up().await;
        let mut lives = Vec::new();
        for node in &self.nodes {
            let found = find_alive(node, &self.realm, token, NOON).await;
            lives.push(found.unwrap().is_ok());
        }
        assert!(lives.iter().all(|one| *one == lives[0]), "they differ");
        lives[0]
    }

    /// How often families were ended.
    pub(crate) async fn ends(&self) -> usize {
        let filter = Filter {
            noun: Some(Noun::Refresh),
            verb: Some(Verb::Revoke),
            ..Filter::default()
        };
        let journal = Journal::new(self.nodes[0].db.clone());
        let (mut ends, mut before) = (0, Some(Sequence(i64::MAX)));
        while let Some(place) = before {
            let page = journal.search(&filter, place, MAX_RECORDS).await.unwrap();
            let done = |record: &&Record| record.event.outcome == Outcome::Done;
            ends += page.records.iter().filter(done).count();
            before = page.before;
        }
        ends
    }
}

/// What redeems a code as it should be.
pub(crate) fn redeem(code: &str) -> String {
    redeem_as("app", (code, BACK, VERIFIER))
}

/// What redeems a code as this client.
pub(crate) fn redeem_as(client: &str, (code, back, verifier): (&str, &str, &str)) -> String {
    format!(
        "grant_type=authorization_code&client_id={client}&client_secret=a+secret+of+{client}\
         &code={code}&redirect_uri={back}&code_verifier={verifier}"
    )
}

/// What presents a refresh token as this client.
pub(crate) fn refresh(client: &str, token: &str) -> String {
    format!(
        "grant_type=refresh_token&client_id={client}&client_secret=a+secret+of+{client}\
         &refresh_token={token}"
    )
}

/// Whether it is a refusal of what was presented.
pub(crate) fn is_refused(answer: &Result<Given, OauthError>) -> bool {
    matches!(answer, Err(error) if error.code == ErrorCode::InvalidGrant)
}

/// What every installation has: `app` and `other`, which may have people's tokens, two resources, and
/// a person who is signed in.
async fn furnish(world: &World) -> (Arc<Realm>, Session) {
    let new = NewRealm {
        name: "main".to_owned(),
        issuer: "https://auth.example".to_owned(),
    };
    let realm = realm::create_first(world, &call(), new).await;
    let realm = realm.unwrap().unwrap();
    for (audience, format) in [(JWT, Format::Jwt), (OPAQUE, Format::Opaque)] {
        let settings = resource::Settings {
            token_format: format,
            ..resource::Settings::default()
        };
        let new = NewResource {
            audience: audience.to_owned(),
            is_default: false,
            settings,
        };
        let made = resource::create(world, &call(), &realm, (new, With::default())).await;
        made.unwrap();
    }
    for (client_id, back) in [("app", BACK), ("other", "https://other.example/back")] {
        let settings = client::Settings {
            token_endpoint_auth_method: AuthMethod::ClientSecretPost,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: vec![back.to_owned()],
            scope: Scope::parse("read offline_access").unwrap(),
            first_party: true,
            ..client::Settings::default()
        };
        let new = NewClient {
            client_id: Some(client_id.to_owned()),
            secret: Some(Secret::from(format!("a secret of {client_id}").as_str())),
            secret_expires_at: None,
            settings,
            with: With::default(),
        };
        client::create(world, &call(), realm.node, new)
            .await
            .unwrap();
    }
    let ada = (
        NewSubject::person("ada", Claims::default()),
        With::default(),
    );
    let ada = subject::create(world, &call(), realm.node, ada).await;
    let session = signed_in(world, &realm, ada.unwrap().node).await;
    (Arc::new(realm), session)
}

async fn signed_in(world: &World, realm: &Realm, person: SubjectNode) -> Session {
    let factor = Factor {
        method: Method::Password,
        authenticator: world.lineages.ancestor(world.ids.next(NOON)),
    };
    let person = world.lineages.ancestor(person);
    #[expect(
        clippy::disallowed_methods,
        reason = "the test stands in for signing in"
    )]
    let proof = Authenticated::attest((realm.node, person), vec![factor], NOON);
    let issued = session::issue(world, &call(), &proof, None).await;
    issued.unwrap().session
}
