//! Schemas that only grow: numbered per noun, checksummed, never undone.
//!
//! 1. What was applied is read under a lock, so that two nodes starting at once take turns.
//! 2. An applied migration that we do not know was made by a newer version: stop.
//! 3. One whose text changed after it was applied: stop.
//! 4. What is new runs in the order given, each in a transaction with its record.

use aws_lc_rs::digest;

use crate::error::OpenError;

/// One step of a noun's schema.
///
/// The text uses the types `BIGINT`, `TEXT` and `BLOB`, in capitals. `BIGINT` becomes `INTEGER` in
/// SQLite, so that a `BIGINT PRIMARY KEY` is the row's own key; `BLOB` becomes `BYTEA` in
/// PostgreSQL, and `TEXT` is compared there byte by byte, as in SQLite. No word of string literals,
/// quoted names or comments is touched. The statements end with `;`. No constraint is `DEFERRABLE`:
/// what only the commit finds out would undo the units of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Whose tables: `client`, `grant` …
    pub noun: &'static str,
    /// From 1, unique within the noun. Once released, number and text never change.
    pub number: u32,
    /// The statements.
    pub sql: &'static str,
}

/// The store's own tables.
///
/// `followed` is 1 or null, which costs a row nothing in either engine. `probes` counts the probes:
/// SQLite writes nothing where nothing changes.
pub(crate) const OWN: Migration = Migration {
    noun: "store",
    number: 1,
    sql: "CREATE TABLE head (
              id BIGINT PRIMARY KEY,
              sequence BIGINT NOT NULL,
              term BIGINT NOT NULL,
              probes BIGINT NOT NULL
          );
          INSERT INTO head (id, sequence, term, probes) VALUES (1, 0, 1, 0);
          CREATE TABLE journal (
              sequence BIGINT PRIMARY KEY,
              followed BIGINT,
              entry BLOB NOT NULL
          );
          CREATE INDEX journal_followed ON journal (sequence) WHERE followed = 1;",
};

impl Migration {
    /// How an operator reads it.
    pub(crate) fn name(noun: &str, number: i64) -> String {
        format!("{noun} {number}")
    }

    /// SHA-256 of the text.
    pub(crate) fn checksum(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.sql.as_bytes())
            .as_ref()
            .to_vec()
    }
}

/// A migration that the database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) noun: String,
    pub(crate) number: i64,
    pub(crate) checksum: Vec<u8>,
}

/// Steps 2 and 3, and which migrations are left for step 4. The store's own come first.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Changed`].
pub(crate) fn outstanding(
    wanted: &[Migration],
    applied: &[Applied],
) -> Result<Vec<Migration>, OpenError> {
    let wanted: Vec<Migration> = std::iter::once(OWN).chain(wanted.iter().copied()).collect();
    for have in applied {
        let known = wanted
            .iter()
            .find(|one| one.noun == have.noun && i64::from(one.number) == have.number);
        let migration = Migration::name(&have.noun, have.number);
        match known {
            None => return Err(OpenError::Newer { migration }),
            Some(one) if one.checksum() != have.checksum => {
                return Err(OpenError::Changed { migration });
            }
            Some(_) => {}
        }
    }
    let mut left: Vec<Migration> = Vec::new();
    for one in wanted {
        let is_applied = applied
            .iter()
            .any(|have| have.noun == one.noun && have.number == i64::from(one.number));
        if !is_applied {
            left.push(one);
        }
    }
    Ok(left)
}

/// What the three types are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeNames {
    pub(crate) bigint: &'static str,
    pub(crate) text: &'static str,
    pub(crate) blob: &'static str,
}

impl TypeNames {
    /// In SQLite.
    pub(crate) const SQLITE: Self = Self {
        bigint: "INTEGER",
        text: "TEXT",
        blob: "BLOB",
    };

    /// In PostgreSQL, whose databases may order text by some country's custom.
    pub(crate) const POSTGRES: Self = Self {
        bigint: "BIGINT",
        text: "TEXT COLLATE \"C\"",
        blob: "BYTEA",
    };

    /// In its relatives that order text by its bytes anyway.
    pub(crate) const BYTEWISE: Self = Self {
        text: "TEXT",
        ..Self::POSTGRES
    };

    /// The schema text with these names.
    pub(crate) fn apply(self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len() + 64);
        let mut rest = sql;
        while let Some(first) = rest.chars().next() {
            let (token, after) = rest.split_at(token_length(rest, first));
            out.push_str(match token {
                "BIGINT" => self.bigint,
                "TEXT" => self.text,
                "BLOB" => self.blob,
                other => other,
            });
            rest = after;
        }
        out
    }
}

/// The bytes of the token that `text` begins with: a word, a literal, a quoted name, a comment, or
/// one character of anything else.
fn token_length(text: &str, first: char) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let until = |end: &str, from: usize| {
        text.get(from..)
            .and_then(|tail| tail.find(end))
            .map_or(text.len(), |at| from + at + end.len())
    };
    match first {
        // A doubled quote inside ends one literal and begins the next, which is as good.
        '\'' => until("'", 1),
        '"' => until("\"", 1),
        '-' if text.starts_with("--") => until("\n", 2),
        '/' if text.starts_with("/*") => until("*/", 2),
        c if word(c) => text.find(|c| !word(c)).unwrap_or(text.len()),
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPPER: TypeNames = TypeNames {
        bigint: "I",
        text: "T",
        blob: "B",
    };

    fn client(number: u32, sql: &'static str) -> Migration {
        Migration {
            noun: "client",
            number,
            sql,
        }
    }

    fn applied(one: Migration) -> Applied {
        Applied {
            noun: one.noun.to_owned(),
            number: i64::from(one.number),
            checksum: one.checksum(),
        }
    }

    #[test]
    fn only_type_names_are_replaced() {
        let schema = "CREATE TABLE a (id BIGINT, \"TEXT\" TEXT DEFAULT 'it''s BLOB', MY_BLOB BLOB) \
                      -- TEXT here\n/* BLOB */ ;";
        assert_eq!(
            UPPER.apply(schema),
            "CREATE TABLE a (id I, \"TEXT\" T DEFAULT 'it''s BLOB', MY_BLOB B) \
             -- TEXT here\n/* BLOB */ ;"
        );
    }

    #[test]
    fn a_literal_without_an_end_is_left_alone() {
        assert_eq!(UPPER.apply("TEXT 'TEXT"), "T 'TEXT");
        assert_eq!(UPPER.apply("é — BLOB /* TEXT"), "é — B /* TEXT");
    }

    #[test]
    fn what_is_new_runs_in_the_order_given_after_the_stores_own() {
        let (one, two) = (client(1, "a"), client(2, "b"));
        assert_eq!(outstanding(&[one, two], &[]).unwrap(), vec![OWN, one, two]);
        let have = [applied(OWN), applied(one)];
        assert_eq!(outstanding(&[one, two], &have).unwrap(), vec![two]);
    }

    #[test]
    fn a_migration_that_we_do_not_know_is_a_newer_versions() {
        let have = [applied(OWN), applied(client(3, "c"))];
        let error = outstanding(&[client(1, "a")], &have).unwrap_err();
        assert!(matches!(error, OpenError::Newer { migration } if migration == "client 3"));
    }

    #[test]
    fn a_migration_with_another_text_is_refused() {
        let have = [applied(OWN), applied(client(1, "a"))];
        let error = outstanding(&[client(1, "b")], &have).unwrap_err();
        assert!(matches!(error, OpenError::Changed { migration } if migration == "client 1"));
    }
}
