//! Carry over what died after the backup: the replaced database knows it, and what is dead stays dead.
//!
//! Nodes carry the state of clients, secrets, subjects and keys: an ended secret proves nothing that
//! lives, for its descendants are dead. Used assertions stay used, and who was erased stays erased. Codes, refresh tokens and sessions
//! of the restored past need no list: with the new term their realm's epoch is above theirs.

use symbolon_identity::LoadError;
use symbolon_store::{CommitError, Db, Row, Step, Unit, Value};

use super::rows;

/// What was carried over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried {
    /// Nodes.
    pub(super) deaths: usize,
    /// Used assertions.
    pub(super) assertions: usize,
    /// Persons that were erased.
    pub(super) erasures: usize,
}

/// Carries it over.
///
/// # Errors
/// [`LoadError`]; what was written so far is no harm.
pub(super) async fn carry(from: &Db, to: &Db) -> Result<Carried, LoadError> {
    Ok(Carried {
        deaths: nodes(from, to).await?,
        assertions: assertions(from, to).await?,
        erasures: erasures(from, to).await?,
    })
}

/// Counts what would be carried over at most: what the other database knows already is counted too.
///
/// # Errors
/// [`LoadError`].
pub(super) async fn count(from: &Db) -> Result<Carried, LoadError> {
    let of = async |sql| -> Result<usize, LoadError> {
        let row = from.row(sql, &[]).await?;
        let count = row.map(|row| row.integer(0)).transpose()?;
        Ok(usize::try_from(count.unwrap_or(0)).unwrap_or(0))
    };
    Ok(Carried {
        deaths: of(rows::COUNT_NODES).await?,
        assertions: of(rows::COUNT_ASSERTIONS).await?,
        erasures: of(rows::COUNT_ERASED).await?,
    })
}

/// One-time links that waited when the backup was made may have been spent since.
///
/// # Errors
/// [`LoadError`].
pub(super) async fn forget_links(to: &Db) -> Result<(), LoadError> {
    write(to, rows::no_links().into()).await
}

async fn nodes(from: &Db, to: &Db) -> Result<usize, LoadError> {
    let (mut count, mut after) = (0, -1_i64);
    loop {
        let page = from.rows(rows::NODES, &[after.into()]).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = last.integer(0)?;
        count += page.len();
        let mut steps = Vec::with_capacity(page.len());
        for row in &page {
            steps.push(rows::raise(integers(row, 5)?));
        }
        write(to, steps).await?;
    }
}

async fn assertions(from: &Db, to: &Db) -> Result<usize, LoadError> {
    let (mut count, mut client, mut digest) = (0, -1_i64, Vec::new());
    loop {
        let after = [client.into(), digest.as_slice().into()];
        let page = from.rows(rows::ASSERTIONS, &after).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        (client, digest) = (last.integer(0)?, last.bytes(1)?.to_vec());
        count += page.len();
        let mut steps = Vec::with_capacity(page.len());
        for row in &page {
            let spent = vec![
                row.integer(0)?.into(),
                row.bytes(1)?.into(),
                row.integer(2)?.into(),
            ];
            steps.push(rows::spend(spent));
        }
        write(to, steps).await?;
    }
}

async fn erasures(from: &Db, to: &Db) -> Result<usize, LoadError> {
    let (mut count, mut after) = (0, -1_i64);
    loop {
        let page = from.rows(rows::ERASED, &[after.into()]).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = last.integer(0)?;
        count += page.len();
        let mut steps = Vec::with_capacity(page.len() * 4);
        for row in &page {
            steps.extend(rows::erase(row.integer(0)?, row.integer(1)?));
        }
        write(to, steps).await?;
    }
}

fn integers(row: &Row, count: usize) -> Result<Vec<Value>, LoadError> {
    let mut values = Vec::with_capacity(count);
    for column in 0..count {
        values.push(row.integer(column)?.into());
    }
    Ok(values)
}

async fn write(to: &Db, steps: Vec<Step>) -> Result<(), LoadError> {
    match to.commit(Unit::default().steps(steps)).await {
        // No step expects a number of rows, so none conflicts.
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
