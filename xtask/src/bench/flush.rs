//! How long this machine's disk takes to make a few pages durable. Every answer that writes waits for
//! one flush, shared with all that arrive meanwhile; so this is the floor under its latency.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use super::folder::{self, Folder};
use super::table::{Line, milliseconds, thousands};
use crate::failure::Failure;

/// Bytes of one write: what a group of some thirty entries takes in a log.
const BYTES: usize = 12 * 1024;

/// The file is overwritten from its begin after so many writes, as a log is.
const PLACES: u32 = 256;

/// Flushes that are measured, and for how long at most.
const FLUSHES: u32 = 1_000;
const LONGEST: Duration = Duration::from_secs(3);

/// Measures it.
///
/// # Errors
/// [`Failure::File`].
pub(super) fn measure(folder: &Folder) -> Result<Line, Failure> {
    let path = folder.path().join("flush");
    let mut times = Vec::new();
    let mut run = || {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        let bytes = [1; BYTES];
        for _ in 0..PLACES {
            file.write_all(&bytes)?;
        }
        file.sync_all()?;
        let begin = Instant::now();
        for turn in 0..FLUSHES {
            if turn % PLACES == 0 {
                file.seek(SeekFrom::Start(0))?;
            }
            let start = Instant::now();
            file.write_all(&bytes)?;
            file.sync_all()?;
            times.push(start.elapsed());
            if begin.elapsed() > LONGEST {
                break;
            }
        }
        Ok(())
    };
    run().map_err(|source| folder::fault(&path, source))?;
    Ok(line(times))
}

fn line(mut times: Vec<Duration>) -> Line {
    times.sort();
    let at = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default()
    };
    let all: f64 = times.iter().map(Duration::as_secs_f64).sum();
    let count = f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
    let rate = if all > 0.0 { count / all } else { 0.0 };
    Line {
        p50: milliseconds(at(50)),
        p99: milliseconds(at(99)),
        ..Line::of("ceiling/flush", format!("{} /s", thousands(rate)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flushes_one_after_another_give_rate_and_percentiles() {
        let times = (1..=100).map(Duration::from_millis).collect();
        let found = line(times);
        let shown = (found.value.as_str(), found.p50.as_str(), found.p99.as_str());
        assert_eq!(shown, ("20 /s", "51.0 ms", "100 ms"));
    }

    #[test]
    fn without_a_flush_there_is_no_rate() {
        assert_eq!(line(Vec::new()).value, "0 /s");
    }
}
