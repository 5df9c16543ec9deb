//! Which installation a command is for: a development directory, or a configuration.
//!
//! 1. `--config` or `--dir`.
//! 2. Else what `SYMBOLON_CONFIG` or `SYMBOLON_DIR` names.
//! 3. Else `./symbolon.toml`, else `./symbolon-dev`, whichever is there.

#![expect(
    clippy::doc_markdown,
    reason = "the help is read on a terminal, where backticks are noise"
)]

use std::path::{Path, PathBuf};

use clap::Args;
use symbolon_identity::realm::Issuer;
use symbolon_keys::signing_key::Policy;
use symbolon_store::Target;

use crate::config;
use crate::exit::StartError;
use crate::open::{Open, RootSource, open};

/// The configuration looked for in the current directory.
pub(crate) const CONFIG: &str = "symbolon.toml";

/// The development directory looked for in the current directory.
pub(crate) const DIRECTORY: &str = "symbolon-dev";

/// Where `--help` lists what every command knows.
pub(crate) const GLOBAL: &str = "Global options";

/// The local socket's name.
pub(crate) const SOCKET: &str = "symbolon.sock";

/// The database of a development directory.
const DATABASE: &str = "symbolon.db";

/// The journal's witness in a development directory: beside the database, as everywhere.
const WITNESS: &str = "symbolon.db.witness";

/// The root key of a development directory.
const ROOT_KEY: &str = "root.key";

/// Which installation is meant.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Where {
    /// A directory that `symbolon dev` made; else what SYMBOLON_DIR names
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        conflicts_with = "config",
        help_heading = GLOBAL
    )]
    pub(crate) dir: Option<PathBuf>,
    /// The configuration of `symbolon serve`; else what SYMBOLON_CONFIG names
    #[arg(long, global = true, value_name = "FILE", help_heading = GLOBAL)]
    pub(crate) config: Option<PathBuf>,
}

/// What commands need to know of an installation.
pub(crate) struct Installation {
    /// The database.
    pub(crate) target: Target,
    /// The root keys.
    pub(crate) root: RootSource,
    /// How long signing keys last.
    pub(crate) policy: Policy,
    /// The local socket.
    pub(crate) socket: Option<PathBuf>,
    /// The journal's witness.
    pub(crate) witness: Option<PathBuf>,
    /// The certificate that is served.
    pub(crate) certificate: Option<PathBuf>,
    /// The first realm's issuer, where it is configured.
    pub(crate) issuer: Option<Issuer>,
}

impl Where {
    /// The development directory that is named.
    pub(crate) fn dir(&self) -> Option<PathBuf> {
        self.dir.clone().or_else(|| named("SYMBOLON_DIR"))
    }

    /// The configuration that is named.
    pub(crate) fn config(&self) -> Option<PathBuf> {
        self.config.clone().or_else(|| named("SYMBOLON_CONFIG"))
    }

    /// Finds the installation.
    ///
    /// # Errors
    /// [`StartError`] where there is none, or its configuration cannot be read.
    pub(crate) fn find(&self) -> Result<Installation, StartError> {
        if let Some(dir) = &self.dir {
            return existing(dir);
        }
        match (self.config(), self.dir()) {
            (Some(path), _) => configured(&path),
            (None, Some(dir)) => existing(&dir),
            (None, None) if Path::new(CONFIG).exists() => configured(Path::new(CONFIG)),
            (None, None) => existing(Path::new(DIRECTORY)),
        }
    }
}

impl Installation {
    /// The installation of a development directory.
    pub(crate) fn development(dir: &Path) -> Self {
        Self {
            target: Target::Sqlite {
                path: dir.join(DATABASE),
            },
            witness: Some(dir.join(WITNESS)),
            root: RootSource::Made(dir.join(ROOT_KEY)),
            policy: Policy::dev(),
            socket: Some(dir.join(SOCKET)),
            certificate: None,
            issuer: None,
        }
    }

    /// Opens it in this process.
    ///
    /// # Errors
    /// [`StartError`].
    pub(crate) async fn open(&self) -> Result<Open, StartError> {
        let open = open(&self.target, &self.root, self.policy).await?;
        Ok(open.witnessed(self.witness.clone()))
    }
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn existing(dir: &Path) -> Result<Installation, StartError> {
    if dir.join(ROOT_KEY).exists() {
        return Ok(Installation::development(dir));
    }
    Err(StartError::Sentence(format!(
        "there is no installation in {}; name one with --dir or --config, or begin with symbolon dev",
        dir.display()
    )))
}

fn configured(path: &Path) -> Result<Installation, StartError> {
    let config = config::read(path)?;
    Ok(Installation {
        target: config.target,
        root: config.root,
        policy: Policy::production(),
        socket: config.socket,
        witness: config.witness,
        certificate: config.tls.map(|tls| tls.certificate),
        issuer: Some(config.issuer),
    })
}
