//! The table `journal_segment`.

use symbolon_store::{ColumnError, Db, Row, Sequence, Step, Unavailable};
use symbolon_token::time::Time;

use super::Segment;
use crate::merkle::{Frontier, Hash};

/// Segments read by one statement: each has up to 33 KiB.
pub(super) const PAGE: usize = 32;

const AFTER: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, dropped, \
                     kid, signature FROM journal_segment WHERE first > $1 ORDER BY first LIMIT 32";

const LAST: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, dropped, \
                    kid, signature FROM journal_segment ORDER BY first DESC LIMIT 1";

const HOLDING: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, \
                       dropped, kid, signature FROM journal_segment \
                       WHERE last >= $1 AND first <= $2 ORDER BY first LIMIT 32";

const BLOCKS: &str = "SELECT last, block FROM journal_segment \
                      WHERE last > $1 AND last <= $2 AND block IS NOT NULL \
                      ORDER BY last LIMIT 10000";

/// Roots of blocks read by one statement.
const BLOCKS_PAGE: usize = 10_000;

const INSERT: &str = "INSERT INTO journal_segment (first, last, begins_at, ends_at, root_before, \
                      peaks, block, digests, dropped, kid, signature) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                      ON CONFLICT (first) DO NOTHING";

/// Of several nodes that seal the same run, one finds no row there.
pub(super) fn insert(segment: &Segment) -> Step {
    let block = segment.block.as_ref().map(|block| &block[..]);
    let params = vec![
        segment.first.0.into(),
        segment.last.0.into(),
        segment.begins_at.0.into(),
        segment.ends_at.0.into(),
        segment.before[..].into(),
        segment.tree.to_bytes().into(),
        block.into(),
        segment.digests.as_slice().into(),
        segment.dropped_bytes().into(),
        segment.kid.as_str().into(),
        segment.signature.as_slice().into(),
    ];
    Step::one(INSERT, params)
}

/// The last segment.
pub(super) async fn last(db: &Db) -> Result<Option<Segment>, Unavailable> {
    let row = db.row(LAST, &[]).await?;
    row.map(|row| read(&row)).transpose().map_err(unreadable)
}

/// The segments that begin after a place, the first of them first, at most [`PAGE`].
pub(super) async fn after(db: &Db, place: Sequence) -> Result<Vec<Segment>, Unavailable> {
    let rows = db.rows(AFTER, &[place.0.into()]).await?;
    let segments: Result<_, _> = rows.iter().map(read).collect();
    segments.map_err(unreadable)
}

/// The segments that hold any of these places.
pub(super) async fn holding(
    db: &Db,
    (first, last): (Sequence, Sequence),
) -> Result<Vec<Segment>, Unavailable> {
    let (mut segments, mut from) = (Vec::new(), first.0);
    loop {
        let rows = db.rows(HOLDING, &[from.into(), last.0.into()]).await?;
        let page: Result<Vec<_>, _> = rows.iter().map(read).collect();
        segments.extend(page.map_err(unreadable)?);
        match segments.last() {
            Some(end) if rows.len() == PAGE => from = end.last.0 + 1,
            Some(_) | None => return Ok(segments),
        }
    }
}

/// The roots of whole blocks that end at these places, by the place where each ends.
pub(super) async fn blocks(
    db: &Db,
    (first, last): (u64, u64),
) -> Result<Vec<(u64, Hash)>, Unavailable> {
    let place = |place: u64| i64::try_from(place).unwrap_or(i64::MAX);
    let (mut blocks, mut after) = (Vec::new(), place(first) - 1);
    loop {
        let rows = db.rows(BLOCKS, &[after.into(), place(last).into()]).await?;
        for row in &rows {
            let read = || Ok((row.integer(0)?, hash(row.bytes(1)?)));
            let (end, root) = read().map_err(unreadable)?;
            blocks.extend(u64::try_from(end).ok().zip(root));
            after = end;
        }
        if rows.len() < BLOCKS_PAGE {
            return Ok(blocks);
        }
    }
}

fn read(row: &Row) -> Result<Segment, ColumnError> {
    let (first, last) = (row.integer(0)?, row.integer(1)?);
    let wrong = |column, expected| ColumnError { column, expected };
    let size = u64::try_from(last).unwrap_or(0);
    let tree = Frontier::from_bytes(size, row.bytes(5)?);
    let dropped = Segment::read_dropped(row.bytes(8)?);
    Ok(Segment {
        first: Sequence(first),
        last: Sequence(last),
        begins_at: Time(row.integer(2)?),
        ends_at: Time(row.integer(3)?),
        before: hash(row.bytes(4)?).ok_or(wrong(4, "a hash"))?,
        tree: tree.ok_or(wrong(5, "peaks of a tree of its size"))?,
        block: match row.optional_bytes(6)? {
            Some(bytes) => Some(hash(bytes).ok_or(wrong(6, "a hash"))?),
            None => None,
        },
        digests: row.bytes(7)?.to_vec(),
        dropped: dropped.ok_or(wrong(8, "dropped entries"))?,
        kid: row.text(9)?.to_owned(),
        signature: row.bytes(10)?.to_vec(),
    })
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

fn unreadable(error: ColumnError) -> Unavailable {
    Unavailable {
        reason: format!("a segment of the journal cannot be read: {error}"),
    }
}
