//! The engine outside: a PostgreSQL server that several nodes share.
//!
//! Reads go through a pool; all writes of this process go through one task ([`writer`]), in groups.
//! Nothing here needs LISTEN or advisory locks, which relatives of PostgreSQL lack.

mod bind;
mod connect;
mod fault;
mod migrate;
mod numeric;
mod probe;
mod reader;
mod tls;
mod transaction;
mod url;
mod writer;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::error::{OpenError, Unavailable};
use crate::migration::Migration;
use crate::queue::{Command, Shared};
use crate::value::{Row, Value};

use self::connect::{Connector, Role};
use self::reader::Readers;
use self::writer::Writer;

/// A server that was found fit. Its writer ends when nobody can ask it any more.
pub(crate) struct Postgres {
    readers: Readers,
}

impl Postgres {
    /// Connects, finds out what the server is, brings the schema up to date, starts the writer.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) async fn open(
        url: &str,
        connections: usize,
        ca: Option<&Path>,
        migrations: &[Migration],
        commands: mpsc::Receiver<Command>,
    ) -> Result<(Self, Arc<Shared>), OpenError> {
        let connector = Arc::new(Connector::new(url::parse(url, ca)?)?);
        let session = connector
            .connect(Role::Owner)
            .await
            .map_err(|error| connect::refuse(&error))?;
        let names = probe::judge(&probe::ask(&session.client).await?)?;
        let term = migrate::migrate(&session.client, names, migrations).await?;
        drop(session);
        let shared = Arc::new(Shared::new(term));
        let writer = Writer::new(Arc::clone(&connector), Arc::clone(&shared));
        tokio::spawn(writer.run(commands));
        let postgres = Self {
            readers: Readers::new(connector, connections)?,
        };
        Ok((postgres, shared))
    }

    pub(crate) async fn row(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, Unavailable> {
        let rows = self.readers.read(sql, params, 1).await?;
        Ok(rows.into_iter().next())
    }

    pub(crate) async fn rows(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, Unavailable> {
        self.readers.all(sql, params).await
    }
}
