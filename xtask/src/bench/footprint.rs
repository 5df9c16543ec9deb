//! What the authority takes beside time: memory, a start, a file, room on the disk.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::authority::{Authority, development, start_dev};
use super::build::Programs;
use super::folder::{self, Folder};
use super::option::Options;
use super::postgres::Postgres;
use super::process::{Memory, Process, rest};
use super::row::Form;
use super::table::{Line, mebibytes, milliseconds, thousands};
use super::token::fetch;
use crate::failure::Failure;

/// How long a server is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

/// How many starts there are; the one in the middle counts.
const STARTS: usize = 5;

/// Tokens by which room on the disk is measured: a page of the file more or less is nothing then.
const TOKENS: usize = 20_000;

/// Tokens that are issued before: keys, blocks of status indexes and the first pages are there.
const FIRST_TOKENS: usize = 256;

/// Idle memory aimed at, in bytes.
const IDLE: u64 = 30 * 1024 * 1024;

/// Start aimed at.
const READY: Duration = Duration::from_millis(300);

/// Bytes of the journal aimed at for an issued token.
const JOURNAL_BYTES: f64 = 100.0;

/// Idle memory of a server that has just started.
///
/// # Errors
/// [`Failure`] where it has ended.
pub(super) fn idle(process: &Process) -> Result<Line, Failure> {
    rest(REST);
    let Memory { resident, .. } = process.memory()?;
    let line = Line::of("memory/idle", mebibytes(resident));
    Ok(line.aim("≤ 30 MiB", resident <= IDLE))
}

/// Memory of a server after its rows: at the worst, and after a rest.
///
/// # Errors
/// [`Failure`] where it has ended.
pub(super) fn loaded(process: &Process, name: &str) -> Result<[Line; 2], Failure> {
    let Memory { peak, .. } = process.memory()?;
    rest(REST);
    let Memory { resident, .. } = process.memory()?;
    let [worst, after] = loaded_names(name);
    Ok([
        Line::of(&worst, mebibytes(peak)),
        Line::of(&after, mebibytes(resident)),
    ])
}

/// The names of those lines.
pub(super) fn loaded_names(name: &str) -> [String; 2] {
    ["peak", "after-load"].map(|what| format!("memory/{name}-{what}"))
}

/// From the start of the program to its first answer: in fresh directories, and in one that was
/// used before.
///
/// # Errors
/// [`Failure`] where it does not start.
pub(super) fn starts(programs: &Programs, options: &Options) -> Result<[Line; 2], Failure> {
    let count = if options.quick { 1 } else { STARTS };
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let folder = Folder::new("bench-start")?;
        for times in [&mut fresh, &mut again] {
            let process = start_dev(&programs.symbolon, &folder)?;
            times.push(process.ready_after);
            process.end()?;
        }
    }
    let line = |name, times| {
        let time = median(times);
        Line::of(name, milliseconds(time)).aim("≤ 300 ms", time <= READY)
    };
    Ok([line("start/fresh", fresh), line("start/again", again)])
}

/// The size of the program, as released.
///
/// # Errors
/// [`Failure::File`].
pub(super) fn binary(programs: &Programs) -> Result<Line, Failure> {
    Ok(Line::of(
        "binary/size",
        mebibytes(length(&programs.symbolon)?),
    ))
}

/// Room of issued tokens in SQLite's file and log, once the server has ended and the log is in the
/// file. Of a JWT that is its journal entry and nothing else.
///
/// # Errors
/// [`Failure`] where a server does not do what it should.
pub(super) fn sqlite_room(programs: &Programs, options: &Options) -> Result<Vec<Line>, Failure> {
    let folder = Folder::new("bench-disk")?;
    let file = folder.path().join("dev").join("symbolon.db");
    let count = tokens(options);
    let issue = |form: Form, count: usize| {
        let process = start_dev(&programs.symbolon, &folder)?;
        let authority = development(&process, &folder)?;
        if count == FIRST_TOKENS {
            authority.make_resources()?;
        }
        fetch(&authority, &form.request(), count)?;
        process.end()?;
        Ok::<_, Failure>(length(&file)? + length(&file.with_extension("db-wal")).unwrap_or(0))
    };
    let before = issue(Form::Ed25519, FIRST_TOKENS)?;
    let with_jwt = issue(Form::Ed25519, count)?;
    let with_opaque = issue(Form::Opaque, count)?;
    let journal = per_token(before, with_jwt, count);
    let aim = format!("≤ {JOURNAL_BYTES} B");
    Ok(vec![
        room("disk/sqlite-jwt", journal),
        room(
            "disk/sqlite-opaque",
            per_token(with_jwt, with_opaque, count),
        ),
        Line::of("disk/journal-entry", format!("{journal:.0} B"))
            .aim(&aim, journal <= JOURNAL_BYTES),
    ])
}

/// The same in PostgreSQL, without its log.
///
/// # Errors
/// [`Failure`] where a server does not do what it should.
pub(super) fn postgres_room(
    authority: &Authority,
    server: &Postgres,
    options: &Options,
) -> Result<Vec<Line>, Failure> {
    let count = tokens(options);
    let issue = |form: Form, count: usize| {
        fetch(authority, &form.request(), count)?;
        server.size()
    };
    let before = issue(Form::Ed25519, FIRST_TOKENS)?;
    let with_jwt = issue(Form::Ed25519, count)?;
    let with_opaque = issue(Form::Opaque, count)?;
    Ok(vec![
        room("disk/postgres-jwt", per_token(before, with_jwt, count)),
        room(
            "disk/postgres-opaque",
            per_token(with_jwt, with_opaque, count),
        ),
    ])
}

fn tokens(options: &Options) -> usize {
    if options.quick { TOKENS / 10 } else { TOKENS }
}

fn room(name: &str, bytes: f64) -> Line {
    Line::of(name, format!("{} B per 1,000", thousands(bytes * 1000.0)))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a few megabytes, shown without decimals"
)]
fn per_token(before: u64, after: u64, count: usize) -> f64 {
    after.saturating_sub(before) as f64 / count as f64
}

fn length(path: &Path) -> Result<u64, Failure> {
    let found = fs::metadata(path).map_err(|source| folder::fault(path, source))?;
    Ok(found.len())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_in_the_middle_counts() {
        let times = [9, 1, 5].map(Duration::from_millis).to_vec();
        assert_eq!(median(times), Duration::from_millis(5));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }

    #[test]
    fn room_is_a_difference_by_token() {
        let bytes = per_token(1_000_000, 2_870_000, 20_000);
        assert_eq!(room("x", bytes).value, "93,500 B per 1,000");
    }
}
