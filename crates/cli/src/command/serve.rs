//! `symbolon serve`: an authority as configured, for production.
//!
//! 1. Read the configuration, and log as it says.
//! 2. Open the installation and its doors.
//! 3. The first start makes the realm `main`. Later ones find the issuer as it was: tokens name it.
//! 4. Until somebody has used one, each start prints a one-time link by which an operator enters.
//! 5. Serve, until a signal.

use std::path::{Path, PathBuf};

use clap::Args;
use symbolon_authority::setup;
use symbolon_http::Options;
use symbolon_http::server::{Listen, Server};
use symbolon_identity::World;
use symbolon_identity::realm::{self, Issuer, NewRealm};
use symbolon_keys::signing_key::Policy;

use crate::clock;
use crate::config::{self, Config};
use crate::exit::StartError;
use crate::listen::{Doors, Hangup, Signals, local, serve};
use crate::log;
use crate::open::{open, own_call};
use crate::output;
use crate::place::CONFIG;

/// The first realm's name.
const REALM: &str = "main";

/// Runs an authority as configured.
#[derive(Args, Debug)]
pub(crate) struct Serve {}

impl Serve {
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
                    "there is no {CONFIG} here; name a configuration with --config or \
                     SYMBOLON_CONFIG, or try symbolon dev, which needs none"
                )));
            }
        };
        let config = config::read(&path)?;
        log::start(config.log_format, &config.log_level);
        let open = open(&config.target, &config.root, Policy::production()).await?;
        let open = open.witnessed(config.witness.clone());
        let server = Server::bind(&listen(&config)).await?;
        let socket = local(config.socket.as_deref()).await?;
        ensure_realm(&open.world, &config.issuer).await?;
        invite(&open.world).await?;
        let options = Options {
            metrics_public: config.metrics_public,
            canary: config.canary,
            demo: None,
            demo_app: None,
            gate: config.gate.clone(),
        };
        let address = server.local_address();
        let doors = Doors {
            server,
            socket,
            signals: Signals::listen(Hangup::Stay)?,
        };
        tracing::info!(issuer = %config.issuer, %address, "ready");
        output::line(&format!("Symbolon serves {} on {address}", config.issuer));
        serve(open, doors, options, config.outbound).await
    }
}

fn listen(config: &Config) -> Listen {
    Listen {
        address: config.listen,
        tls: config.tls.clone(),
        proxies: config.proxies.clone(),
        limits: config.limits.clone(),
    }
}

/// Step 3.
async fn ensure_realm(world: &World, issuer: &Issuer) -> Result<(), StartError> {
    if world.realms.first().is_none() {
        let new = NewRealm {
            name: REALM.to_owned(),
            issuer: issuer.to_string(),
        };
        let made = realm::create_first(world, &own_call(world), new).await?;
        // Another node that started at the same moment may have made it.
        world.catch_up(clock::now()).await?;
        if let Some(realm) = made {
            tracing::info!(realm.name = realm.name, issuer = %realm.issuer, "the first realm was made");
        }
    }
    match world.realms.first() {
        Some(first) if first.issuer != *issuer => Err(StartError::Sentence(format!(
            "the configuration's issuer is {issuer}, but this database was begun with {}, which \
             every token and verifier names; configure that one, or begin a new database",
            first.issuer
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Step 4.
async fn invite(world: &World) -> Result<(), StartError> {
    let Some(realm) = world.realms.first() else {
        return Ok(());
    };
    if setup::is_due(world).await? {
        let text = setup::issue(world, &own_call(world), &realm).await?;
        output::line(&format!(
            "One-time link for the operator, valid {} minutes: {}/setup/{}",
            setup::LIFETIME.as_secs() / 60,
            realm.issuer,
            text.reveal()
        ));
    }
    Ok(())
}
