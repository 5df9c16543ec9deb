//! SQL stands in a noun's own `rows.rs` and `schema.sql`, in the store, and in tests.

use super::tree::{Fault, File};

/// How a statement begins, and a word that it goes on with.
const STATEMENTS: &[(&str, &str)] = &[
    ("SELECT ", ""),
    ("INSERT INTO ", ""),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("WITH ", " AS ("),
    ("CREATE TABLE ", ""),
    ("CREATE INDEX ", ""),
    ("ALTER TABLE ", ""),
    ("DROP TABLE ", ""),
];

/// SQL literals where they do not belong.
pub(crate) fn literals(file: &File) -> Vec<Fault> {
    if !governed(&file.path) || file.test {
        return Vec::new();
    }
    let end = file.tests_from();
    let found = file
        .source
        .literals
        .iter()
        .filter(|one| one.line < end && is_sql(&one.text));
    found
        .map(|one| file.fault(one.line, "SQL outside rows.rs: move it to its noun's"))
        .collect()
}

/// Whether the rule speaks about this file.
fn governed(path: &str) -> bool {
    let code = path.starts_with("crates/") || path.starts_with("lib/");
    let rows = path.ends_with("/rows.rs") || path.contains("/rows/");
    code && !rows && !path.starts_with("crates/store/")
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches(['\\', '\n', ' ']);
    let begins = |(first, then): &(&str, &str)| text.starts_with(first) && text.contains(then);
    STATEMENTS.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "const FIND: &str =\n    \"SELECT a FROM b WHERE c = $1\";\n";

    #[test]
    fn sql_in_a_verb_is_refused_at_its_line() {
        let faults = literals(&File::new("crates/identity/src/client/list.rs", TEXT));
        assert_eq!(
            faults
                .into_iter()
                .map(|fault| fault.line)
                .collect::<Vec<_>>(),
            [Some(2)]
        );
    }

    #[test]
    fn rows_the_store_and_tests_may_hold_sql() {
        for path in [
            "crates/identity/src/client/rows.rs",
            "crates/store/src/sqlite/write.rs",
            "crates/keys/tests/race.rs",
        ] {
            assert_eq!(literals(&File::new(path, TEXT)), [], "{path}");
        }
        let inline = format!("#[cfg(test)]\nmod tests {{\n{TEXT}}}\n");
        assert_eq!(
            literals(&File::new("crates/keys/src/rotate.rs", &inline)),
            []
        );
    }

    #[test]
    fn prose_that_begins_like_sql_is_prose() {
        let text = "f(\"UPDATE nothing\", \"Select one\", \"WITH care\");\n// SELECT x\n";
        assert_eq!(literals(&File::new("crates/cli/src/main.rs", text)), []);
    }
}
