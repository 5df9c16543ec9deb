//! Verify: the whole journal of a database, against its seals and against what was given out.
//!
//! One thread reads while another hashes. Entries come, and are dropped, while this goes on: whatever
//! is found is looked for a second time before it is told.

use symbolon_jose::VerifyingKey;
use symbolon_store::{Db, Sequence, Unavailable, Written};
use tokio::sync::mpsc;

use super::claim::Claim;
use super::rows;
use super::{Finding, Report, Retention, Segment, Walk};

/// Unsealed entries read by one statement.
const BATCH: i64 = 4096;

/// Segments with their rows that wait to be hashed: 2 MB.
const AHEAD: usize = 4;

/// One piece of a journal, on its way to the walk.
enum Piece {
    Segment(Box<Segment>, Vec<Written>),
    Unsealed(Vec<Written>, Sequence),
    Found(Finding),
}

/// Walks through the whole journal.
///
/// # Errors
/// [`Unavailable`].
pub async fn verify(
    db: &Db,
    known: &[VerifyingKey],
    claims: &[Claim],
) -> Result<Report, Unavailable> {
    let report = once(db, known, claims).await?;
    if report.findings.is_empty() {
        return Ok(report);
    }
    once(db, known, claims).await
}

async fn once(db: &Db, known: &[VerifyingKey], claims: &[Claim]) -> Result<Report, Unavailable> {
    let (pieces, mut arriving) = mpsc::channel(AHEAD);
    let mut walk = Walk::new(known.to_vec(), claims.to_vec());
    let walking = tokio::task::spawn_blocking(move || {
        while let Some(piece) = arriving.blocking_recv() {
            match piece {
                Piece::Segment(segment, rows) => walk.segment(&segment, &rows),
                Piece::Unsealed(rows, to) => walk.unsealed(&rows, to),
                Piece::Found(finding) => walk.find(finding),
            }
        }
        walk.end()
    });
    read(db, known, pieces).await?;
    walking.await.map_err(|stopped| Unavailable {
        reason: stopped.to_string(),
    })
}

/// Reads it all. Whoever walks never stops before this does.
async fn read(
    db: &Db,
    known: &[VerifyingKey],
    pieces: mpsc::Sender<Piece>,
) -> Result<(), Unavailable> {
    let (_, head) = db.head().await?;
    let mut at = Sequence(0);
    loop {
        let segments = rows::after(db, at).await?;
        let is_last = segments.len() < rows::PAGE;
        for segment in segments {
            let rows = rows::written(db, (segment.first, segment.last)).await?;
            at = segment.last.max(at);
            let piece = Piece::Segment(Box::new(segment), rows);
            let _walks = pieces.send(piece).await;
        }
        if is_last {
            break;
        }
    }
    while at < head {
        let to = Sequence(head.0.min(at.0.saturating_add(BATCH)));
        let rows = rows::written(db, (Sequence(at.0 + 1), to)).await?;
        let _walks = pieces.send(Piece::Unsealed(rows, to)).await;
        at = to;
    }
    let retention = Retention::read(db, known).await?;
    for realm in retention.foreign() {
        let _walks = pieces.send(Piece::Found(Finding::Retention(realm))).await;
    }
    for row in out_of_range(db).await? {
        let found = Finding::OutOfRange(row.sequence);
        let _walks = pieces.send(Piece::Found(found)).await;
    }
    Ok(())
}

/// Entries where none can be. What comes meanwhile is no fault: the head knows it.
async fn out_of_range(db: &Db) -> Result<Vec<Written>, Unavailable> {
    let (_, head) = db.head().await?;
    let below = rows::written(db, (Sequence(i64::MIN), Sequence(0))).await?;
    let behind = Sequence(head.0.saturating_add(1));
    let above = rows::written(db, (behind, Sequence(i64::MAX))).await?;
    let (_, now) = db.head().await?;
    let strays = above.into_iter().filter(|row| row.sequence > now);
    Ok(below.into_iter().chain(strays).collect())
}
