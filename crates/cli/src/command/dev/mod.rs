//! `symbolon dev`: an authority to try things with, made whole in one directory, ready at once.
//!
//! 1. The directory, its root key and its database are made where they are not there.
//! 2. The address must be loopback. Port 0 takes the port of the start before, else a free one; where
//!    the port changes, the realm's issuer follows it.
//! 3. The demo client, resource and token are made where they are not there; their secrets are
//!    derived from the root key, so that they stay the same.
//! 4. What was made is printed, and written to `dev.json`.
//! 5. Serve, until a signal.

mod address;
mod banner;
mod demo;
mod record;
mod secret;

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use symbolon_http::Options;

use crate::exit::StartError;
use crate::listen::{Doors, Hangup, Signals, local, serve};
use crate::log;
use crate::place::{DIRECTORY, Installation};

/// Where it listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8420";

/// What is logged unless `SYMBOLON_LOG` says otherwise.
const LOG_LEVEL: &str = "info";

/// How often the feed's canary dies.
const CANARY: Duration = Duration::from_secs(5);

/// Runs an authority for development.
#[derive(Args, Debug)]
pub(crate) struct Dev {
    /// Address to listen on, loopback only; with port 0 the port of the start before, else a free one
    #[arg(long, value_name = "ADDR", default_value = LISTEN, value_parser = address::parse)]
    listen: SocketAddr,
}

impl Dev {
    /// Runs until a signal.
    ///
    /// # Errors
    /// [`StartError`].
    pub(crate) async fn run(self, dir: Option<PathBuf>) -> Result<(), StartError> {
        log::start(log::Format::Plain, LOG_LEVEL);
        address::check(self.listen)?;
        let dir = dir.unwrap_or_else(|| PathBuf::from(DIRECTORY));
        make(&dir)?;
        let installation = Installation::development(&dir);
        let open = installation.open().await?;
        let server = address::bind(self.listen, &open.world).await?;
        let socket = local(installation.socket.as_deref()).await?;
        let issuer = format!("http://{}", server.local_address());
        let demo = demo::ensure(&open, &issuer).await?;
        record::write(&dir, &demo)?;
        let options = Options {
            metrics_public: false,
            canary: Some(CANARY),
            demo: Some(demo.resource_url.clone()),
            demo_app: Some(demo.public_client_id.to_owned()),
            gate: None,
        };
        let doors = Doors {
            server,
            socket,
            signals: Signals::listen(Hangup::Leave)?,
        };
        banner::print(&dir, &demo);
        drop(demo);
        let outbound = symbolon_outbound::Options {
            private: address::loopback(),
            ..symbolon_outbound::Options::default()
        };
        serve(open, doors, options, outbound).await
    }
}

/// Step 1.
fn make(dir: &Path) -> Result<(), StartError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|error| StartError::file(dir, error))
}
