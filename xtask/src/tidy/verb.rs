//! Nouns are folders, verbs are files: the matrix of both, and what a token kind must have.
//!
//! 1. A noun is a folder with a `mod.rs` directly below the `src` of a crate of nouns.
//! 2. A token kind has `issue`, `verify` and `revoke`, or its `mod.rs` says why not, in a line
//!    `//! revoke: an ID token only expires; end the session.`
//! 3. Both go into ARCHITECTURE.md between two markers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::tree::{Fault, File};

/// What can be done with a token, in the order of its life.
pub(crate) const VERBS: [&str; 12] = [
    "issue",
    "verify",
    "introspect",
    "rotate",
    "redeem",
    "reveal",
    "transfer",
    "suspend",
    "resume",
    "revoke",
    "retire",
    "sweep",
];

/// What each token kind has, or says why not.
const REQUIRED: [&str; 3] = ["issue", "verify", "revoke"];

/// The crates whose folders are nouns. In the others folders are engines, endpoints, commands.
const CRATES: [&str; 9] = [
    "journal",
    "lineage",
    "keys",
    "identity",
    "hardware",
    "payment",
    "chain",
    "signin",
    "authority",
];

/// The token kinds, by crate and folder. A kind that has no folder yet is no fault.
const KINDS: &[(&str, &[&str])] = &[
    (
        "identity",
        &[
            "access",
            "client_secret",
            "refresh",
            "id",
            "code",
            "session",
            "api_key",
            "device_code",
            "logout",
        ],
    ),
    (
        "hardware",
        &["webauthn", "yubico_otp", "oath", "piv", "recovery_code"],
    ),
    (
        "payment",
        &["card", "apple_pay", "google_pay", "agent_payment"],
    ),
    ("chain", &["utility", "security", "governance"]),
];

/// Files of a noun that are no verbs.
const NOT_VERBS: [&str; 3] = ["mod", "rows", "schema"];

const BEGIN: &str = "<!-- verbs:begin -->";
const END: &str = "<!-- verbs:end -->";

/// A folder of the nouns' crates.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Noun {
    /// `identity/access`.
    name: String,
    /// `crates/identity/src/access`.
    folder: String,
    /// Whether it is a token kind.
    kind: bool,
    /// Each verb and its file, from the root.
    verbs: BTreeMap<String, String>,
    /// Each verb that it does without, and the reason.
    without: BTreeMap<String, String>,
}

/// All nouns of the tree, in order of their names.
pub(crate) fn nouns(files: &[File]) -> Vec<Noun> {
    let heads = files.iter().filter_map(|file| {
        let folder = file.path.strip_suffix("/mod.rs")?;
        let (name, noun) = folder.strip_prefix("crates/")?.split_once("/src/")?;
        let direct = CRATES.contains(&name) && !noun.contains('/') && !file.test;
        direct.then_some((file, folder, name, noun))
    });
    let found = heads.map(|(head, folder, name, noun)| Noun {
        name: format!("{name}/{noun}"),
        folder: folder.to_owned(),
        kind: KINDS
            .iter()
            .any(|(of, kinds)| *of == name && kinds.contains(&noun)),
        verbs: verbs(files, folder),
        without: without(&head.text),
    });
    found.collect()
}

/// The verbs of a folder: files, or folders with a `mod.rs`.
fn verbs(files: &[File], folder: &str) -> BTreeMap<String, String> {
    let inside = files
        .iter()
        .filter(|file| !file.test && file.is_rust())
        .filter_map(|file| {
            let rest = file.path.strip_prefix(folder)?.strip_prefix('/')?;
            let verb = rest
                .strip_suffix("/mod.rs")
                .or_else(|| rest.strip_suffix(".rs"))?;
            let own = !verb.contains('/') && !NOT_VERBS.contains(&verb);
            own.then(|| (verb.to_owned(), file.path.clone()))
        });
    inside.collect()
}

/// The stated absences in the `//!` lines of a `mod.rs`. A reason goes on until an empty line or
/// the next verb.
fn without(text: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
    {
        let stated = line
            .split_once(": ")
            .filter(|(verb, _)| VERBS.contains(verb));
        if let Some((verb, reason)) = stated {
            found.insert(verb.to_owned(), reason.to_owned());
            current = Some(verb.to_owned());
        } else if line.is_empty() {
            current = None;
        } else if let Some(reason) = current.as_ref().and_then(|verb| found.get_mut(verb)) {
            reason.push(' ');
            reason.push_str(line);
        }
    }
    found
}

/// Kinds that lack a verb without a word, and words about a verb that is there.
pub(crate) fn kinds(nouns: &[Noun]) -> Vec<Fault> {
    let kinds = nouns.iter().filter(|noun| noun.kind);
    kinds
        .flat_map(|noun| missing(noun).chain(contradicted(noun)))
        .collect()
}

fn missing(noun: &Noun) -> impl Iterator<Item = Fault> {
    let unsaid = REQUIRED
        .into_iter()
        .filter(|verb| !noun.verbs.contains_key(*verb) && !noun.without.contains_key(*verb));
    unsaid.map(|verb| Fault {
        path: format!("{}/mod.rs", noun.folder),
        line: None,
        sentence: format!("no {verb}.rs; write it, or say why not in a line `//! {verb}: …`"),
    })
}

fn contradicted(noun: &Noun) -> impl Iterator<Item = Fault> {
    let both = noun
        .without
        .keys()
        .filter(|verb| noun.verbs.contains_key(*verb));
    both.map(|verb| Fault {
        path: format!("{}/mod.rs", noun.folder),
        line: None,
        sentence: format!("says why there is no {verb}, and there is {verb}.rs; drop the line"),
    })
}

/// The page with the matrix of these nouns between its markers. A page without markers gets them
/// at its end.
pub(crate) fn page(page: &str, nouns: &[Noun]) -> String {
    let section = format!("{BEGIN}\n{}{END}", matrix(nouns));
    match page
        .split_once(BEGIN)
        .and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)))
    {
        Some((head, tail)) => format!("{head}{section}{tail}"),
        None => format!("{}\n\n## Nouns and verbs\n\n{section}\n", page.trim_end())
            .trim_start()
            .into(),
    }
}

/// The matrix as Markdown: kinds by verbs, the stated absences, the other nouns.
fn matrix(nouns: &[Noun]) -> String {
    let mut text = String::from("<!-- written by `cargo xtask tidy --write` -->\n\n");
    let (kinds, others): (Vec<&Noun>, Vec<&Noun>) = nouns.iter().partition(|noun| noun.kind);
    if !kinds.is_empty() {
        text.push_str(&kind_table(&kinds));
        text.push('\n');
    }
    let absences = kinds.iter().flat_map(|noun| {
        noun.without
            .iter()
            .map(|(verb, reason)| format!("- `{}` · {verb}: {reason}\n", noun.name))
    });
    let absences: String = absences.collect();
    if !absences.is_empty() {
        let _ = write!(
            text,
            "† what a kind does without, in its own words:\n\n{absences}\n"
        );
    }
    if !others.is_empty() {
        text.push_str("| noun | verbs |\n|---|---|\n");
        for noun in others {
            let links = noun
                .verbs
                .iter()
                .map(|(verb, file)| format!("[{verb}]({file})"));
            let links = links.collect::<Vec<_>>().join(" · ");
            let _ = writeln!(
                text,
                "| [`{}`]({}/mod.rs) | {links} |",
                noun.name, noun.folder
            );
        }
        text.push('\n');
    }
    text
}

fn kind_table(kinds: &[&Noun]) -> String {
    let used: BTreeSet<&str> = kinds
        .iter()
        .flat_map(|noun| noun.verbs.keys().chain(noun.without.keys()))
        .map(String::as_str)
        .chain(REQUIRED)
        .collect();
    let columns: Vec<&str> = VERBS
        .into_iter()
        .filter(|verb| used.contains(verb))
        .collect();
    let mut text = format!("| kind | {} |\n", columns.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(columns.len()));
    for noun in kinds {
        let cells = columns.iter().map(|verb| match noun.verbs.get(*verb) {
            Some(file) => format!("[{verb}]({file})"),
            None if noun.without.contains_key(*verb) => "†".into(),
            None => String::new(),
        });
        let cells = cells.collect::<Vec<_>>().join(" | ");
        let _ = writeln!(
            text,
            "| [`{}`]({}/mod.rs) | {cells} |",
            noun.name, noun.folder
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESS: &str = "crates/identity/src/access";

    fn tree(entries: &[(&str, &str)]) -> Vec<Noun> {
        let files: Vec<File> = entries
            .iter()
            .map(|(path, text)| File::new(path, text))
            .collect();
        nouns(&files)
    }

    fn access(docs: &str, verbs: &[&str]) -> Vec<Noun> {
        let mut files = vec![File::new(&format!("{ACCESS}/mod.rs"), docs)];
        files.extend(
            verbs
                .iter()
                .map(|verb| File::new(&format!("{ACCESS}/{verb}.rs"), "")),
        );
        nouns(&files)
    }

    #[test]
    fn a_kind_with_its_three_verbs_passes() {
        assert_eq!(
            kinds(&access("//! A.\n", &["issue", "verify", "revoke"])),
            []
        );
    }

    #[test]
    fn a_kind_without_a_verb_and_without_a_word_fails() {
        let faults = kinds(&access("//! A.\n", &["issue", "verify"]));
        assert_eq!(faults.len(), 1);
        assert!(
            faults
                .iter()
                .all(|fault| fault.sentence.starts_with("no revoke.rs"))
        );
    }

    #[test]
    fn a_stated_absence_stands_for_the_verb() {
        let docs = "//! ID tokens.\n//!\n//! revoke: it only expires;\n//! end the session.\n//!\n//! More.\nmod issue;\n";
        let nouns = access(docs, &["issue", "verify"]);
        assert_eq!(kinds(&nouns), []);
        let said: Vec<_> = nouns
            .iter()
            .flat_map(|noun| noun.without.values())
            .collect();
        assert_eq!(said, ["it only expires; end the session."]);
    }

    #[test]
    fn an_absence_of_what_is_there_fails() {
        let faults = kinds(&access(
            "//! revoke: never.\n",
            &["issue", "verify", "revoke"],
        ));
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn a_verb_may_be_a_folder_and_rows_and_tests_are_no_verbs() {
        let found = tree(&[
            ("crates/identity/src/client/mod.rs", ""),
            ("crates/identity/src/client/create/mod.rs", ""),
            ("crates/identity/src/client/create/check.rs", ""),
            ("crates/identity/src/client/rows.rs", ""),
            ("crates/identity/src/client/tests.rs", ""),
            ("crates/identity/src/client/list.rs", ""),
        ]);
        let verbs: Vec<_> = found.iter().flat_map(|noun| noun.verbs.keys()).collect();
        assert_eq!(verbs, ["create", "list"]);
    }

    #[test]
    fn engines_and_endpoints_are_no_nouns() {
        let files = [
            ("crates/store/src/sqlite/mod.rs", ""),
            ("crates/http/src/route/mod.rs", ""),
        ];
        assert_eq!(tree(&files), []);
    }

    #[test]
    fn the_matrix_links_each_verb_and_repeats_each_absence() {
        let mut nouns = access("//! revoke: by its bit.\n", &["issue", "verify"]);
        nouns.extend(tree(&[
            ("crates/identity/src/client/mod.rs", ""),
            ("crates/identity/src/client/create.rs", ""),
        ]));
        let expected = "<!-- written by `cargo xtask tidy --write` -->\n\n\
            | kind | issue | verify | revoke |\n|---|---|---|---|\n\
            | [`identity/access`](crates/identity/src/access/mod.rs) \
            | [issue](crates/identity/src/access/issue.rs) \
            | [verify](crates/identity/src/access/verify.rs) | † |\n\n\
            † what a kind does without, in its own words:\n\n\
            - `identity/access` · revoke: by its bit.\n\n\
            | noun | verbs |\n|---|---|\n\
            | [`identity/client`](crates/identity/src/client/mod.rs) \
            | [create](crates/identity/src/client/create.rs) |\n\n";
        assert_eq!(matrix(&nouns), expected);
    }

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let nouns = access("//! A.\n", &["issue", "verify", "revoke"]);
        let old = format!("# Head\n{BEGIN}\nstale\n{END}\ntail\n");
        let new = page(&old, &nouns);
        assert!(new.starts_with("# Head\n") && new.ends_with(&format!("{END}\ntail\n")));
        assert!(!new.contains("stale"));
        assert_eq!(page(&new, &nouns), new);
    }

    #[test]
    fn a_page_without_markers_gets_them_at_its_end() {
        let new = page("# Head\n", &[]);
        assert!(new.starts_with("# Head\n\n## Nouns and verbs\n\n") && new.contains(END));
        assert_eq!(page(&new, &[]), new);
    }
}
