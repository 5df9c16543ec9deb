//! `[gate]` and `[[gate.routes]]`: what proxies may ask, in the authority's file and in a gate's own.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use symbolon_gate::{Assertion, Credential, RouteSettings, Settings};
use symbolon_verify::Bounds;

/// How a gate of its own knows whether tokens live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// It asks the authority about each (RFC 7662).
    Introspect,
    /// It follows the authority's feed, and judges by itself.
    Follow,
}

/// What a gate that follows does once what it knows is old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhenOld {
    /// It goes on by memory up to `dark_seconds`, then it refuses.
    #[default]
    FailClosed,
    /// Beyond `fresh_seconds` it asks the authority about each token.
    Introspect,
}

/// How a gate of its own follows the feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Following {
    /// What it does when its knowledge is old.
    pub(crate) when_old: WhenOld,
    /// When that is.
    pub(crate) bounds: Bounds,
}

/// `[gate]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateTable {
    pub(super) mode: Option<Mode>,
    policy: Option<WhenOld>,
    fresh_seconds: Option<u32>,
    dark_seconds: Option<u32>,
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

/// Acknowledgements are a second apart: below this a gate that nobody cut off would be STALE.
const LEAST_FRESH: Duration = Duration::from_secs(2);

/// A revoked token passes for so long where the authority is out of reach.
const MOST_DARK: Duration = Duration::from_mins(10);

impl GateTable {
    /// Whether a key is there that only a gate of its own has.
    pub(super) fn is_alone(&self) -> bool {
        self.mode.is_some()
            || self.says_how_to_follow()
            || self.assertion_issuer.is_some()
            || self.assertion_key.is_some()
    }

    fn says_how_to_follow(&self) -> bool {
        self.policy.is_some() || self.fresh_seconds.is_some() || self.dark_seconds.is_some()
    }

    /// How the feed is followed.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub(super) fn following(&self) -> Result<Following, String> {
        if self.says_how_to_follow() && self.mode != Some(Mode::Follow) {
            return Err(
                "gate.policy, gate.fresh_seconds and gate.dark_seconds need gate.mode = \"follow\""
                    .to_owned(),
            );
        }
        let usual = Bounds::default();
        let seconds = |named: Option<u32>| named.map(|seconds| Duration::from_secs(seconds.into()));
        let fresh = seconds(self.fresh_seconds).unwrap_or(usual.fresh);
        let dark = seconds(self.dark_seconds).unwrap_or(usual.dark);
        if fresh < LEAST_FRESH || dark <= fresh || dark > MOST_DARK {
            return Err(format!(
                "gate.fresh_seconds is {} at least, gate.dark_seconds more than that and {} at most",
                LEAST_FRESH.as_secs(),
                MOST_DARK.as_secs()
            ));
        }
        Ok(Following {
            when_old: self.policy.unwrap_or_default(),
            bounds: Bounds { fresh, dark },
        })
    }

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
