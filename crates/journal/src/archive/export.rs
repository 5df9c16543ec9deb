//! Export: write sealed segments into a file. Nothing is dropped by it.

use std::io::{self, Write};

use serde_json::Value;
use symbolon_store::{Db, Sequence, Unavailable, Written};
use symbolon_token::time::Time;
use thiserror::Error;

use super::gzip;
use super::line::{EntryLine, Head, SegmentLine};
use crate::segment::{Segment, segments_after, tree_before, written};

/// Which segments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// From the one that holds this entry on.
    pub from: Option<Sequence>,
    /// Up to the one that holds this entry.
    pub to: Option<Sequence>,
    /// Only those whose entries are all older.
    pub before: Option<Time>,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many segments.
    pub segments: u64,
    /// How many entries.
    pub entries: u64,
    /// The first entry's place; 0 where there is none.
    pub first: Sequence,
    /// The last entry's place.
    pub last: Sequence,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Why nothing whole was written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The file cannot be written.
    #[error("the file cannot be written: {0}")]
    File(#[from] io::Error),
    /// No segment is sealed, or none is wanted, or all have been dropped.
    #[error("there is no sealed segment to export there")]
    Nothing,
}

impl Wanted {
    fn is_before(&self, segment: &Segment) -> bool {
        self.from.is_some_and(|from| segment.last < from)
    }

    fn includes(&self, segment: &Segment) -> bool {
        self.to.is_none_or(|to| segment.first <= to)
            && self.before.is_none_or(|before| segment.ends_at < before)
    }
}

/// Writes segments, with the keys that sign them as JWKs.
///
/// # Errors
/// [`ExportError`].
pub async fn export<W: Write + Send + 'static>(
    db: &Db,
    keys: &Value,
    wanted: Wanted,
    mut file: W,
) -> Result<(Exported, W), ExportError> {
    let mut told = Exported::default();
    let mut at = Sequence(
        wanted
            .from
            .map_or(0, |from| from.0.saturating_sub(4096))
            .max(0),
    );
    loop {
        let segments = segments_after(db, at).await?;
        let Some(last) = segments.last() else {
            break;
        };
        at = last.first;
        for segment in segments {
            if segment.is_gone() || wanted.is_before(&segment) {
                continue;
            }
            if !wanted.includes(&segment) {
                return finish(told, file);
            }
            if told.segments == 0 {
                let tree = tree_before(db, &segment).await?;
                let head = line(&Head::new(&tree, keys.clone()))?;
                told.first = segment.first;
                told.bytes += put(&mut file, &gzip::member(&head))?;
            }
            let rows = written(db, (segment.first, segment.last)).await?;
            told.segments += 1;
            told.entries += rows.len() as u64;
            told.last = segment.last;
            let packing = tokio::task::spawn_blocking(move || pack(&segment, &rows));
            let packed = packing.await.map_err(io::Error::other)??;
            told.bytes += put(&mut file, &packed)?;
        }
    }
    finish(told, file)
}

fn finish<W: Write>(told: Exported, mut file: W) -> Result<(Exported, W), ExportError> {
    if told.segments == 0 {
        return Err(ExportError::Nothing);
    }
    file.flush()?;
    Ok((told, file))
}

fn put(file: &mut impl Write, bytes: &[u8]) -> io::Result<u64> {
    file.write_all(bytes)?;
    Ok(bytes.len() as u64)
}

fn pack(segment: &Segment, rows: &[Written]) -> io::Result<Vec<u8>> {
    let mut text = line(&SegmentLine::from(segment))?;
    for row in rows {
        text.append(&mut line(&EntryLine::from(row))?);
    }
    Ok(gzip::member(&text))
}

fn line(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(value).map_err(io::Error::other)?;
    text.push(b'\n');
    Ok(text)
}
