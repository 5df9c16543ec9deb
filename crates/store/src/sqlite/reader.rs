//! Reading beside the writer: each reader sees the last commit before it began.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{bind, file};
use crate::db::MAX_ROWS;
use crate::error::Unavailable;
use crate::value::{Row, Value};

/// Connections kept open for the next reader. More may be open for a moment: as many as there are
/// threads that read.
const MAX_IDLE: usize = 16;

/// Reads of many rows under way at once.
const MAX_SCANS: usize = 8;

/// Connections that only read.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    scans: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Vec::with_capacity(MAX_IDLE)),
            scans: Arc::new(Semaphore::new(MAX_SCANS)),
        }
    }

    pub(super) fn row(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, Unavailable> {
        let rows = self.read(sql, params, 1)?;
        Ok(rows.into_iter().next())
    }

    pub(super) async fn rows(
        self: Arc<Self>,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, Unavailable> {
        let turn = Arc::clone(&self.scans).acquire_owned().await;
        let reading = tokio::task::spawn_blocking(move || {
            let rows = self.read(sql, &params, MAX_ROWS + 1);
            drop(turn);
            rows
        });
        let rows = reading
            .await
            .map_err(|stopped| Unavailable::because(stopped.to_string()))??;
        if rows.len() > MAX_ROWS {
            return Err(Unavailable::because(format!("more than {MAX_ROWS} rows")));
        }
        Ok(rows)
    }

    fn read(&self, sql: &str, params: &[Value], limit: usize) -> Result<Vec<Row>, Unavailable> {
        let read = || {
            let connection = self.take()?;
            let rows = bind::read(&connection, sql, params, limit);
            // A connection that saw an error is not kept: the error may be its own.
            if rows.is_ok() {
                self.put_back(connection);
            }
            rows
        };
        read().map_err(|error| Unavailable::because(error.to_string()))
    }

    fn take(&self) -> rusqlite::Result<Connection> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| file::open_reader(&self.path), Ok)
    }

    /// Closes what nobody uses now.
    pub(super) fn close_idle(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn put_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(connection);
        }
    }
}
