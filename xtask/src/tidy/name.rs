//! Names: a path is a question, and these ask nothing.

use std::collections::BTreeSet;

use super::tree::{Fault, File};

/// Names of files, folders and modules that say nothing about what is inside.
const EMPTY: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "manager", "managers", "service", "services",
    "misc",
];

/// Nouns whose folder is singular.
const PLURAL: &[&str] = &[
    "accesses",
    "authenticators",
    "cards",
    "clients",
    "codes",
    "events",
    "grants",
    "handlers",
    "models",
    "nodes",
    "realms",
    "resources",
    "routes",
    "secrets",
    "sessions",
    "subjects",
    "tokens",
    "types",
    "users",
];

/// Banned names of files and folders, each told once.
pub(crate) fn paths(files: &[File]) -> Vec<Fault> {
    let ours = files
        .iter()
        .filter(|file| !file.path.starts_with("contracts/"));
    let places: BTreeSet<&str> = ours.flat_map(|file| prefixes(&file.path)).collect();
    places.into_iter().filter_map(path).collect()
}

/// Banned names of modules written inside a file.
pub(crate) fn modules(file: &File) -> Vec<Fault> {
    let named = file
        .source
        .code
        .lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let words = line.trim().strip_suffix('{')?.trim_end();
            let name = words
                .strip_prefix("mod ")
                .or_else(|| words.split(" mod ").nth(1))?;
            EMPTY
                .contains(&name)
                .then(|| file.fault(at + 1, says_nothing(name)))
        });
    named.collect()
}

fn path(path: &str) -> Option<Fault> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let folder = stem == name;
    let sentence = if EMPTY.contains(&stem) {
        says_nothing(stem)
    } else if folder && path.contains("/src/") && PLURAL.contains(&stem) {
        format!("`{stem}`: nouns are singular")
    } else {
        return None;
    };
    Some(Fault {
        path: path.into(),
        line: None,
        sentence,
    })
}

fn says_nothing(name: &str) -> String {
    format!("`{name}` says nothing; name the question that it answers")
}

/// The path and every folder above it.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
    folders.chain([path])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str]) -> Vec<String> {
        let files: Vec<File> = names.iter().map(|name| File::new(name, "")).collect();
        paths(&files).into_iter().map(|fault| fault.path).collect()
    }

    #[test]
    fn an_empty_name_is_refused_once_as_file_or_folder() {
        let names = [
            "crates/a/src/utils.rs",
            "crates/b/src/common/x.rs",
            "crates/b/src/common/y.rs",
        ];
        assert_eq!(
            found(&names),
            ["crates/a/src/utils.rs", "crates/b/src/common"]
        );
    }

    #[test]
    fn a_plural_folder_of_a_noun_is_refused() {
        assert_eq!(
            found(&["crates/identity/src/clients/mod.rs"]),
            ["crates/identity/src/clients"]
        );
    }

    #[test]
    fn singular_nouns_verbs_and_urls_pass() {
        let names = [
            "crates/identity/src/client/issue.rs",
            "crates/http/tests/v1/clients.rs",
            "crates/keys/src/lib.rs",
        ];
        assert_eq!(found(&names), <[String; 0]>::default());
    }

    #[test]
    fn a_module_inside_a_file_is_named_as_well() {
        let file = File::new("a.rs", "mod tests {\n    pub(crate) mod helpers {\n}\n}\n");
        assert_eq!(
            modules(&file)
                .into_iter()
                .map(|fault| fault.line)
                .collect::<Vec<_>>(),
            [Some(2)]
        );
        assert_eq!(modules(&File::new("a.rs", "mod rotate {\n}\n")), []);
    }
}
