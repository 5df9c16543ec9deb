//! Builds what is measured, as it is released.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command;
use crate::failure::Failure;

/// The programs.
pub(super) struct Programs {
    /// The authority.
    pub(super) symbolon: PathBuf,
    /// What answers without one: the ceilings.
    pub(super) bare: PathBuf,
}

/// Builds them; cargo's own words are shown.
///
/// # Errors
/// [`Failure`] where they do not build.
pub(super) fn build(root: &Path) -> Result<Programs, Failure> {
    Ok(Programs {
        symbolon: program(root, &["-p", "symbolon", "--bin", "symbolon"])?,
        bare: program(root, &["-p", "symbolon-http", "--example", "bare"])?,
    })
}

/// Builds one, in the workspace of this folder.
///
/// # Errors
/// [`Failure`] where it does not build.
pub(super) fn program(folder: &Path, which: &[&str]) -> Result<PathBuf, Failure> {
    let mut cargo = command::cargo(folder);
    cargo.args([
        "build",
        "--release",
        "--message-format=json-render-diagnostics",
    ]);
    let messages = command::read(cargo.args(which))?;
    executable(&messages).ok_or_else(|| Failure::Shape {
        what: "what cargo has built",
        why: format!("it names no program for {}", which.join(" ")),
    })
}

/// The program that cargo's messages name last.
fn executable(messages: &str) -> Option<PathBuf> {
    let values = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut paths = values.filter_map(|value| value.get("executable")?.as_str().map(PathBuf::from));
    paths.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_cargos_messages() {
        let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\n\
                        {\"reason\":\"compiler-artifact\",\"executable\":\"/t/release/symbolon\"}\n\
                        {\"reason\":\"build-finished\",\"success\":true}\n";
        assert_eq!(executable(messages), Some("/t/release/symbolon".into()));
        assert_eq!(executable(""), None);
    }
}
