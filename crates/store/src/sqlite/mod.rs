//! The engine inside: one file, one process, one writer, readers beside it.

mod backup;
mod bind;
mod file;
mod reader;
mod schema;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use crate::error::{BackupError, OpenError, Unavailable};
use crate::migration::Migration;
use crate::queue::{Command, Shared};
use crate::unit::Sequence;
use crate::value::{Row, Value};

use self::reader::Readers;
use self::writer::Writer;

/// An open file.
pub(crate) struct Sqlite {
    readers: Arc<Readers>,
    path: PathBuf,
    writer: Option<JoinHandle<()>>,
    /// Held as long as anything of the file is open; named last, so dropped last.
    _lock: Arc<File>,
}

impl Sqlite {
    /// Locks, opens and migrates the file, and starts its writer. Blocks.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) fn open(
        path: &Path,
        migrations: &[Migration],
        commands: mpsc::Receiver<Command>,
    ) -> Result<(Self, Arc<Shared>), OpenError> {
        let path = file::resolve(path)?;
        let lock = Arc::new(file::lock(&path)?);
        file::make(&path)?;
        let mut connection = file::claim(&path)?;
        schema::migrate(&mut connection, migrations)?;
        file::sync_folder(&path);
        let unreachable = |error: rusqlite::Error| OpenError::Unreachable {
            reason: error.to_string(),
        };
        let (sequence, term) = file::head(&connection).map_err(unreachable)?;
        let shared = Arc::new(Shared::new(term));
        let writer = Writer::new(&path, connection, sequence, &shared);
        let held = Arc::clone(&lock);
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                writer.run(commands);
                drop(held);
            })
            .map_err(|error| OpenError::Unreachable {
                reason: error.to_string(),
            })?;
        let sqlite = Self {
            readers: Arc::new(Readers::new(&path)),
            path,
            writer: Some(writer),
            _lock: lock,
        };
        Ok((sqlite, shared))
    }

    pub(crate) fn row(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, Unavailable> {
        self.readers.row(sql, params)
    }

    pub(crate) async fn rows(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, Unavailable> {
        Arc::clone(&self.readers).rows(sql, params.to_vec()).await
    }

    /// Closes what nobody reads with now; a later read opens the file again.
    pub(crate) fn close_readers(&self) {
        self.readers.close_idle();
    }

    pub(crate) async fn backup(&self, to: &Path) -> Result<Sequence, BackupError> {
        let (from, to) = (self.path.clone(), to.to_owned());
        tokio::task::spawn_blocking(move || backup::copy(&from, &to))
            .await
            .map_err(backup::failed)?
    }
}

/// The queue's sender is gone by now, so the writer finishes what waits and stops. It closes the
/// file last, and thereby leaves one file without a log beside it.
impl Drop for Sqlite {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has said so; there is nothing left to wait for.
            drop(writer.join());
        }
    }
}
