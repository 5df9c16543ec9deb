//! Where the rows of a segment belong that are not what was sealed in their places.
//!
//! Each row is asked which place its bytes were sealed in: first its neighbours' (somebody put an entry
//! in or took one out and numbered the rest anew), then those of the other rows that are wrong (two were
//! swapped). A row that belongs nowhere was changed.

use std::collections::BTreeMap;

use symbolon_store::{Sequence, Written};

use super::{DIGEST, Finding, Segment, short};
use crate::merkle::leaf;

/// Wrong rows that are compared with each other: each with each.
const MAX_COMPARED: usize = 64;

/// What is wrong with these places of a segment, and by how much the rows behind them are shifted.
pub(super) fn judge(
    segment: &Segment,
    wrong: &[&Written],
    missing: &[Sequence],
    shifted: i64,
) -> (Vec<Finding>, i64) {
    let (mut findings, mut shift) = (Vec::new(), shifted);
    let others: Vec<_> = wrong
        .iter()
        .map(|row| row.sequence)
        .chain(missing.iter().copied())
        .take(MAX_COMPARED)
        .collect();
    let home = |row: &Written, shift: i64| home(segment, row, shift, &others);
    let homes: BTreeMap<_, _> = wrong
        .iter()
        .map(|row| (row.sequence, home(row, shift)))
        .collect();
    for row in wrong {
        let at = row.sequence;
        let behind = Sequence(at.0.saturating_add(1));
        let next = homes.get(&behind).copied().flatten();
        match homes.get(&at).copied().flatten() {
            Some(home) if home.0 - at.0 == shift && shift != 0 => {}
            Some(home) if homes.get(&home).copied().flatten() == Some(at) => {
                if at < home {
                    findings.push(Finding::Swapped(at, home));
                }
            }
            Some(home) if home == behind && home != at && !missing.contains(&home) => {
                findings.push(Finding::Removed(at));
                shift = 1;
            }
            Some(home) => findings.push(Finding::Moved(at, home)),
            // The first and the last of a run that is shifted have their homes in other segments.
            None if shifted == -1 && at == segment.first => {}
            None if shift == 1 && at == segment.last => {}
            None if next == Some(at) => {
                findings.push(Finding::Inserted(at));
                shift = -1;
            }
            None => findings.push(Finding::Changed(at)),
        }
    }
    (findings, if wrong.is_empty() { 0 } else { shift })
}

fn home(segment: &Segment, row: &Written, shift: i64, others: &[Sequence]) -> Option<Sequence> {
    let at = row.sequence.0;
    // A file from elsewhere may name any place.
    let near = [shift, 1, -1].map(|by| Sequence(at.saturating_add(by)));
    let mut places = near.iter().chain(others);
    let is_home = |place: &&Sequence| {
        **place != row.sequence
            && sealed(segment, **place) == Some(short(&leaf(**place, row.followed, &row.bytes)))
    };
    places.find(is_home).copied()
}

/// What was sealed at a place.
pub(super) fn sealed(segment: &Segment, place: Sequence) -> Option<[u8; DIGEST]> {
    let offset = usize::try_from(place.0 - segment.first.0).ok()?;
    let (digests, _) = segment.digests.as_chunks::<DIGEST>();
    digests.get(offset).copied()
}
