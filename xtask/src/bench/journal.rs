//! The journal of a million issued tokens: how long it takes to seal it, and to verify it whole.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::build;
use super::option::Options;
use super::table::{Line, milliseconds};
use crate::command;
use crate::failure::Failure;

/// The lines.
pub(super) const NAMES: [&str; 2] = ["journal/seal-million", "journal/verify-million"];

/// Entries.
const EVENTS: u64 = 1_000_000;

/// Entries that are enough to see whether it works.
const QUICK_EVENTS: u64 = 20_000;

/// Verifying aimed at.
const AIM: Duration = Duration::from_secs(2);

/// Builds the program and runs it.
///
/// # Errors
/// [`Failure`] where it does not build or run.
pub(super) fn measure(root: &Path, options: &Options) -> Result<[Line; 2], Failure> {
    let program = build::program(root, &["-p", "symbolon-journal", "--example", "verify"])?;
    let events = if options.quick { QUICK_EVENTS } else { EVENTS };
    let printed = command::read(Command::new(program).args([&events.to_string(), "sqlite"]))?;
    lines(&printed)
}

fn lines(printed: &str) -> Result<[Line; 2], Failure> {
    let found: Option<Value> = serde_json::from_str(printed).ok();
    let time = |member| {
        let millis = found.as_ref().and_then(|one| one.get(member)?.as_u64());
        millis.map(Duration::from_millis).ok_or(Failure::Shape {
            what: "what the bench of the journal has printed",
            why: format!("it lacks {member}"),
        })
    };
    let (sealing, verifying) = (time("seal_ms")?, time("verify_ms")?);
    let [seal, verify] = NAMES;
    Ok([
        Line::of(seal, milliseconds(sealing)),
        Line::of(verify, milliseconds(verifying)).aim("≤ 2 s", verifying <= AIM),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_aim_is_for_verifying() {
        let [seal, verify] = lines(r#"{"seal_ms": 3000, "verify_ms": 545}"#).unwrap();
        assert_eq!((seal.name.as_str(), seal.aim.as_str()), (NAMES[0], ""));
        assert!(verify.aim.ends_with('✓'), "{}", verify.aim);
        assert!(lines("{}").is_err());
    }
}
