//! One connection, made and set up the same way whoever asks.

use std::time::Duration;

use deadpool_postgres::Connect;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error, NoTls};
use tracing::debug;

use super::fault;
use super::tls::Tls;
use super::url::Address;
use crate::error::OpenError;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// How long sent bytes may stay unacknowledged, and a silent connection unquestioned.
const SILENCE: Duration = Duration::from_secs(15);

/// What every session needs. A statement that takes ten seconds is lost to whoever asked; a lock
/// that is not given within five never will be; a transaction idle for twenty has lost its node.
const SESSION: &str = "SET statement_timeout = '10s'; \
                       SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '20s'; \
                       SET client_min_messages = 'warning'";

/// What a commit means must not depend on the server's configuration: at least flushed here, and
/// on the synchronous standby where there is one.
const WRITER: &str = "SET default_transaction_isolation = 'read committed'; \
                      SELECT set_config('synchronous_commit', \
                          CASE current_setting('synchronous_commit') \
                          WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)";

/// Readers cannot write, even if told to.
const READER: &str = "SET default_transaction_read_only = on";

/// Migrations take as long as they take, and wait for another node's.
const OWNER: &str = "SET statement_timeout = 0; SET lock_timeout = 0";

/// What a connection is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// Reading.
    Reader,
    /// Committing units.
    Writer,
    /// Finding out what the server is, and changing the schema.
    Owner,
}

/// Makes connections.
pub(super) struct Connector {
    config: Config,
    tls: Option<Tls>,
}

/// A connection. Its bytes are moved by a task that ends with the client.
pub(super) struct Session {
    pub(super) client: Client,
    task: JoinHandle<()>,
}

impl Session {
    /// Cuts the connection, whatever the server still does for it.
    pub(super) fn abandon(self) {
        self.task.abort();
    }
}

impl Connector {
    /// # Errors
    /// [`OpenError::Unreachable`] where the trusted certificates cannot be read.
    pub(super) fn new(address: Address) -> Result<Self, OpenError> {
        let Address { mut config, tls } = address;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("symbolon");
        }
        config.tcp_user_timeout(SILENCE).keepalives_idle(SILENCE);
        let tls = tls.as_ref().map(Tls::new).transpose()?;
        Ok(Self { config, tls })
    }

    /// What the pool is told of the address.
    pub(super) fn config(&self) -> Config {
        self.config.clone()
    }

    pub(super) async fn connect(&self, role: Role) -> Result<Session, Error> {
        let (client, task) = if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await?;
            (client, tokio::spawn(carry(connection)))
        } else {
            let (client, connection) = self.config.connect(NoTls).await?;
            (client, tokio::spawn(carry(connection)))
        };
        let session = Session { client, task };
        let client = &session.client;
        client.batch_execute(SESSION).await?;
        match role {
            Role::Reader => client.batch_execute(READER).await?,
            Role::Writer => client.batch_execute(WRITER).await?,
            Role::Owner => client.batch_execute(OWNER).await?,
        }
        Ok(session)
    }
}

/// Moves a connection's bytes until it ends.
async fn carry(connection: impl Future<Output = Result<(), Error>>) {
    if let Err(error) = connection.await {
        debug!(reason = %fault::reason(&error), "a database connection ended");
    }
}

/// Makes the pool's connections.
pub(super) struct ForPool(pub(super) std::sync::Arc<Connector>);

impl Connect for ForPool {
    fn connect(&self, _: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), Error>> {
        Box::pin(async move {
            let session = self.0.connect(Role::Reader).await?;
            Ok((session.client, session.task))
        })
    }
}

/// What an error on connecting means.
pub(super) fn refuse(error: &Error) -> OpenError {
    let reason = fault::reason(error);
    if fault::is_foreign_protocol(error) {
        return OpenError::WrongEngine {
            reason: format!("it does not speak PostgreSQL's protocol ({reason})"),
        };
    }
    OpenError::Unreachable { reason }
}
