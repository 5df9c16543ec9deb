//! The configuration of `serve`: one TOML file, read whole, strict. `docs/configuration.md` describes
//! every key.

mod address;
mod alone;
mod file;
mod gate;
mod limit;
mod read;
mod secret;
mod target;
mod word;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use symbolon_gate::Gate;
use symbolon_http::server::{Limits, TlsFiles};
use symbolon_identity::realm::Issuer;
use symbolon_store::Target;

use crate::log;
use crate::open::RootSource;

pub(crate) use alone::{GateConfig, read as read_gate};
pub(crate) use gate::{Following, Mode, WhenOld};
pub(crate) use read::read;

/// What the operator chose, checked.
pub(crate) struct Config {
    /// The first realm's issuer.
    pub(crate) issuer: Issuer,
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// Serve TLS with these files.
    pub(crate) tls: Option<TlsFiles>,
    /// Where calls that leave may go.
    pub(crate) outbound: symbolon_outbound::Options,
    /// Proxies whose forwarding headers are believed.
    pub(crate) proxies: Vec<IpNet>,
    /// The database.
    pub(crate) target: Target,
    /// The root keys.
    pub(crate) root: RootSource,
    /// The local socket for commands; with PostgreSQL there is none unless named.
    pub(crate) socket: Option<PathBuf>,
    /// The journal's witness; with PostgreSQL there is none unless named.
    pub(crate) witness: Option<PathBuf>,
    /// Whether anybody may read `/metrics`.
    pub(crate) metrics_public: bool,
    /// How often the feed's canary dies.
    pub(crate) canary: Option<Duration>,
    /// How lines of the log look.
    pub(crate) log_format: log::Format,
    /// Which lines there are.
    pub(crate) log_level: String,
    /// What proxies may ask.
    pub(crate) gate: Option<Arc<Gate>>,
    /// What the edge allows.
    pub(crate) limits: Limits,
}
