//! The table `journal_segment`.

use symbolon_jose::VerifyingKey;
use symbolon_store::{ColumnError, Db, MAX_ROWS, Row, Sequence, Step, Unavailable, Value, Written};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::retention::{FEWEST_DAYS, Kept, days};
use super::{Breach, Segment};
use crate::merkle::{Frontier, Hash};

/// Segments read by one statement: each has up to 33 KiB.
pub(super) const PAGE: usize = 32;

const AFTER: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, dropped, \
                     kid, signature, breach FROM journal_segment WHERE first > $1 ORDER BY first LIMIT 32";

const LAST: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, dropped, \
                    kid, signature, breach FROM journal_segment ORDER BY first DESC LIMIT 1";

const HOLDING: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, \
                       dropped, kid, signature, breach FROM journal_segment \
                       WHERE last >= $1 AND first <= $2 ORDER BY first LIMIT 32";

const BLOCKS: &str = "SELECT last, block FROM journal_segment \
                      WHERE last > $1 AND last <= $2 AND block IS NOT NULL \
                      ORDER BY last LIMIT 10000";

/// Roots of blocks read by one statement.
const BLOCKS_PAGE: usize = 10_000;

const INSERT: &str = "INSERT INTO journal_segment (first, last, begins_at, ends_at, root_before, \
                      peaks, block, digests, dropped, kid, signature, due_at, breach) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                      ON CONFLICT (first) DO NOTHING";

const BEHIND: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, dropped, \
                      kid, signature, breach FROM journal_segment \
                      WHERE first < $1 ORDER BY first DESC LIMIT 32";

const BREACHES: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, \
                        dropped, kid, signature, breach FROM journal_segment \
                        WHERE last > $1 AND breach IS NOT NULL ORDER BY first DESC LIMIT 64";

const PUT_ASIDE: &str = "DELETE FROM journal_segment WHERE first = $1 AND signature = $2";

/// Of a row in whose signature's place stands something else.
const PUT_AWAY: &str = "DELETE FROM journal_segment WHERE first = $1";

const DUE: &str = "SELECT first, last, begins_at, ends_at, root_before, peaks, block, digests, \
                   dropped, kid, signature, breach FROM journal_segment \
                   WHERE due_at <= $1 ORDER BY due_at, first LIMIT 1";

const OLDER: &str = "SELECT first FROM journal_segment \
                     WHERE first < $1 AND due_at IS NOT NULL LIMIT 1";

const POSTPONE: &str = "UPDATE journal_segment SET due_at = $3 WHERE first = $1 AND signature = $2";

const RETIRE: &str = "UPDATE journal_segment SET digests = $3, dropped = $4, kid = $5, \
                      signature = $6, due_at = $7 WHERE first = $1 AND signature = $2";

const WRITTEN: &str = "SELECT sequence, followed, entry FROM journal \
                       WHERE sequence >= $1 AND sequence <= $2 ORDER BY sequence LIMIT $3";

const DELETE: &str = "DELETE FROM journal WHERE sequence >= $1 AND sequence <= $2";

const RETENTION: &str = "SELECT realm, days, version, kid, signature FROM journal_retention \
                         WHERE realm > $1 ORDER BY realm LIMIT 10000";

const SET_RETENTION: &str = "INSERT INTO journal_retention (realm, days, version, kid, signature) \
                             VALUES ($1, $2, $3, $4, $5) \
                             ON CONFLICT (realm) DO UPDATE SET days = excluded.days, \
                             version = excluded.version, kid = excluded.kid, \
                             signature = excluded.signature";

const TERM_BEGUN: &str = "INSERT INTO journal_term (term, after, sealed, kid, signature) \
                     VALUES ($1, $2, $3, $4, $5)";

const TERMS_AFTER: &str = "SELECT term, after, sealed, kid, signature FROM journal_term \
                     WHERE term > $1 ORDER BY term LIMIT 1000";

const LOOK_ANEW: &str = "UPDATE journal_segment SET due_at = begins_at WHERE due_at IS NOT NULL";

/// Of several nodes that seal the same run, one finds no row there.
pub(super) fn insert(segment: &Segment) -> Step {
    let block = segment.block.as_ref().map(|block| &block[..]);
    let breach = segment.breach.map(Breach::to_bytes);
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
        segment.begins_at.plus(days(FEWEST_DAYS)).0.into(),
        breach.as_deref().into(),
    ];
    Step::one(INSERT, params)
}

/// The last segment.
pub(super) async fn last(db: &Db) -> Result<Option<Segment>, Unavailable> {
    let row = db.row(LAST, &[]).await?;
    row.map(|row| read(&row)).transpose().map_err(unreadable)
}

/// The segments behind the last one that one of these keys signed, the first of them first, and that one.
/// It stops where it has read more than `most`.
pub(super) async fn behind_signed(
    db: &Db,
    known: &[VerifyingKey],
    most: usize,
) -> Result<(Vec<Segment>, Option<Segment>), Unavailable> {
    let (mut behind, mut signed, mut before) = (Vec::new(), None, i64::MAX);
    while behind.len() <= most && signed.is_none() {
        let rows = db.rows(BEHIND, &[before.into()]).await?;
        for row in &rows {
            let segment = read(row).map_err(unreadable)?;
            before = segment.first.0;
            if segment.is_signed(known) {
                signed = Some(segment);
                break;
            }
            behind.push(segment);
        }
        if rows.len() < PAGE {
            break;
        }
    }
    behind.reverse();
    Ok((behind, signed))
}

/// The segments that end after a place and stand behind a break, the newest first, at most 64.
pub(super) async fn breaches(db: &Db, place: Sequence) -> Result<Vec<Segment>, Unavailable> {
    let rows = db.rows(BREACHES, &[place.0.into()]).await?;
    let segments: Result<_, _> = rows.iter().map(read).collect();
    segments.map_err(unreadable)
}

/// Takes a segment's row away, as it was read.
pub(super) fn put_aside(segment: &Segment) -> Step {
    let first = segment.first.0.into();
    if segment.signature.is_empty() {
        return Step::one(PUT_AWAY, vec![first]);
    }
    let signature = segment.signature.as_slice().into();
    Step::one(PUT_ASIDE, vec![first, signature])
}

/// The segments that begin after a place, the first of them first, at most [`PAGE`].
pub(super) async fn after(db: &Db, place: Sequence) -> Result<Vec<Segment>, Unavailable> {
    let rows = db.rows(AFTER, &[place.0.into()]).await?;
    let segments: Result<_, _> = rows.iter().map(read).collect();
    segments.map_err(unreadable)
}

/// The journal's rows from one place to another, whatever somebody wrote into them: an entry that is no
/// bytes comes without any, and no entry was ever written like that.
///
/// # Errors
/// [`Unavailable`].
pub(crate) async fn written(
    db: &Db,
    (first, last): (Sequence, Sequence),
) -> Result<Vec<Written>, Unavailable> {
    let limit = i64::try_from(MAX_ROWS).unwrap_or(i64::MAX);
    let params = [first.0.into(), last.0.into(), limit.into()];
    let rows = db.rows(WRITTEN, &params).await?;
    let written = |row: Row| {
        let followed = row.optional_integer(1);
        Ok(Written {
            sequence: Sequence(row.integer(0)?),
            followed: matches!(followed, Ok(Some(1))),
            bytes: match followed {
                Ok(_) => row.into_bytes(2).unwrap_or_default(),
                Err(_) => Vec::new(),
            },
        })
    };
    let written: Result<_, _> = rows.into_iter().map(written).collect();
    written.map_err(unreadable)
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
            Some(end) if rows.len() == PAGE => from = end.last.0.saturating_add(1),
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

/// The segment that is to be looked at first.
pub(super) async fn due(db: &Db, now: Time) -> Result<Option<Segment>, Unavailable> {
    let row = db.row(DUE, &[now.0.into()]).await?;
    row.map(|row| read(&row)).transpose().map_err(unreadable)
}

/// Whether no segment before this one has entries left.
pub(super) async fn is_oldest(db: &Db, first: Sequence) -> Result<bool, Unavailable> {
    let older = db.row(OLDER, &[first.0.into()]).await?;
    Ok(older.is_none())
}

/// Looks at a segment again then.
pub(super) fn postpone(segment: &Segment, until: Time) -> Step {
    let signature = segment.signature.as_slice();
    let params = vec![segment.first.0.into(), signature.into(), until.0.into()];
    Step::any(POSTPONE, params)
}

/// A segment without some of its entries, as it was signed by them; when to look again.
pub(super) fn retire(segment: &Segment, before: &[u8], next: Option<Time>) -> Step {
    let params = vec![
        segment.first.0.into(),
        before.into(),
        segment.digests.as_slice().into(),
        segment.dropped_bytes().into(),
        segment.kid.as_str().into(),
        segment.signature.as_slice().into(),
        next.map(|next| next.0).into(),
    ];
    Step::one(RETIRE, params)
}

/// Deletes a run of entries.
pub(super) fn delete((first, last): (Sequence, Sequence)) -> Step {
    Step::any(DELETE, vec![first.0.into(), last.0.into()])
}

/// The days of each realm that has some of its own: at most as many as there are realms. A row that is
/// no realm's is nobody's; one whose columns are not what they must be comes unsigned.
pub(super) async fn retention(db: &Db) -> Result<Vec<Kept>, Unavailable> {
    let (mut kept, mut after) = (Vec::new(), i64::MIN);
    loop {
        let rows = db.rows(RETENTION, &[after.into()]).await?;
        for row in &rows {
            after = row.integer(0).map_err(unreadable)?;
            let Ok(realm) = NodeId::from_number(after) else {
                continue;
            };
            kept.push(Kept {
                realm: RealmNode(realm),
                days: row.integer(1).unwrap_or_default(),
                version: row.integer(2).unwrap_or_default(),
                kid: row.text(3).unwrap_or_default().to_owned(),
                signature: row.bytes(4).unwrap_or_default().to_vec(),
            });
        }
        if rows.len() < MAX_ROWS {
            return Ok(kept);
        }
    }
}

/// A term that a restore began.
pub(super) fn term_begun(params: Vec<Value>) -> Step {
    Step::one(TERM_BEGUN, params)
}

/// The terms after one, the earliest first, at most a thousand.
pub(super) async fn terms_after(db: &Db, term: i64) -> Result<Vec<Row>, Unavailable> {
    db.rows(TERMS_AFTER, &[term.into()]).await
}

/// Keeps a realm's entries for so many days.
pub(super) fn set_retention(row: &Kept) -> [Step; 2] {
    let params = vec![
        row.realm.0.number().into(),
        row.days.into(),
        row.version.into(),
        row.kid.as_str().into(),
        row.signature.as_slice().into(),
    ];
    [
        Step::one(SET_RETENTION, params),
        Step::any(LOOK_ANEW, Vec::new()),
    ]
}

/// A row, whatever somebody wrote into it: where a column is not what it must be, a segment comes that
/// no key signed, so that it is found and stops nothing else.
fn read(row: &Row) -> Result<Segment, ColumnError> {
    whole(row).or_else(|_| stump(row))
}

fn stump(row: &Row) -> Result<Segment, ColumnError> {
    let first = row.integer(0)?;
    Ok(Segment {
        first: Sequence(first),
        last: Sequence(row.integer(1).unwrap_or(first)),
        begins_at: Time(0),
        ends_at: Time(0),
        before: Hash::default(),
        tree: Frontier::default(),
        block: None,
        // Without any it would be one whose entries are all dropped.
        digests: vec![0],
        dropped: Vec::new(),
        breach: None,
        kid: String::new(),
        signature: row.bytes(10).unwrap_or_default().to_vec(),
    })
}

fn whole(row: &Row) -> Result<Segment, ColumnError> {
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
        breach: match row.optional_bytes(11)? {
            Some(bytes) => Some(Breach::from_bytes(bytes).ok_or(wrong(11, "a breach"))?),
            None => None,
        },
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
