//! `cargo xtask tidy`: the house style (docs/STYLE.md), kept by a machine.
//!
//! Each rule is a pure function from paths and texts to faults; this file only walks.

mod edge;
mod name;
mod size;
mod source;
mod sql;
mod story;
mod tree;
mod verb;
mod word;

use std::fs;
use std::path::Path;

use self::tree::{Fault, File};
use crate::command;
use crate::failure::Failure;

/// The page that carries the matrix of nouns and verbs.
const PAGE: &str = "ARCHITECTURE.md";

/// Checks the tree; with `--write` also brings the matrix in ARCHITECTURE.md up to date.
///
/// # Errors
/// [`Failure::Faults`], each printed; or whatever kept it from looking.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let write = match arguments {
        [] => false,
        [one] if one == "--write" => true,
        _ => return Err(Failure::Usage("usage: cargo xtask tidy [--write]".into())),
    };
    let files = tree::read(root)?;
    let nouns = verb::nouns(&files);
    if write {
        let path = root.join(PAGE);
        let page = verb::page(&fs::read_to_string(&path).unwrap_or_default(), &nouns);
        fs::write(&path, page).map_err(|source| Failure::File {
            path: PAGE.into(),
            source,
        })?;
    }
    let mut faults = check(&files);
    faults.extend(verb::kinds(&nouns));
    faults.extend(stale(root, &nouns));
    faults.extend(edges(root)?);
    files
        .iter()
        .filter_map(size::long)
        .for_each(|line| println!("long: {line}"));
    report(&mut faults)
}

/// The rules that look at files alone.
fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = name::paths(files);
    for file in files {
        faults.extend(size::files(file));
        faults.extend(size::handlers(file));
        faults.extend(name::modules(file));
        faults.extend(word::code(file));
        faults.extend(word::machine_paths(file));
        faults.extend(sql::literals(file));
        faults.extend(story::opening(file));
    }
    faults
}

/// The rules that look at manifests.
fn edges(root: &Path) -> Result<Vec<Fault>, Failure> {
    let mut cargo = command::cargo(root);
    cargo.args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]);
    Ok(edge::edges(&edge::members(&command::read(&mut cargo)?)?))
}

/// Whether the page's matrix is that of the tree.
fn stale(root: &Path, nouns: &[verb::Noun]) -> Option<Fault> {
    let page = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    (verb::page(&page, nouns) != page).then(|| Fault {
        path: PAGE.into(),
        line: None,
        sentence: "its matrix of nouns and verbs is stale; run `cargo xtask tidy --write`".into(),
    })
}

fn report(faults: &mut [Fault]) -> Result<(), Failure> {
    faults.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for Fault {
        path,
        line,
        sentence,
    } in &*faults
    {
        let place = line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
        println!("{place}: {sentence}");
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::Faults {
            count: faults.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_in_order_has_no_faults() {
        let files = [
            File::new("README.md", "# Symbolon\n"),
            File::new("crates/a/src/lib.rs", "//! What it is.\n\nmod b;\n"),
            File::new("crates/a/src/b.rs", "//! One question.\n\nfn b() {}\n"),
        ];
        assert_eq!(check(&files), []);
    }

    #[test]
    fn every_rule_about_files_is_asked() {
        let long = format!("//! Long.\n{}", "//\n".repeat(500));
        let handler = format!("//! X.\nasync fn a() {{\n{}}}\n", "    b();\n".repeat(26));
        let sql = format!(
            "//! X.\nmod misc {{\n}}\nconst A: &str = \"{}\";\n",
            "DELETE FROM b"
        );
        let path = format!("see /{}/me\n", "home");
        let files = [
            File::new("crates/a/src/long.rs", &long),
            File::new("crates/http/src/route/a.rs", &handler),
            File::new("crates/a/src/sql.rs", &sql),
            File::new("docs/x.md", &path),
            File::new("crates/a/src/utils.rs", "fn a() { todo!() }\n"),
        ];
        assert_eq!(check(&files).len(), 8);
    }
}
