//! Bringing a file's schema up to date. Nobody else has the file, so its lock is the only one.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::error::OpenError;
use crate::migration::{Applied, Migration, TypeNames, outstanding};

const RECORD: &str = "INSERT INTO migration (noun, number, checksum, applied_at) \
                      VALUES (?1, ?2, ?3, CAST(unixepoch('subsec') * 1000 AS INTEGER))";

/// Applies what is new, each migration in a transaction with its record.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Changed`], [`OpenError::Migration`].
pub(super) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<(), OpenError> {
    let unreachable = |error: rusqlite::Error| OpenError::Unreachable {
        reason: error.to_string(),
    };
    let applied = applied(connection).map_err(unreachable)?;
    for migration in outstanding(migrations, &applied)? {
        apply(connection, migration).map_err(|error| OpenError::Migration {
            migration: Migration::name(migration.noun, migration.number.into()),
            reason: error.to_string(),
        })?;
    }
    Ok(())
}

fn applied(connection: &Connection) -> rusqlite::Result<Vec<Applied>> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
             noun TEXT NOT NULL,
             number INTEGER NOT NULL,
             checksum BLOB NOT NULL,
             applied_at INTEGER NOT NULL,
             PRIMARY KEY (noun, number)
         )",
    )?;
    let mut statement =
        connection.prepare("SELECT noun, number, checksum FROM migration ORDER BY noun, number")?;
    let applied = statement.query_map([], |row| {
        Ok(Applied {
            noun: row.get(0)?,
            number: row.get(1)?,
            checksum: row.get(2)?,
        })
    })?;
    applied.collect()
}

fn apply(connection: &mut Connection, migration: Migration) -> rusqlite::Result<()> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    transaction.execute_batch(&TypeNames::SQLITE.apply(migration.sql))?;
    let record = params![migration.noun, migration.number, migration.checksum()];
    transaction.execute(RECORD, record)?;
    transaction.commit()
}
