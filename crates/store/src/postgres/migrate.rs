//! Bringing a shared schema up to date. Several nodes may start at once: they take turns at one
//! row, which every migration's transaction locks first, and read again what is left to do.

use tokio_postgres::{Client, Error};

use super::fault;
use crate::error::OpenError;
use crate::migration::{Applied, Migration, TypeNames, outstanding};
use crate::unit::Term;

/// How often to try to create the one table that nothing locks yet: `IF NOT EXISTS` may still
/// collide with another node's, which has created it by then.
const MAX_TRIES: usize = 5;

/// `noun` is empty in the row that is locked.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
        noun TEXT COLLATE \"C\" NOT NULL,
        number BIGINT NOT NULL,
        checksum BYTEA NOT NULL,
        applied_at BIGINT NOT NULL,
        PRIMARY KEY (noun, number)
    );
    INSERT INTO migration (noun, number, checksum, applied_at) VALUES ('', 0, '', 0)
    ON CONFLICT DO NOTHING";

const LOCK: &str = "SELECT number FROM migration WHERE noun = '' AND number = 0 FOR UPDATE";

const APPLIED: &str = "SELECT noun, number, checksum FROM migration WHERE noun <> '' \
                       ORDER BY noun, number";

const RECORD: &str = "INSERT INTO migration (noun, number, checksum, applied_at) \
                      VALUES ($1, $2, $3, CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT))";

/// Applies what is new, each migration in a transaction with its record. Answers the term.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Changed`], [`OpenError::Migration`].
pub(super) async fn migrate(
    client: &Client,
    names: TypeNames,
    migrations: &[Migration],
) -> Result<Term, OpenError> {
    create_table(client)
        .await
        .map_err(|error| unreachable(&error))?;
    while next(client, names, migrations).await? {}
    let head = client
        .query_one("SELECT term FROM head WHERE id = 1", &[])
        .await;
    let term = head.and_then(|row| row.try_get(0));
    term.map(Term).map_err(|error| unreachable(&error))
}

async fn create_table(client: &Client) -> Result<(), Error> {
    let mut tries = 1;
    loop {
        match client.batch_execute(TABLE).await {
            Err(error) if error.code().is_some() && tries < MAX_TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

/// Applies one migration; answers whether there was one left.
async fn next(
    client: &Client,
    names: TypeNames,
    migrations: &[Migration],
) -> Result<bool, OpenError> {
    client
        .batch_execute("BEGIN")
        .await
        .map_err(|error| unreachable(&error))?;
    let outcome = locked(client, names, migrations).await;
    let end = if outcome.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = client.batch_execute(end).await;
    let applied = outcome?;
    ended.map_err(|error| unreachable(&error))?;
    Ok(applied)
}

async fn locked(
    client: &Client,
    names: TypeNames,
    migrations: &[Migration],
) -> Result<bool, OpenError> {
    let read = |error: Error| unreachable(&error);
    client.query_one(LOCK, &[]).await.map_err(read)?;
    let rows = client.query(APPLIED, &[]).await.map_err(read)?;
    let applied: Result<Vec<Applied>, Error> = rows
        .iter()
        .map(|row| {
            Ok(Applied {
                noun: row.try_get(0)?,
                number: row.try_get(1)?,
                checksum: row.try_get(2)?,
            })
        })
        .collect();
    let left = outstanding(migrations, &applied.map_err(read)?)?;
    let Some(migration) = left.first() else {
        return Ok(false);
    };
    let number = i64::from(migration.number);
    let failed = |error: Error| OpenError::Migration {
        migration: Migration::name(migration.noun, number),
        reason: fault::reason(&error),
    };
    client
        .batch_execute(&names.apply(migration.sql))
        .await
        .map_err(failed)?;
    client
        .execute(RECORD, &[&migration.noun, &number, &migration.checksum()])
        .await
        .map_err(failed)?;
    Ok(true)
}

fn unreachable(error: &Error) -> OpenError {
    OpenError::Unreachable {
        reason: fault::reason(error),
    }
}
