//! `symbolon gate`: a gate beside a proxy, in a process of its own.
//!
//! 1. Read its configuration, and log as it says.
//! 2. Read the key for assertions, or make one that lives as long as the process.
//! 3. Choose who judges.
//! 4. Serve, until a signal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use symbolon_gate::Judge;
use symbolon_http::server::Server;
use symbolon_http::{Alone, gate_router};
use symbolon_outbound::Outbound;

use crate::clock;
use crate::config::{GateConfig, Mode, read_gate};
use crate::exit::StartError;
use crate::gate::{Introspect, OwnKey};
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
        match config.mode {
            Mode::Introspect => {
                let outbound = Outbound::new(std::mem::take(&mut config.outbound));
                let client = (config.client_id.clone(), config.client_secret.clone());
                let judge = Introspect::new(outbound, &config.issuer, client);
                serve(config, judge).await
            }
            Mode::Follow => Err(StartError::Sentence(format!(
                "{}: gate.mode \"follow\" is not there yet; use \"introspect\"",
                path.display()
            ))),
        }
    }
}

/// Steps 2 and 4.
async fn serve<J: Judge + 'static>(config: GateConfig, judge: J) -> Result<(), StartError> {
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
    };
    tracing::info!(issuer = %config.issuer, %address, "ready");
    output::line(&format!("The gate for {} is on {address}", config.issuer));
    let drained = server.run(gate_router(Arc::new(alone)), signals.next());
    let cut = drained.await?.cut;
    tracing::info!(connections.cut = cut, "stopped");
    Ok(())
}
