//! `symbolon gate`: a gate beside a proxy, in a process of its own.
//!
//! 1. Read its configuration, and log as it says.
//! 2. Read the key for assertions, or make one that lives as long as the process.
//! 3. Choose who judges. Where that is the authority's feed, wait a moment until it has come.
//! 4. Serve, until a signal; then take leave of the feed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use symbolon_gate::Judge;
use symbolon_http::server::Server;
use symbolon_http::{Alone, GateCounts, Known, Meter, gate_router};
use symbolon_outbound::Outbound;

use crate::clock;
use crate::config::{GateConfig, Mode, read_gate};
use crate::exit::StartError;
use crate::gate::{Account, Follower, Introspect, OwnKey};
use crate::listen::{Hangup, Signals};
use crate::log;
use crate::output;

/// The configuration looked for in the current directory.
const CONFIG: &str = "gate.toml";

/// Runs a gate beside a proxy.
#[derive(Args, Debug)]
pub(crate) struct Gate {}

impl Gate {
    /// Runs until a signal.
    ///
    /// # Errors
    /// [`StartError`].
    pub(crate) async fn run(self, path: Option<PathBuf>) -> Result<(), StartError> {
        let path = match path {
            Some(path) => path,
            None if Path::new(CONFIG).exists() => PathBuf::from(CONFIG),
            None => {
                return Err(StartError::Sentence(format!(
                    "there is no {CONFIG} here; name a gate's configuration with --config or \
                     SYMBOLON_CONFIG"
                )));
            }
        };
        let mut config = read_gate(&path)?;
        log::start(config.log_format, &config.log_level);
        let outbound = Outbound::new(std::mem::take(&mut config.outbound));
        let client = (config.client_id.clone(), config.client_secret.clone());
        let counts = Arc::new(GateCounts::default());
        let introspect = Introspect::new(outbound, &config.issuer, client, Arc::clone(&counts));
        match config.mode {
            Mode::Introspect => {
                let nothing = Arc::new(Vec::new);
                serve(config, introspect, (counts, nothing)).await
            }
            Mode::Follow => {
                let account = Account {
                    issuer: &config.issuer,
                    client_id: &config.client_id,
                    client_secret: &config.client_secret,
                    extra_ca: config.extra_ca.as_deref(),
                };
                let audiences = config.gate.audiences();
                let (judge, feeds) =
                    Follower::start(&account, &audiences, config.following, introspect)?;
                feeds.ready().await;
                let known = Arc::new(judge.known());
                let served = serve(config, judge, (counts, known)).await;
                feeds.leave().await;
                served
            }
        }
    }
}

/// Steps 2 and 4.
async fn serve<J: Judge + 'static>(
    config: GateConfig,
    judge: J,
    (counts, known): (Arc<GateCounts>, Arc<dyn Fn() -> Vec<Known> + Send + Sync>),
) -> Result<(), StartError> {
    let (signer, jwks) = match &config.assertion_key {
        Some(path) => OwnKey::read(path)?,
        None => OwnKey::make()?,
    };
    let server = Server::bind(&config.listen).await?;
    let address = server.local_address();
    let signals = Signals::listen(Hangup::Stay)?;
    let alone = Alone {
        gate: config.gate,
        judge,
        signer,
        jwks: config.asserts.then_some(jwks),
        clock: Arc::new(clock::now),
        meter: Meter {
            counts,
            known,
            public: config.metrics_public,
        },
    };
    tracing::info!(issuer = %config.issuer, %address, "ready");
    output::line(&format!("The gate for {} is on {address}", config.issuer));
    let drained = server.run(gate_router(Arc::new(alone)), signals.next());
    let cut = drained.await?.cut;
    tracing::info!(connections.cut = cut, "stopped");
    Ok(())
}
