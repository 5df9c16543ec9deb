//! A server without a socket: a fresh SQLite database, a clock that stands at noon, chance that is
//! always the same.

use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use symbolon_http::server::{Peer, Via};
use symbolon_http::{App, Options, router};
use symbolon_identity::World;
use symbolon_identity::access::issue_management;
use symbolon_identity::realm::{NewRealm, Realm, create_first};
use symbolon_keys::root::RootKeys;
use symbolon_keys::signing_key::Policy;
use symbolon_store::{Db, Migration, testing};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{NodeId, NodeIds};
use symbolon_token::random::Random;
use symbolon_token::time::Time;
use tower::ServiceExt;

/// 2027-01-15, 08:00 UTC.
pub(crate) const NOON: Time = Time(1_800_000_000_000);

/// How ids begin that were made near noon.
const TODAY: &str = "0A9as";

/// Chance that is always the same (the generator `SplitMix64`).
struct Fixed(AtomicU64);

impl Random for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let step = 0x9e37_79b9_7f4a_7c15;
            let mut mixed = self.0.fetch_add(step, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = mixed.to_be_bytes()[0];
        }
    }
}

/// Every table.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = symbolon_keys::MIGRATIONS.to_vec();
    all.extend(symbolon_lineage::MIGRATIONS);
    all.extend(symbolon_identity::MIGRATIONS);
    all.extend(symbolon_signin::MIGRATIONS);
    all.extend(symbolon_authority::MIGRATIONS);
    all
}

/// A server.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) world: Arc<World>,
    pub(crate) realm: Realm,
    clock: Arc<AtomicI64>,
}

/// The options of `dev`.
pub(crate) fn options() -> Options {
    Options {
        metrics_public: false,
        demo: Some("https://auth.example/demo/resource".to_owned()),
        demo_app: Some("demo-app".to_owned()),
        gate: None,
        canary: None,
    }
}

impl Site {
    /// One on a fresh SQLite database, which goes with the guard.
    pub(crate) async fn open() -> (Self, impl Sized) {
        let (db, folder) = testing::sqlite(&migrations()).await;
        (Self::over(db).await, folder)
    }

    /// One on a fresh PostgreSQL database, which other processes may write.
    pub(crate) async fn beside_others() -> Self {
        Self::over(testing::postgres(&migrations()).await).await
    }

    /// One over this database, with the first realm.
    pub(crate) async fn over(db: Db) -> Self {
        let fixed = Arc::new(Fixed(AtomicU64::new(7)));
        let root = RootKeys::generate(&*fixed);
        let minting = (Arc::clone(&fixed) as Arc<dyn Random>, NodeIds::new(1));
        let world = World::open(db, (&root, Policy::production()), minting, NOON).await;
        let world = Arc::new(world.unwrap());
        let new = NewRealm {
            name: "main".to_owned(),
            issuer: "https://auth.example".to_owned(),
        };
        let realm = create_first(&world, &call(), new).await.unwrap().unwrap();
        let clock = Arc::new(AtomicI64::new(NOON.0));
        let reading = Arc::clone(&clock);
        let now = Arc::new(move || Time(reading.load(Ordering::Relaxed)));
        Self {
            app: App::new(Arc::clone(&world), now, options()),
            world,
            realm,
            clock,
        }
    }

    /// Another process on the database of this one, which has its first realm already.
    pub(crate) async fn beside(other: &Self, db: Db) -> Self {
        let fixed = Arc::new(Fixed(AtomicU64::new(7)));
        let root = RootKeys::generate(&*fixed);
        let minting = (Arc::new(Fixed(AtomicU64::new(8))) as _, NodeIds::new(2));
        let world = World::open(db, (&root, Policy::production()), minting, NOON).await;
        let world = Arc::new(world.unwrap());
        let clock = Arc::clone(&other.clock);
        let reading = Arc::clone(&clock);
        let now = Arc::new(move || Time(reading.load(Ordering::Relaxed)));
        Self {
            app: App::new(Arc::clone(&world), now, options()),
            realm: other.realm.clone(),
            world,
            clock,
        }
    }

    /// Moves the clock on, and lets the node hear that nothing happened meanwhile.
    pub(crate) async fn later(&self, by: Duration) {
        let now = self.unheard(by);
        self.world.catch_up(now).await.unwrap();
    }

    /// Moves the clock on, while the node hears nothing.
    pub(crate) fn unheard(&self, by: Duration) -> Time {
        let now = Time(self.clock.load(Ordering::Relaxed)).plus(by);
        self.clock.store(now.0, Ordering::Relaxed);
        now
    }

    /// What its clock says.
    pub(crate) fn now(&self) -> Time {
        Time(self.clock.load(Ordering::Relaxed))
    }

    /// A management token with every scope.
    pub(crate) async fn admin(&self) -> String {
        self.admin_of(&self.realm).await
    }

    /// The same, of another realm.
    pub(crate) async fn admin_of(&self, realm: &Realm) -> String {
        let day = Duration::from_hours(24);
        let issued = issue_management(&self.world, &call(), realm, (None, day)).await;
        issued.unwrap().token.reveal().to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Ask<'_> {
        self.ask(Method::POST, path).json(body)
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        let request = Request::builder().method(method).uri(path);
        Ask {
            site: self,
            request: request
                .header(HOST, "auth.example")
                .body(Body::empty())
                .unwrap(),
            via: Via::Network,
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        }
    }

    /// A client that acts for itself, with this scope, and its access token for an audience.
    pub(crate) async fn token(&self, scope: &str, audience: &str) -> String {
        let asked = json!({
            "client_id": format!("service-{}", scope.replace([':', ' '], "-")),
            "client_secret": "a secret of the tests",
            "grant_types": ["client_credentials"],
            "scope": scope,
        });
        let made = self.post("/v1/clients", &asked).local().send().await;
        assert!(
            matches!(made.status, StatusCode::CREATED | StatusCode::CONFLICT),
            "{made}"
        );
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret=a+secret+of+the+tests\
             &resource={audience}",
            asked["client_id"].as_str().unwrap()
        );
        let reply = self.ask(Method::POST, "/token").form(&form).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }
}

/// A call by the operator at noon.
pub(crate) fn call() -> Call {
    Call {
        now: NOON,
        request_id: RequestId(NodeId::from_number(1).unwrap()),
        actor: Actor::Operator,
        address: None,
    }
}

/// A request on its way.
pub(crate) struct Ask<'s> {
    site: &'s Site,
    request: Request<Body>,
    via: Via,
    address: IpAddr,
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request
            .headers_mut()
            .append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        self.request
            .headers_mut()
            .insert(HOST, host.parse().unwrap());
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}")[..])
    }

    pub(crate) fn body(mut self, kind: &str, body: impl Into<Body>) -> Self {
        self.request
            .headers_mut()
            .insert(CONTENT_TYPE, kind.parse().unwrap());
        *self.request.body_mut() = body.into();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn form(self, body: &str) -> Self {
        self.body("application/x-www-form-urlencoded", body.to_owned())
    }

    /// Over the local socket.
    pub(crate) fn local(mut self) -> Self {
        self.via = Via::Local;
        self.loopback()
    }

    /// From this machine.
    pub(crate) fn loopback(mut self) -> Self {
        self.address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        self
    }

    pub(crate) async fn send(mut self) -> Reply {
        let (address, secure, via) = (self.address, true, self.via);
        self.request.extensions_mut().insert(Peer {
            address,
            hop: address,
            secure,
            via,
        });
        let response = router(self.site.app.clone()).oneshot(self.request).await;
        let (parts, body) = response.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// A reply, whole.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

/// Status, headers in their alphabet's order, body; ids and secrets by what they are.
impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&steady(&self.plain()))
    }
}

/// Ids become numbers in the order in which they appear, secrets their kind: how many of either were
/// made before is no claim of a snapshot.
fn steady(text: &str) -> String {
    let (mut out, mut ids) = (String::new(), Vec::new());
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    for piece in text.split_inclusive(|one| !is_word(one)) {
        let word = piece.trim_end_matches(|one| !is_word(one));
        if word.len() == 11 && word.starts_with(TODAY) {
            let known = ids.iter().position(|id| *id == word);
            let number = known.unwrap_or_else(|| {
                ids.push(word);
                ids.len() - 1
            });
            write!(out, "<id {}>", number + 1).unwrap();
        } else if word.len() == 45 && word.starts_with("sym_") {
            write!(out, "<{}>", &word[..6]).unwrap();
        } else {
            out.push_str(word);
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

impl Reply {
    fn plain(&self) -> String {
        let mut out = String::new();
        self.write(&mut out).unwrap();
        out
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "{}", self.status)?;
        let mut headers: Vec<_> = self.headers.iter().collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            writeln!(out, "{name}: {}", value.to_str().unwrap_or("?"))?;
        }
        match serde_json::from_slice::<Value>(&self.body) {
            Ok(value) => write!(out, "\n{value:#}"),
            Err(_) => write!(out, "\n{}", String::from_utf8_lossy(&self.body)),
        }
    }
}
