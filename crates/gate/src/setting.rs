//! What the operator chose, checked once.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use symbolon_token::random::Random;
use symbolon_token::scope::ScopeError;
use thiserror::Error;

use crate::assertion::MAX_LIFETIME;
use crate::header::{DEFAULT_PREFIX, Names};
use crate::route::Route;

/// Whether the service behind the proxy sees the token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credential {
    /// It does.
    #[default]
    Keep,
    /// It does not: it could use it elsewhere, or log it.
    Remove,
}

/// What requests to one place must bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteSettings {
    /// The host, perhaps with a port; every host unless named.
    pub host: Option<String>,
    /// The path and what lies below it; every path unless named.
    pub path: Option<String>,
    /// The methods; every method if empty.
    pub methods: Vec<String>,
    /// What tokens must be meant for.
    pub audience: String,
    /// What they must allow, separated by spaces.
    pub scope: String,
    /// Where the resource describes itself (RFC 9728): told to whoever is refused.
    pub resource_metadata: Option<String>,
    /// Whether the service sees the token.
    pub credential: Credential,
    /// Whether a request without a credential passes, with empty identity headers.
    pub public: bool,
}

/// Who asserts, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The claim `iss`.
    pub issuer: String,
    /// At most [`MAX_LIFETIME`].
    pub lifetime: Duration,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Networks of the proxies that may ask.
    pub proxies: Vec<IpNet>,
    /// What the names of identity headers begin with; `X-Auth-` unless named.
    pub prefix: Option<String>,
    /// The routes; the first that fits counts.
    pub routes: Vec<RouteSettings>,
    /// Assertions, where they are wanted.
    pub assertion: Option<Assertion>,
}

/// Why settings cannot be. Each is one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingError {
    /// Nobody could ask.
    #[error("gate.proxies is empty: name the networks of the proxies that may ask")]
    NoProxies,
    /// Everybody could ask.
    #[error("gate.proxies holds {0}, which is everybody: name the proxies' own networks")]
    Everybody(IpNet),
    /// Everything would be refused.
    #[error("gate.routes is empty: name at least one route")]
    NoRoutes,
    /// No prefix of header names.
    #[error("gate.prefix {0:?} must be letters, digits and hyphens, with a hyphen at its end")]
    Prefix(String),
    /// No host.
    #[error("gate.routes: {0:?} is no host such as \"api.example.com\"")]
    Host(String),
    /// No path.
    #[error("gate.routes: {0:?} is no plain path such as \"/orders\"")]
    Path(String),
    /// No method.
    #[error("gate.routes: {0:?} is no method such as \"GET\"")]
    Method(String),
    /// No audience.
    #[error("gate.routes: {0:?} is no audience such as \"https://api.example.com\"")]
    Audience(String),
    /// No scope.
    #[error("gate.routes: scope: {0}")]
    Scope(ScopeError),
    /// No address.
    #[error("gate.routes: resource_metadata {0:?} is no URL")]
    Metadata(String),
    /// Too long, or nothing.
    #[error("the lifetime of assertions is 1 to {} seconds", MAX_LIFETIME.as_secs())]
    Lifetime,
}

/// A gate: what was chosen, ready to be asked.
pub struct Gate {
    proxies: Vec<IpNet>,
    pub(crate) names: Names,
    pub(crate) routes: Vec<Route>,
    pub(crate) assertion: Option<Assertion>,
    pub(crate) random: Arc<dyn Random>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Gate")
    }
}

impl Gate {
    /// Checks settings.
    ///
    /// # Errors
    /// [`SettingError`].
    pub fn new(settings: Settings, random: Arc<dyn Random>) -> Result<Self, SettingError> {
        if settings.proxies.is_empty() {
            return Err(SettingError::NoProxies);
        }
        let everybody = settings.proxies.iter().find(|net| net.prefix_len() == 0);
        if let Some(net) = everybody {
            return Err(SettingError::Everybody(*net));
        }
        if settings.routes.is_empty() {
            return Err(SettingError::NoRoutes);
        }
        if let Some(Assertion { lifetime, .. }) = settings.assertion
            && (lifetime < Duration::from_secs(1) || lifetime > MAX_LIFETIME)
        {
            return Err(SettingError::Lifetime);
        }
        let routes = settings.routes.into_iter().map(Route::new);
        Ok(Self {
            names: Names::new(settings.prefix.as_deref().unwrap_or(DEFAULT_PREFIX))?,
            proxies: settings.proxies,
            routes: routes.collect::<Result<_, _>>()?,
            assertion: settings.assertion,
            random,
        })
    }

    /// What its routes are for, each once: for those who keep their knowledge by audience.
    #[must_use]
    pub fn audiences(&self) -> Vec<&str> {
        let mut audiences: Vec<_> = self.routes.iter().map(|one| &*one.audience).collect();
        audiences.sort_unstable();
        audiences.dedup();
        audiences
    }

    /// Whether this address may ask.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.proxies.iter().any(|net| net.contains(&address))
    }
}
