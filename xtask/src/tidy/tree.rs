//! The files that rules look at: what git tracks or would track.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::source::Source;
use crate::command;
use crate::failure::Failure;

/// Larger files are data.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// One text file.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// Rust, taken apart; empty for other files.
    pub(crate) source: Source,
    /// Compiled for tests only.
    pub(crate) test: bool,
}

/// A rule broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file or folder.
    pub(crate) path: String,
    /// The line, where there is one. From 1.
    pub(crate) line: Option<usize>,
    /// What is wrong and how to mend it.
    pub(crate) sentence: String,
}

impl File {
    /// A file by its path and text.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let source = if has_ending(path, "rs") {
            Source::scan(text)
        } else {
            Source::default()
        };
        Self {
            path: path.into(),
            text: text.into(),
            source,
            test: is_test_path(path),
        }
    }

    /// Whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        has_ending(&self.path, "rs")
    }

    /// The first line of its tests: 1 if all of it is.
    pub(crate) fn tests_from(&self) -> usize {
        if self.test {
            1
        } else {
            self.source.tests_from.unwrap_or(usize::MAX)
        }
    }

    /// A fault of this file.
    pub(crate) fn fault(
        &self,
        line: impl Into<Option<usize>>,
        sentence: impl Into<String>,
    ) -> Fault {
        Fault {
            path: self.path.clone(),
            line: line.into(),
            sentence: sentence.into(),
        }
    }
}

/// Whether the path ends so.
pub(crate) fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == ending)
}

/// Reads the tree.
///
/// # Errors
/// [`Failure`] of git, or of a file that cannot be read.
pub(crate) fn read(root: &Path) -> Result<Vec<File>, Failure> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-coz", "--exclude-standard"])
        .current_dir(root);
    let names = command::read(&mut git)?;
    let names: BTreeSet<&str> = names.split('\0').filter(|name| !name.is_empty()).collect();
    let mut files = Vec::new();
    for name in names {
        let path = root.join(name);
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).map_err(|source| Failure::File {
            path: name.into(),
            source,
        })?;
        if let Some(text) = String::from_utf8(bytes)
            .ok()
            .filter(|text| text.len() <= MAX_BYTES)
        {
            files.push(File::new(name, &text));
        }
    }
    mark_test_modules(&mut files);
    Ok(files)
}

/// Marks what stands in a file of its own and is declared under `#[cfg(test)]`.
fn mark_test_modules(files: &mut [File]) {
    let modules: BTreeSet<String> = files.iter().flat_map(declared_for_tests).collect();
    for file in files.iter_mut() {
        let stem = file.path.trim_end_matches(".rs").to_owned();
        let inside = |module: &String| stem == *module || stem.starts_with(&format!("{module}/"));
        file.test |= modules.iter().any(inside);
    }
}

/// The modules, by path without ending, that a file declares for tests only.
fn declared_for_tests(file: &File) -> Vec<String> {
    let folder = module_folder(&file.path);
    let names = file.source.test_modules().into_iter();
    names.map(|name| format!("{folder}/{name}")).collect()
}

/// The folder in which a file's child modules lie.
fn module_folder(path: &str) -> &str {
    let stem = path.trim_end_matches(".rs");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    if matches!(name, "mod" | "lib" | "main") {
        folder
    } else {
        stem
    }
}

/// Whether a file is for tests by its place or name.
fn is_test_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let place = |folder| {
        matches!(
            folder,
            "tests" | "testing" | "benches" | "fuzz" | "contracts"
        )
    };
    folders.split('/').any(place) || matches!(stem, "tests" | "testing") || stem.ends_with("_tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_place_by_name_and_by_declaration() {
        let mut files = [
            File::new(
                "crates/a/src/lib.rs",
                "#[cfg(test)]\nmod race;\nmod rule;\n",
            ),
            File::new("crates/a/src/race.rs", ""),
            File::new("crates/a/src/race/deep.rs", ""),
            File::new("crates/a/src/rule.rs", "#[cfg(test)]\nmod extra;\n"),
            File::new("crates/a/src/rule/extra.rs", ""),
            File::new("crates/a/src/rule/tests.rs", ""),
            File::new("crates/a/tests/v1/token.rs", ""),
        ];
        mark_test_modules(&mut files);
        let found: Vec<bool> = files.iter().map(|file| file.test).collect();
        assert_eq!(found, [false, true, true, false, true, true, true]);
    }
}
