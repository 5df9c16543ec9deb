//! An authority, the network before it, and clients: who asks for tokens, who follows, who revokes.

use std::ffi::OsStr;
use std::time::{Duration, Instant};

use serde_json::Value;
use symbolon_verify::Bounds;
use symbolon_verify::follow::{Follow, Following, http};

use crate::harness::{Answer, Connection, Serve, Site};
use crate::proxy::Proxy;

/// What the tokens are for.
pub(crate) const AUDIENCE: &str = "https://one.example";

/// When a verifier is FRESH and when it is DARK: shorter than by default, so that tests are.
pub(crate) const BOUNDS: Bounds = Bounds {
    fresh: Duration::from_secs(2),
    dark: Duration::from_secs(4),
};

/// How long recovery takes at most (docs/verify.md).
pub(crate) const RECOVERY: Duration = Duration::from_secs(8);

/// Nothing that is not bounded otherwise takes this long.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A client and its secret.
pub(crate) type Credentials = (&'static str, String);

/// The whole arrangement.
pub(crate) struct Stage {
    pub(crate) site: Site,
    pub(crate) proxy: Proxy,
    pub(crate) issuer: String,
    pub(crate) serve: Serve,
    /// Who gets tokens.
    service: Credentials,
    /// Who follows.
    follower: Credentials,
    /// Who may revoke.
    operator: Credentials,
}

fn said(site: &Site, arguments: &[&str]) -> Value {
    let spoken = site.command(arguments);
    assert_eq!(spoken.code, 0, "{arguments:?}: {}", spoken.err);
    serde_json::from_str(&spoken.out).unwrap()
}

fn client(site: &Site, name: &'static str, more: &[&str]) -> Credentials {
    let create = ["client", "create", name, "--grant", "client_credentials"];
    let made = said(site, &[&create[..], more].concat());
    (name, made["client_secret"].as_str().unwrap().to_owned())
}

impl Stage {
    /// On SQLite.
    pub(crate) fn start() -> Self {
        Self::start_in(Site::sqlite(), "sqlite = \"symbolon.db\"", &[])
    }

    /// On this database, with more in its environment.
    pub(crate) fn start_in(site: Site, database: &str, environment: &[(&str, &OsStr)]) -> Self {
        let proxy = Proxy::start();
        let issuer = format!("http://{}", proxy.address);
        site.write(&format!(
            "issuer = \"{issuer}\"\nlisten = \"127.0.0.1:0\"\nsocket = \"symbolon.sock\"\n\
             [database]\n{database}\n[root_key]\nfile = \"root.key\"\n"
        ));
        let serve = site.serve_in(environment);
        proxy.lead(&serve.address);
        let service = client(&site, "svc", &[]);
        let follower = client(&site, "api", &["--scope", "feed"]);
        let operator = client(&site, "ops", &["--scope", "revoke"]);
        said(
            &site,
            &[
                "resource",
                "create",
                AUDIENCE,
                "--default",
                "--owner",
                "api",
            ],
        );
        Self {
            site,
            proxy,
            issuer,
            serve,
            service,
            follower,
            operator,
        }
    }

    /// One more resource that the follower owns.
    pub(crate) fn resource(&self, audience: &str) {
        said(
            &self.site,
            &["resource", "create", audience, "--owner", "api"],
        );
    }

    /// Asks the authority itself, past the network, until it says something else than to come again.
    fn ask(&self, path: &str, (client, secret): &Credentials, form: &str) -> Answer {
        let until = Instant::now() + LIMIT;
        let mut connection = Connection::to(&self.serve.address);
        loop {
            let answer = connection.form(path, Some((client, secret)), form);
            if answer.status != 503 {
                assert_eq!(answer.status, 200, "{}", answer.body);
                return answer;
            }
            assert!(Instant::now() < until, "{}", answer.body);
        }
    }

    fn issued(&self, client: &Credentials, more: &str) -> String {
        let form = format!("grant_type=client_credentials{more}");
        let answer = self.ask("/token", client, &form);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn token(&self) -> String {
        self.issued(&self.service, "")
    }

    /// A token for another resource than the usual.
    pub(crate) fn token_for(&self, audience: &str) -> String {
        self.issued(&self.service, &format!("&resource={audience}"))
    }

    pub(crate) fn is_active(&self, token: &str) -> bool {
        let answer = self.ask("/introspect", &self.follower, &format!("token={token}"));
        answer.json()["active"].as_bool().unwrap()
    }

    pub(crate) fn revoke(&self, token: &str) {
        self.ask("/revoke", &self.service, &format!("token={token}"));
    }

    /// A token that may revoke whatever it likes.
    pub(crate) fn admin(&self) -> String {
        let resource = format!("&scope=revoke&resource={}/v1", self.issuer);
        self.issued(&self.operator, &resource)
    }

    /// A verifier that begins to follow, through the network.
    pub(crate) fn follow(&self) -> Following {
        self.follow_for(AUDIENCE)
    }

    pub(crate) fn follow_for(&self, audience: &str) -> Following {
        let (id, secret) = &self.follower;
        let client = http::Client::new(*id, secret.clone());
        let follow = Follow::http(&self.issuer, audience, client).unwrap();
        follow.bounds(BOUNDS).start()
    }

    /// One that follows already.
    pub(crate) async fn followed(&self) -> Following {
        let following = self.follow();
        assert!(following.ready(LIMIT).await, "{:?}", following.status());
        following
    }

    /// Another process in the place of the one that is gone.
    pub(crate) fn restarted(&mut self, environment: &[(&str, &OsStr)]) {
        self.serve = self.site.serve_in(environment);
        self.proxy.lead(&self.serve.address);
    }
}
