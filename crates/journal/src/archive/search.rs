//! Search an exported file, which is verified on the way.

use std::collections::VecDeque;
use std::io::Read;

use symbolon_store::Written;
use symbolon_token::time::Time;

use super::verify::{ReadError, Verified, walk};
use crate::event::Event;
use crate::read::{Filter, Record};

/// What a file says.
#[derive(Debug)]
pub struct Searched {
    /// What it was found to be: where it is not whole, somebody may have put words into it.
    pub verified: Verified,
    /// The newest records that match, the oldest of them first.
    pub records: Vec<Record>,
}

/// The newest records of a file that match, at most so many. Of entries that a newer version wrote, and
/// of reasons that are sealed under a person's key, nothing can be read here.
///
/// # Errors
/// [`ReadError`].
pub fn search(
    file: impl Read,
    keys: Option<&str>,
    (filter, limit): (&Filter, usize),
    now: Time,
) -> Result<Searched, ReadError> {
    let mut newest = VecDeque::new();
    let keep = |rows: &[Written]| {
        for row in rows {
            let event = Event::decode(&row.bytes).ok();
            if let Some(event) = event.filter(|event| filter.matches(event)) {
                let sequence = row.sequence;
                newest.push_back(Record { sequence, event });
            }
        }
        let over = newest.len().saturating_sub(limit);
        drop(newest.drain(..over));
    };
    let verified = walk(file, (keys, &[]), now, keep)?;
    Ok(Searched {
        verified,
        records: newest.into(),
    })
}
