//! The one door to either engine.

use std::path::Path;
use std::sync::Arc;

use crate::error::{BackupError, CommitError, OpenError, Unavailable, WriteFault};
use crate::migration::Migration;
use crate::postgres::Postgres;
use crate::queue::{Command, Queue, Shared};
use crate::sqlite::Sqlite;
use crate::target::Target;
use crate::unit::{Committed, Sequence, Term, Unit, Written};
use crate::value::{ColumnError, Row, Value};

/// Rows that one read may return; more is an error, for whoever reads so much must page.
pub const MAX_ROWS: usize = 10_000;

/// Who hears of followed entries.
pub type Sink = Arc<dyn Fn(&[(Sequence, &[u8])]) + Send + Sync>;

const HEAD: &str = "SELECT sequence, term FROM head WHERE id = 1";

const ENTRIES: &str = "SELECT sequence, entry FROM journal \
                       WHERE sequence > $1 ORDER BY sequence LIMIT $2";

const ENTRIES_BEFORE: &str = "SELECT sequence, entry FROM journal \
                              WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2";

const WRITTEN: &str = "SELECT sequence, followed, entry FROM journal \
                       WHERE sequence >= $1 AND sequence <= $2 ORDER BY sequence LIMIT $3";

const FOLLOWED: &str = "SELECT sequence, entry FROM journal \
                        WHERE followed = 1 AND sequence > $1 ORDER BY sequence LIMIT $2";

/// The same, for SQLite's planner prefers the row's own key to a partial index.
const FOLLOWED_SQLITE: &str = "SELECT sequence, entry FROM journal INDEXED BY journal_followed \
                               WHERE followed = 1 AND sequence > $1 ORDER BY sequence LIMIT $2";

/// An open database. Clones are the same one; it closes with the last of them.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

/// Fields drop in this order: without the queue the writer ends, and the engine waits for that.
struct Inner {
    queue: Queue,
    engine: Engine,
    shared: Arc<Shared>,
}

enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// Readers go first, so that the writer is the last to close a file.
impl Drop for Inner {
    fn drop(&mut self) {
        self.engine.close_readers();
    }
}

impl Engine {
    fn close_readers(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close_readers(),
            Self::Postgres(_) => {}
        }
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match &self.0.engine {
            Engine::Sqlite(_) => "Db(SQLite)",
            Engine::Postgres(_) => "Db(PostgreSQL)",
        })
    }
}

impl Db {
    /// Opens the database, makes it where it is new, and brings its schema up to date.
    ///
    /// The migrations run in the order given, after the store's own.
    ///
    /// # Errors
    /// [`OpenError`], one sentence for the operator each.
    pub async fn open(target: &Target, migrations: &[Migration]) -> Result<Self, OpenError> {
        let (queue, commands) = Queue::new();
        let (engine, shared) = match target.clone() {
            Target::Sqlite { path } => {
                let migrations = migrations.to_vec();
                let opening =
                    tokio::task::spawn_blocking(move || Sqlite::open(&path, &migrations, commands));
                let (sqlite, shared) =
                    opening.await.map_err(|stopped| OpenError::Unreachable {
                        reason: stopped.to_string(),
                    })??;
                (Engine::Sqlite(sqlite), shared)
            }
            Target::Postgres {
                url,
                connections,
                ca,
            } => {
                let opening =
                    Postgres::open(&url, connections, ca.as_deref(), migrations, commands);
                let (postgres, shared) = opening.await?;
                (Engine::Postgres(postgres), shared)
            }
        };
        Ok(Self(Arc::new(Inner {
            queue,
            engine,
            shared,
        })))
    }

    /// The first row of an answer, if there is one.
    ///
    /// For a point read: SQLite answers on the caller's own thread, within microseconds.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn row(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, Unavailable> {
        whole(params)?;
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.row(sql, params),
            Engine::Postgres(postgres) => postgres.row(sql, params).await,
        }
    }

    /// All rows of an answer, at most [`MAX_ROWS`].
    ///
    /// # Errors
    /// [`Unavailable`], also where there are more rows.
    pub async fn rows(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, Unavailable> {
        whole(params)?;
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.rows(sql, params).await,
            Engine::Postgres(postgres) => postgres.rows(sql, params).await,
        }
    }

    /// Makes a unit durable, whole or not at all, and answers once it is. Whoever stops waiting does
    /// not stop the write.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] where a step found other rows than it expected, or a unique key
    /// taken; [`CommitError::Unavailable`] where nothing is known to be written.
    pub async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        for step in &unit.steps {
            whole(&step.params)?;
        }
        self.0.queue.commit(unit).await
    }

    /// The history that this process knows of.
    #[must_use]
    pub fn term(&self) -> Term {
        self.0.shared.term()
    }

    /// Whether no other process can write here: a SQLite file is locked for the one that opened it.
    #[must_use]
    pub fn is_exclusive(&self) -> bool {
        match &self.0.engine {
            Engine::Sqlite(_) => true,
            Engine::Postgres(_) => false,
        }
    }

    /// The term, and the last entry's place; 0 before the first.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn head(&self) -> Result<(Term, Sequence), Unavailable> {
        let row = self.row(HEAD, &[]).await?;
        let row = row.ok_or_else(|| Unavailable::because("the table head is empty"))?;
        let read = |column| row.integer(column).map_err(unreadable);
        Ok((Term(read(1)?), Sequence(read(0)?)))
    }

    /// Entries after a place, oldest first, at most `limit` and at most [`MAX_ROWS`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn entries(
        &self,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Vec<u8>)>, Unavailable> {
        self.journal(ENTRIES, after, limit).await
    }

    /// Entries before a place, newest first, at most `limit` and at most [`MAX_ROWS`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn entries_before(
        &self,
        before: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Vec<u8>)>, Unavailable> {
        self.journal(ENTRIES_BEFORE, before, limit).await
    }

    /// Only the followed entries after a place, oldest first, at most `limit` and [`MAX_ROWS`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn followed(
        &self,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Vec<u8>)>, Unavailable> {
        let sql = match &self.0.engine {
            Engine::Sqlite(_) => FOLLOWED_SQLITE,
            Engine::Postgres(_) => FOLLOWED,
        };
        self.journal(sql, after, limit).await
    }

    /// The journal's rows from one place to another, both included, whole and as they stand, at most
    /// [`MAX_ROWS`]. Whoever judges the journal itself reads these: places that no entry can have, too.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn written(
        &self,
        first: Sequence,
        last: Sequence,
    ) -> Result<Vec<Written>, Unavailable> {
        let limit = i64::try_from(MAX_ROWS).unwrap_or(i64::MAX);
        let params = [first.0.into(), last.0.into(), limit.into()];
        let rows = self.rows(WRITTEN, &params).await?;
        let written = |row: Row| {
            Ok(Written {
                sequence: Sequence(row.integer(0)?),
                followed: row.optional_integer(1)? == Some(1),
                bytes: row.into_bytes(2)?,
            })
        };
        let written: Result<_, ColumnError> = rows.into_iter().map(written).collect();
        written.map_err(unreadable)
    }

    async fn journal(
        &self,
        sql: &'static str,
        place: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Vec<u8>)>, Unavailable> {
        let limit = i64::try_from(limit.min(MAX_ROWS)).unwrap_or(i64::MAX);
        let rows = self.rows(sql, &[place.0.into(), limit.into()]).await?;
        let entry = |row: &Row| Ok((Sequence(row.integer(0)?), row.bytes(1)?.to_vec()));
        let entries: Result<_, ColumnError> = rows.iter().map(entry).collect();
        entries.map_err(unreadable)
    }

    /// Names the listener for the followed entries of this process's own commits.
    ///
    /// It hears of them in order, after they are durable and before any caller of the commit is
    /// answered, so that memory is never behind an answer. It must be quick, must not block and
    /// must not wait for this database. Set it once, before the first commit.
    ///
    /// Entries of other nodes, and of a commit whose outcome was unknown, come by
    /// [`Db::followed`] alone; an entry may come both ways.
    pub fn on_commit(&self, sink: Sink) {
        self.0.shared.set_sink(sink);
    }

    /// Returns once a commit of this process has brought the journal to a place, or beyond. Commits of
    /// other processes, and those before this one opened the database, end no waiting.
    pub async fn reaches(&self, place: Sequence) {
        self.0.shared.reach.wait(place).await;
    }

    /// Copies the live database into a new file, and answers once it is on the disk.
    ///
    /// # Errors
    /// [`BackupError`]; then no file is left behind.
    pub async fn backup(&self, to: &Path) -> Result<Sequence, BackupError> {
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.backup(to).await,
            Engine::Postgres(_) => Err(BackupError::UsePostgresTools),
        }
    }

    /// Starts a new history, after a restore or a promoted standby: the current term plus one, or
    /// `at_least`, whichever is higher.
    ///
    /// Pass the seconds since 1970, so that one backup restored twice gets two terms.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn begin_term(&self, at_least: Term) -> Result<Term, Unavailable> {
        self.0
            .queue
            .ask(|reply| Command::BeginTerm { at_least, reply })
            .await?
    }

    /// Whether the last write succeeded, and a next one would be taken. Costs nothing.
    #[must_use]
    pub fn healthy(&self) -> bool {
        self.0.shared.writable() && !self.0.queue.is_closed()
    }

    /// What was wrong with the last write; `None` where it succeeded. Costs nothing.
    #[must_use]
    pub fn write_fault(&self) -> Option<WriteFault> {
        self.0.shared.write_fault()
    }

    /// Finds out whether a write would be taken, and writes nothing: another program may have taken
    /// a file's lock while nobody wrote. [`Db::healthy`] knows afterwards.
    ///
    /// # Errors
    /// [`Unavailable`] where the queue is full, or the writer gone.
    pub async fn look(&self) -> Result<(), Unavailable> {
        self.0.queue.ask(Command::Look).await
    }

    /// Tries to write something that means nothing, so that a database that could not be written is
    /// found well again though nobody writes any more.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn probe(&self) -> Result<(), Unavailable> {
        self.0.queue.ask(Command::Probe).await?
    }

    /// Finishes every write that waits, and takes no more, whoever still holds a clone.
    ///
    /// Without it, dropping the last clone of a SQLite database does the same and blocks for it.
    pub async fn close(self) {
        self.0.engine.close_readers();
        // An error says that the writer has stopped already.
        drop(self.0.queue.ask(Command::Close).await);
    }
}

fn unreadable(error: impl std::fmt::Display) -> Unavailable {
    Unavailable::because(error.to_string())
}

/// PostgreSQL cannot hold U+0000 in a text, so neither engine may.
fn whole(params: &[Value]) -> Result<(), Unavailable> {
    for param in params {
        if let Value::Text(text) = param
            && text.as_bytes().contains(&0)
        {
            return Err(Unavailable::because("a text parameter holds U+0000"));
        }
    }
    Ok(())
}
