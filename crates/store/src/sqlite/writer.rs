//! The one thread that writes: it takes what waits, makes it durable with one flush, and answers.
//!
//! 1. Take up to [`MAX_GROUP`] units.
//! 2. Run each unit's steps in a savepoint; a step that finds other rows than it expects undoes its
//!    own unit and no other.
//! 3. Give each unit that stands its places in the journal.
//! 4. Commit. From here on it is durable.
//! 5. Tell the listener, then answer.
//!
//! What fails beyond one unit (disk full, I/O error, a flush that failed) undoes the whole group:
//! everybody is told that nothing is known to be written, and the next group finds the file as the
//! last commit left it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, ffi};
use tokio::sync::mpsc;
use tracing::warn;

use super::{bind, file};
use crate::error::{CommitError, Unavailable, WriteFault};
use crate::queue::{Command, MAX_GROUP, Outcome, Shared, Waiting, answer};
use crate::unit::{Committed, Rows, Sequence, Step, Term, Unit};
use crate::value::Value;

const HEAD: &str = "UPDATE head SET sequence = $1 WHERE id = 1";
const ENTRY: &str = "INSERT INTO journal (sequence, followed, entry) VALUES (?1, ?2, ?3)";
/// How long a look, or a probe, waits for another program to let go of the file: whoever asks waits
/// for it himself.
const PATIENCE: Duration = Duration::from_millis(500);

const TERM: &str = "UPDATE head SET term = $1 WHERE id = 1";
const PROBE: &str = "UPDATE head SET probes = probes + 1 WHERE id = 1";

/// What the writing thread owns.
pub(super) struct Writer {
    path: PathBuf,
    /// None after a failure that it may not have survived.
    connection: Option<Connection>,
    /// The last entry's place, as of the last commit.
    sequence: Sequence,
    shared: Arc<Shared>,
}

/// Why a step did not pass.
enum Fault {
    /// Its own unit's: the others go on.
    Unit(CommitError),
    /// Everybody's.
    Group(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Group(error)
    }
}

impl Writer {
    pub(super) fn new(
        path: &Path,
        connection: Connection,
        sequence: Sequence,
        shared: &Arc<Shared>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            connection: Some(connection),
            sequence,
            shared: Arc::clone(shared),
        }
    }

    /// Writes until nobody can ask any more.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut taken = Vec::with_capacity(MAX_GROUP);
        let mut closing = Vec::new();
        while commands.blocking_recv_many(&mut taken, MAX_GROUP) > 0 {
            let mut group = Vec::with_capacity(taken.len());
            for command in taken.drain(..) {
                match command {
                    Command::Commit(waiting) => group.push(waiting),
                    Command::BeginTerm { at_least, reply } => {
                        self.group(std::mem::take(&mut group));
                        let term = self.attempt(|writer| writer.begin_term(at_least));
                        let _ = reply.send(term);
                    }
                    Command::Probe(reply) => {
                        self.group(std::mem::take(&mut group));
                        let _ = reply.send(self.attempt(Self::probe));
                    }
                    Command::Look(reply) => {
                        self.look();
                        let _ = reply.send(());
                    }
                    Command::Close(reply) => {
                        commands.close();
                        closing.push(reply);
                    }
                }
            }
            self.group(group);
        }
        // Closing the connection moves the log into the file, if no reader is left.
        drop(self.connection.take());
        for reply in closing {
            // Whoever closes may have stopped waiting.
            let _ = reply.send(());
        }
    }

    fn group(&mut self, group: Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        let outcome = self.attempt(|writer| writer.write(&group));
        answer(group, outcome, &self.shared);
        self.bound_log();
    }

    /// Runs a transaction; where it fails, makes sure that nothing of it is left.
    fn attempt<T>(
        &mut self,
        transaction: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> Result<T, Unavailable> {
        let outcome = transaction(self).map_err(|error| {
            self.undo();
            (Unavailable::because(error.to_string()), blamed(&error))
        });
        let told = outcome.as_ref().map(|_| ()).map_err(|(error, _)| error);
        self.shared.wrote(told);
        outcome.map_err(|(error, fault)| {
            self.shared.blame(fault);
            error
        })
    }

    /// The connection, opened again if it was given up.
    fn connection(&mut self) -> rusqlite::Result<&Connection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.reopen()?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Opens the file again and catches up with it: a commit that was reported as failed may yet be
    /// there, and then the listener must know.
    fn reopen(&mut self) -> rusqlite::Result<Connection> {
        let connection = file::open_writer(&self.path)?;
        let (sequence, term) = file::head(&connection)?;
        if sequence != self.sequence {
            warn!(
                expected = self.sequence.0,
                found = sequence.0,
                "a write that failed is in the database after all"
            );
            let mut statement = connection.prepare(
                "SELECT sequence, entry FROM journal WHERE followed = 1 AND sequence > ?1 \
                 ORDER BY sequence",
            )?;
            let entries = statement
                .query_map([self.sequence.0], |row| {
                    Ok((Sequence(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let followed: Vec<_> = entries.iter().map(|(at, bytes)| (*at, &**bytes)).collect();
            self.shared.tell(&followed);
        }
        self.sequence = sequence;
        self.shared.set_term(term);
        Ok(connection)
    }

    /// Gives up an open transaction, and the connection with it unless the file stands as known.
    fn undo(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let undone = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        if undone && file::head(&connection).is_ok_and(|(found, _)| found == self.sequence) {
            self.connection = Some(connection);
        }
    }

    /// Steps 2 to 4.
    fn write(&mut self, group: &[Waiting]) -> rusqlite::Result<Vec<Outcome>> {
        // Opening anew may find the file further on than was known.
        self.connection()?;
        let (before, term) = (self.sequence, self.shared.term());
        let connection = self.connection()?;
        run(connection, "BEGIN IMMEDIATE")?;
        let mut sequence = before;
        let mut outcomes = Vec::with_capacity(group.len());
        for waiting in group {
            match unit(connection, &waiting.unit, &mut sequence) {
                Ok(()) => outcomes.push(Ok(Committed { sequence, term })),
                Err(Fault::Unit(error)) => outcomes.push(Err(error)),
                Err(Fault::Group(error)) => return Err(error),
            }
        }
        if sequence != before {
            bind::execute(connection, HEAD, &[Value::Integer(sequence.0)])?;
        }
        run(connection, "COMMIT")?;
        self.sequence = sequence;
        Ok(outcomes)
    }

    fn begin_term(&mut self, at_least: Term) -> rusqlite::Result<Term> {
        let connection = self.connection()?;
        let (_, current) = file::head(connection)?;
        let term = Term(at_least.0.max(current.0.saturating_add(1)));
        bind::execute(connection, TERM, &[Value::Integer(term.0)])?;
        self.shared.set_term(term);
        Ok(term)
    }

    fn probe(&mut self) -> rusqlite::Result<()> {
        let connection = self.connection()?;
        connection.busy_timeout(PATIENCE)?;
        let probed = bind::execute(connection, PROBE, &[]).map(|_| ());
        connection.busy_timeout(file::BUSY)?;
        probed
    }

    /// Whether another program keeps this one from writing. A look that succeeds proves nothing
    /// about the disk, so it takes no fault back.
    fn look(&mut self) {
        let looked = self.connection().and_then(|connection| {
            connection.busy_timeout(PATIENCE)?;
            let looked = file::may_write(connection);
            connection.busy_timeout(file::BUSY)?;
            looked
        });
        if let Err(error) = looked {
            let unavailable = Unavailable::because(error.to_string());
            self.shared.wrote(Err(&unavailable));
            self.shared.blame(blamed(&error));
        }
    }

    /// Where readers have kept the log from beginning anew, waits for them, so that it cannot grow
    /// without end.
    fn bound_log(&self) {
        let log = file::with_suffix(&self.path, "-wal");
        let too_long = log.metadata().is_ok_and(|log| log.len() > file::MAX_LOG);
        if too_long
            && let Some(connection) = &self.connection
            && let Err(error) =
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        {
            warn!(%error, "the write-ahead log cannot be shortened");
        }
    }
}

/// What an operator can do about an error.
fn blamed(error: &rusqlite::Error) -> WriteFault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => WriteFault::Held,
        Some(ErrorCode::DiskFull) => WriteFault::Full,
        Some(_) | None => WriteFault::Failed,
    }
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(|_| ())
}

/// Steps 2 and 3 for one unit.
fn unit(connection: &Connection, unit: &Unit, sequence: &mut Sequence) -> Result<(), Fault> {
    if !unit.steps.is_empty() {
        run(connection, "SAVEPOINT unit")?;
        let passed = steps(connection, &unit.steps);
        if let Err(Fault::Unit(_)) = passed {
            run(connection, "ROLLBACK TO unit")?;
        }
        if !matches!(passed, Err(Fault::Group(_))) {
            run(connection, "RELEASE unit")?;
        }
        passed?;
    }
    if unit.entries.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(ENTRY)?;
    for entry in &unit.entries {
        sequence.0 += 1;
        let followed = entry.followed.then_some(1_i64);
        insert.execute((sequence.0, followed, &*entry.bytes))?;
    }
    Ok(())
}

fn steps(connection: &Connection, steps: &[Step]) -> Result<(), Fault> {
    for (index, step) in steps.iter().enumerate() {
        let changed = bind::execute(connection, step.sql, &step.params)
            .map_err(|error| fault(connection, error, index))?;
        if step.expect == Rows::One && changed != 1 {
            return Err(Fault::Unit(CommitError::Conflict { step: index }));
        }
    }
    Ok(())
}

/// Whose an error is. What undid the transaction, or comes from the disk, is everybody's.
fn fault(connection: &Connection, error: rusqlite::Error, step: usize) -> Fault {
    const TAKEN: [i32; 3] = [
        ffi::SQLITE_CONSTRAINT_UNIQUE,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_ROWID,
    ];
    if connection.is_autocommit() {
        return Fault::Group(error);
    }
    let extended = error.sqlite_error().map(|inner| inner.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) if extended.is_some_and(|it| TAKEN.contains(&it)) => {
            Fault::Unit(CommitError::Conflict { step })
        }
        // The statement's own: its text, its parameters, a constraint other than uniqueness.
        Some(
            ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch
            | ErrorCode::TooBig
            | ErrorCode::ParameterOutOfRange
            | ErrorCode::Unknown,
        )
        | None => Fault::Unit(CommitError::Unavailable(Unavailable::because(
            error.to_string(),
        ))),
        Some(_) => Fault::Group(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;
    use crate::migration::Migration;
    use crate::sqlite::schema;
    use crate::unit::Entry;

    const BLOBS: &[Migration] = &[Migration {
        noun: "blob",
        number: 1,
        sql: "CREATE TABLE blob (id BIGINT PRIMARY KEY, bytes BLOB NOT NULL);",
    }];

    struct Bench {
        writer: Writer,
        heard: Arc<Mutex<Vec<i64>>>,
        _folder: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("db");
            file::make(&path).unwrap();
            let mut connection = file::claim(&path).unwrap();
            schema::migrate(&mut connection, BLOBS).unwrap();
            let shared = Arc::new(Shared::new(Term(1)));
            let heard = Arc::new(Mutex::new(Vec::new()));
            let sink = Arc::clone(&heard);
            shared.set_sink(Arc::new(move |entries| {
                let places = entries.iter().map(|(place, _)| place.0);
                sink.lock().unwrap().extend(places);
            }));
            Self {
                writer: Writer::new(&path, connection, Sequence(0), &shared),
                heard,
                _folder: folder,
            }
        }

        /// Writes one group; answers who succeeded.
        fn write(&mut self, units: Vec<Unit>) -> Vec<Outcome> {
            let (group, answers): (Vec<_>, Vec<_>) = units
                .into_iter()
                .map(|unit| {
                    let (reply, answer) = oneshot::channel();
                    (Waiting { unit, reply }, answer)
                })
                .unzip();
            self.writer.group(group);
            let answers = answers.into_iter();
            answers.map(|it| it.blocking_recv().unwrap()).collect()
        }

        /// Lets the file grow by so many pages and no more, as a full disk does.
        fn fill_disk(&self, spare: i64) {
            let connection = self.writer.connection.as_ref().unwrap();
            let pages: i64 = connection
                .query_row("PRAGMA page_count", [], |row| row.get(0))
                .unwrap();
            connection
                .pragma_update_and_check(None, "max_page_count", pages + spare, |_| Ok(()))
                .unwrap();
        }

        fn places(&self) -> Vec<i64> {
            let reader = file::open_reader(&self.writer.path).unwrap();
            let mut rows = reader.prepare("SELECT sequence FROM journal").unwrap();
            let places = rows.query_map([], |row| row.get(0)).unwrap();
            places.collect::<rusqlite::Result<_>>().unwrap()
        }
    }

    fn unit(id: i64, size: usize) -> Unit {
        let params = vec![id.into(), Value::Bytes(vec![1; size])];
        Unit::entry(Entry {
            bytes: b"x".to_vec(),
            followed: true,
        })
        .step(Step::one(
            "INSERT INTO blob (id, bytes) VALUES ($1, $2)",
            params,
        ))
    }

    fn well(outcomes: &[Outcome]) -> Vec<bool> {
        outcomes.iter().map(Result::is_ok).collect()
    }

    #[test]
    fn a_full_disk_undoes_the_whole_group_and_the_next_one_finds_its_place() {
        let mut bench = Bench::new();
        assert_eq!(well(&bench.write(vec![unit(1, 10)])), [true]);

        bench.fill_disk(2);
        let outcomes = bench.write(vec![unit(2, 10), unit(3, 100_000), unit(4, 10)]);
        assert!(
            outcomes
                .iter()
                .all(|it| matches!(it, Err(CommitError::Unavailable(_))))
        );
        assert!(!bench.writer.shared.writable());
        assert_eq!(bench.places(), [1]);
        assert_eq!(*bench.heard.lock().unwrap(), [1]);

        bench.fill_disk(1000);
        let outcomes = bench.write(vec![unit(2, 10), unit(1, 10), unit(3, 100_000)]);
        assert_eq!(well(&outcomes), [true, false, true]);
        assert!(bench.writer.shared.writable());
        assert_eq!(bench.places(), [1, 2, 3]);
        assert_eq!(*bench.heard.lock().unwrap(), [1, 2, 3]);
    }

    #[test]
    fn a_lost_connection_is_opened_again_and_catches_up_with_the_file() {
        let mut bench = Bench::new();
        bench.write(vec![unit(1, 10)]);
        // As if a commit had been reported as failed and yet reached the file.
        bench.writer.sequence = Sequence(0);
        bench.heard.lock().unwrap().clear();
        bench.writer.connection = None;
        let outcomes = bench.write(vec![unit(2, 10)]);
        assert_eq!(well(&outcomes), [true]);
        assert_eq!(bench.places(), [1, 2]);
        assert_eq!(*bench.heard.lock().unwrap(), [1, 2]);
    }

    #[test]
    fn a_probe_writes() {
        let mut bench = Bench::new();
        let log = file::with_suffix(&bench.writer.path, "-wal");
        bench.write(vec![unit(1, 10)]);
        let before = log.metadata().unwrap().len();
        bench.writer.probe().unwrap();
        assert!(log.metadata().unwrap().len() > before);
    }

    #[test]
    fn every_commit_is_flushed_whoever_opens_the_connection() {
        let mut bench = Bench::new();
        for _ in 0..2 {
            let connection = bench.writer.connection().unwrap();
            let read = |pragma: &str| {
                let sql = format!("PRAGMA {pragma}");
                let row = connection.query_row(&sql, [], |row| row.get_ref(0).map(shown));
                row.unwrap()
            };
            assert_eq!(read("synchronous"), "2");
            assert_eq!(read("journal_mode"), "wal");
            assert_eq!(read("foreign_keys"), "1");
            bench.writer.connection = None;
        }
    }

    fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
        value
            .as_i64()
            .map(|number| number.to_string())
            .or_else(|_| value.as_str().map(str::to_owned))
            .unwrap()
    }

    #[test]
    fn a_failed_commit_leaves_no_transaction_open() {
        let mut bench = Bench::new();
        // A reference that only the commit checks.
        let connection = bench.writer.connection.as_ref().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE child (blob BIGINT REFERENCES blob (id) \
                 DEFERRABLE INITIALLY DEFERRED)",
            )
            .unwrap();
        let orphan = Step::one("INSERT INTO child (blob) VALUES ($1)", vec![77.into()]);
        let outcomes = bench.write(vec![unit(1, 10), unit(2, 10).step(orphan)]);
        assert_eq!(well(&outcomes), [false, false]);
        assert_eq!(well(&bench.write(vec![unit(1, 10)])), [true]);
        assert_eq!(bench.places(), [1]);
    }

    #[test]
    fn the_log_is_cut_when_it_has_grown_too_long() {
        let mut bench = Bench::new();
        let reader = file::open_reader(&bench.writer.path).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM head").unwrap();
        // A reader that stays keeps the log from beginning anew.
        for id in 0..9 {
            bench.write(vec![unit(id, 8 * 1024 * 1024)]);
            if id == 6 {
                reader.execute_batch("COMMIT").unwrap();
            }
        }
        let log = file::with_suffix(&bench.writer.path, "-wal");
        assert!(log.metadata().unwrap().len() < file::MAX_LOG);
    }
}
