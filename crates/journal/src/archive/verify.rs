//! Verify an exported file, with nothing but the file and a public key.

use std::io::{self, Read};

use serde_json::from_slice;
use symbolon_jose::{Algorithm, Jwk, JwkSet, KeySet};
use symbolon_store::Written;
use symbolon_token::time::Time;
use thiserror::Error;

use super::gzip::Members;
use super::line::{EntryLine, Head, SegmentLine};
use crate::proof::Checkpoint;
use crate::segment::{Report, Segment, Walk};

/// Why a file was not verified.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// A line is not what it must be.
    #[error("this is no exported journal, or it is damaged")]
    Form,
    /// No usable Ed25519 key.
    #[error("there is no usable Ed25519 key to verify it with")]
    Keys,
    /// What it was to be held against is not signed by those keys.
    #[error("this is no checkpoint that one of these keys signed")]
    Foreign,
}

/// What a file was found to be.
#[derive(Debug)]
pub struct Verified {
    /// As of a journal.
    pub report: Report,
    /// The thumbprints (RFC 7638) of the keys that were trusted.
    pub keys: Vec<String>,
}

/// Walks through a file, and holds it against checkpoints. It trusts these keys; where none are given,
/// those that the file names itself.
///
/// # Errors
/// [`ReadError`].
pub fn verify(
    file: impl Read,
    keys: Option<&str>,
    against: &[String],
    now: Time,
) -> Result<Verified, ReadError> {
    walk(file, (keys, against), now, |_| {})
}

/// The same, and hands the entries of each segment on.
pub(super) fn walk(
    file: impl Read,
    (keys, against): (Option<&str>, &[String]),
    now: Time,
    mut each: impl FnMut(&[Written]),
) -> Result<Verified, ReadError> {
    let mut members = Members::new(file);
    let first = members.next()?.ok_or(ReadError::Form)?;
    let head: Head = from_slice(&first).map_err(|_| ReadError::Form)?;
    let tree = head.tree().ok_or(ReadError::Form)?;
    let text = keys.map_or_else(|| head.keys.to_string(), str::to_owned);
    let set = JwkSet::parse(text).map_err(|_| ReadError::Keys)?;
    let known = KeySet::from_jwks(&set, &[Algorithm::Ed25519]).map_err(|_| ReadError::Keys)?;
    let mut claims = Vec::with_capacity(against.len());
    for text in against {
        let read = Checkpoint::read(text, known.keys(), now);
        let claim = read.ok().and_then(|one| one.claim());
        claims.push(claim.ok_or(ReadError::Foreign)?);
    }
    let mut walk = Walk::new(known.keys().to_vec(), claims).behind(tree);
    while let Some(text) = members.next()? {
        let (segment, rows) = read(&text).ok_or(ReadError::Form)?;
        walk.segment(&segment, &rows);
        each(&rows);
    }
    Ok(Verified {
        report: walk.end().of_part(),
        keys: set.keys().iter().map(Jwk::thumbprint).collect(),
    })
}

fn read(text: &[u8]) -> Option<(Segment, Vec<Written>)> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let segment: SegmentLine = from_slice(lines.next()?).ok()?;
    let entries = lines.filter(|line| !line.is_empty());
    let rows: Option<Vec<_>> = entries
        .map(|line| from_slice::<EntryLine>(line).ok()?.written())
        .collect();
    Some((segment.segment()?, rows?))
}
