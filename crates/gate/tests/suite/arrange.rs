//! A gate with a judge and a signer that say what a test wants.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use symbolon_gate::{
    Assertion, Claims, Front, Gate, Identity, Judge, NotSigned, Question, Reply, RouteSettings,
    Settings, Sign, Verdict, answer,
};
use symbolon_token::random::Random;
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

/// What every route is for.
pub(crate) const AUDIENCE: &str = "https://api.example.com";

/// When every question is asked.
pub(crate) const NOW: Time = Time(1_800_000_000_000);

/// No chance at all.
struct Zeros;

impl Random for Zeros {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

/// Who says one thing.
pub(crate) struct Says(pub(crate) Verdict);

impl Judge for Says {
    async fn judge(&self, _: &str, _: &str) -> Verdict {
        self.0.clone()
    }
}

/// Who writes claims out instead of signing them, or cannot.
pub(crate) struct Writes(pub(crate) bool);

impl Sign for Writes {
    async fn sign(&self, claims: &Claims<'_>) -> Result<String, NotSigned> {
        if self.0 {
            Ok(serde_json::to_string(claims).unwrap())
        } else {
            Err(NotSigned("a test".to_owned()))
        }
    }
}

/// A living token's.
pub(crate) fn identity() -> Identity {
    Identity {
        issuer: "https://auth.example.com".to_owned(),
        subject: "alice".to_owned(),
        client: "app".to_owned(),
        scope: Scope::parse("read write").unwrap(),
        audience: vec!["https://other.example".to_owned(), AUDIENCE.to_owned()],
        issued_at: Some(Time(1_799_999_990_500)),
        expires_at: Time(1_800_000_600_000),
        auth_time: None,
        acr: None,
        token_id: None,
        is_bound: false,
    }
}

pub(crate) fn alive(change: impl FnOnce(&mut Identity)) -> Verdict {
    let mut identity = identity();
    change(&mut identity);
    Verdict::Alive(Box::new(identity))
}

pub(crate) fn route() -> RouteSettings {
    RouteSettings {
        host: Some("api.example.com".to_owned()),
        audience: AUDIENCE.to_owned(),
        ..RouteSettings::default()
    }
}

/// Settings with these routes, and assertions.
pub(crate) fn settings(routes: Vec<RouteSettings>) -> Settings {
    Settings {
        proxies: vec!["10.0.0.0/8".parse().unwrap()],
        prefix: None,
        routes,
        assertion: Some(Assertion {
            issuer: "https://gate.example.com".to_owned(),
            lifetime: Duration::from_secs(30),
        }),
    }
}

pub(crate) fn gate(settings: Settings) -> Result<Gate, symbolon_gate::SettingError> {
    Gate::new(settings, Arc::new(Zeros))
}

/// A question by forward-auth, or nginx's.
pub(crate) struct Asked {
    pub(crate) front: Front,
    pub(crate) from: &'static str,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
}

impl Asked {
    /// With a token.
    pub(crate) fn forward() -> Self {
        Self {
            front: Front::Forward,
            from: "10.1.2.3",
            headers: vec![
                ("x-forwarded-method", "GET"),
                ("x-forwarded-host", "api.example.com"),
                ("x-forwarded-uri", "/orders"),
                ("authorization", "Bearer t"),
            ],
        }
    }

    /// With this header instead of others of its name; without any where it is empty.
    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.retain(|(own, _)| *own != name);
        if !value.is_empty() {
            self.headers.push((name, value));
        }
        self
    }

    pub(crate) async fn of(
        &self,
        gate: &Gate,
        (says, writes): (Verdict, Writes),
    ) -> Response<Reply> {
        let mut request = Request::get("/gate/forward");
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let question = Question {
            front: self.front,
            from: self.from.parse().unwrap(),
            now: NOW,
            head: &head,
            body: &Bytes::new(),
        };
        answer(gate, (&Says(says), &writes), question).await
    }
}
