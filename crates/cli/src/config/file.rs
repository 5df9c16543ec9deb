//! The file's shape, key by key. Unknown keys are refused by name.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;
use symbolon_http::server::TlsFiles;

use super::gate::GateTable;
use super::limit::LimitTable;
use crate::log;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) issuer: String,
    pub(super) listen: SocketAddr,
    #[serde(default)]
    pub(super) proxies: Vec<IpNet>,
    pub(super) tls: Option<TlsTable>,
    pub(super) database: DatabaseTable,
    pub(super) root_key: RootKeyTable,
    pub(super) socket: Option<PathBuf>,
    #[serde(default)]
    pub(super) metrics_public: bool,
    pub(super) canary_seconds: Option<u16>,
    pub(super) extra_ca: Option<PathBuf>,
    #[serde(default)]
    pub(super) allow_private_targets: Vec<IpNet>,
    pub(super) gate: Option<GateTable>,
    #[serde(default)]
    pub(super) log: LogTable,
    #[serde(default)]
    pub(super) limits: LimitTable,
}

/// `[tls]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TlsTable {
    certificate: PathBuf,
    key: PathBuf,
}

impl TlsTable {
    /// The files that it names, in the configuration's folder.
    pub(super) fn files(self, folder: &Path) -> TlsFiles {
        TlsFiles {
            certificate: folder.join(self.certificate),
            key: folder.join(self.key),
        }
    }
}

/// `[database]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatabaseTable {
    pub(super) sqlite: Option<PathBuf>,
    pub(super) postgres: Option<String>,
    pub(super) postgres_file: Option<PathBuf>,
    pub(super) postgres_environment: Option<String>,
    pub(super) postgres_ca: Option<PathBuf>,
    pub(super) postgres_connections: Option<usize>,
}

/// `[root_key]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RootKeyTable {
    pub(super) file: Option<PathBuf>,
    pub(super) passphrase_environment: Option<String>,
    pub(super) environment: Option<String>,
}

/// `[log]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LogTable {
    pub(super) format: log::Format,
    pub(super) level: String,
}

impl Default for LogTable {
    fn default() -> Self {
        Self {
            format: log::Format::default(),
            level: "info".to_owned(),
        }
    }
}
