//! Room on the disk that holds a SQLite database: how much, and for how long at this growth.

use std::path::Path;

use rustix::fs::statvfs;
use serde_json::Value;
use symbolon_store::Target;

use super::check::Check;
use super::state::number;
use crate::place::Installation;

/// Less than this is too little to go on: a write-ahead log alone may take 64 MiB. In bytes.
const LEAST: u64 = 256 * 1024 * 1024;

/// Days of growth below which to make room.
const DAYS: u64 = 30;

/// What a journal entry costs on the disk beside its own bytes: keys, pages, indexes. In percent.
const OVERHEAD: u64 = 200;

/// The check; PostgreSQL's disk is elsewhere.
pub(super) fn check(place: &Installation, state: &Value) -> Option<Check> {
    let Target::Sqlite { path } = &place.target else {
        return None;
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let room = match statvfs(folder) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => {
            let detail = format!("{}: {error}", folder.display());
            return Some(Check::broken("disk", detail));
        }
    };
    let growth = state
        .get("journal")
        .map_or(0, |one| number(one, "bytes_per_day"));
    let growth = u64::try_from(growth).unwrap_or(0) * OVERHEAD / 100;
    Some(judge(room, growth))
}

fn judge(room: u64, growth: u64) -> Check {
    let free = format!("{} MiB free", room / 1024 / 1024);
    if room < LEAST {
        return Check::broken("disk", format!("{free}; make room now"));
    }
    match room.checked_div(growth) {
        Some(days) if days < DAYS => Check::soon(
            "disk",
            format!("{free}, which last {days} days at this growth"),
        ),
        Some(days) => Check::well("disk", format!("{free}, {days} days at this growth")),
        None => Check::well("disk", free),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::*;

    #[test]
    fn room_is_judged_by_growth() {
        assert_eq!(judge(1, 0).verdict, Verdict::Broken);
        assert_eq!(judge(LEAST, 0).verdict, Verdict::Well);
        assert_eq!(judge(LEAST, LEAST / 29).verdict, Verdict::Soon);
        assert_eq!(judge(LEAST, LEAST / 31).verdict, Verdict::Well);
    }
}
