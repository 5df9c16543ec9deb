//! Tail the journal: what was written after a place, the oldest first.

use serde::Serialize;
use symbolon_identity::{World, subject_key};
use symbolon_journal::{Filter, Journal, ReadError, Record};
use symbolon_store::Sequence;

/// What was written after a place.
#[derive(Debug, Serialize)]
pub struct Tail {
    /// The records that matched, the oldest first.
    pub items: Vec<Record>,
    /// Where to go on, whether anything matched or not.
    pub after: i64,
}

/// The records after a place that match, among the next `limit` entries; without a place, none but
/// where the journal ends now.
///
/// # Errors
/// [`ReadError`].
pub async fn tail(
    world: &World,
    filter: &Filter,
    after: Option<i64>,
    limit: usize,
) -> Result<Tail, ReadError> {
    let Some(after) = after else {
        let (_, head) = world.db.head().await?;
        let (items, after) = (Vec::new(), head.0);
        return Ok(Tail { items, after });
    };
    let journal = Journal::new(world.db.clone());
    let mut news = journal.after(filter, Sequence(after), limit).await?;
    for record in &mut news.records {
        subject_key::reveal(world, &mut record.event).await?;
    }
    let (items, after) = (news.records, news.after.0);
    Ok(Tail { items, after })
}
