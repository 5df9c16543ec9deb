//! `[gate]` and `[[gate.routes]]`: what proxies may ask, in the authority's file and in a gate's own.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use symbolon_gate::{Assertion, Credential, RouteSettings, Settings};

/// How a gate of its own knows whether tokens live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// It asks the authority about each (RFC 7662).
    Introspect,
    /// It follows the authority's feed, and judges by itself.
    Follow,
}

/// `[gate]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateTable {
    pub(super) mode: Option<Mode>,
    proxies: Vec<IpNet>,
    prefix: Option<String>,
    pub(super) assertion_issuer: Option<String>,
    pub(super) assertion_key: Option<PathBuf>,
    #[serde(default = "yes")]
    assertion: bool,
    assertion_seconds: Option<u32>,
    #[serde(default)]
    routes: Vec<RouteTable>,
}

const fn yes() -> bool {
    true
}

/// `[[gate.routes]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RouteTable {
    host: Option<String>,
    path: Option<String>,
    #[serde(default)]
    methods: Vec<String>,
    audience: String,
    #[serde(default)]
    scope: String,
    resource_metadata: Option<String>,
    #[serde(default)]
    credential: CredentialWord,
    #[serde(default)]
    public: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CredentialWord {
    #[default]
    Keep,
    Remove,
}

impl GateTable {
    /// What was chosen. Assertions are in this issuer's name; none are signed without one.
    pub(super) fn settings(self, issuer: Option<&str>) -> Settings {
        let seconds = self.assertion_seconds.unwrap_or(ASSERTION_SECONDS);
        let assertion = issuer.filter(|_| self.assertion).map(|issuer| Assertion {
            issuer: issuer.to_owned(),
            lifetime: Duration::from_secs(seconds.into()),
        });
        Settings {
            proxies: self.proxies,
            prefix: self.prefix,
            routes: self.routes.into_iter().map(RouteTable::settings).collect(),
            assertion,
        }
    }
}

/// How long an assertion lives unless it is said: a request through a slow proxy.
const ASSERTION_SECONDS: u32 = 60;

impl RouteTable {
    fn settings(self) -> RouteSettings {
        RouteSettings {
            host: self.host,
            path: self.path,
            methods: self.methods,
            audience: self.audience,
            scope: self.scope,
            resource_metadata: self.resource_metadata,
            credential: match self.credential {
                CredentialWord::Keep => Credential::Keep,
                CredentialWord::Remove => Credential::Remove,
            },
            public: self.public,
        }
    }
}
