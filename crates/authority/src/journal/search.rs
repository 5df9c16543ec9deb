//! Search the journal, the newest first.

use serde::Serialize;
use symbolon_identity::{World, subject_key};
use symbolon_journal::{Filter, Journal, ReadError, Record};
use symbolon_store::Sequence;

/// A page of what matched.
#[derive(Debug, Serialize)]
pub struct Found {
    /// The records, the newest first.
    pub items: Vec<Record>,
    /// The `before` of the next page; `None` where there is nothing older.
    pub next: Option<i64>,
}

/// The newest records before a place that match.
///
/// # Errors
/// [`ReadError`].
pub async fn search(
    world: &World,
    filter: &Filter,
    before: Option<i64>,
    limit: usize,
) -> Result<Found, ReadError> {
    let journal = Journal::new(world.db.clone());
    let before = Sequence(before.unwrap_or(i64::MAX));
    let mut page = journal.search(filter, before, limit).await?;
    for record in &mut page.records {
        subject_key::reveal(world, &mut record.event).await?;
    }
    Ok(Found {
        items: page.records,
        next: page.before.map(|place| place.0),
    })
}
