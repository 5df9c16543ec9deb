//! One atomic write, as data.

use crate::value::Value;

/// A place in the journal, from 1, without gaps. Given out inside the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub i64);

/// Which history this is. A restored backup or a promoted standby starts a higher one, so that
/// nothing that died in the lost part of the old one lives again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub i64);

/// How many rows a step must change. Anything else is a lost race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Exactly one: the row was as `decide` saw it.
    One,
    /// As many as there are.
    Any,
}

/// One statement of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The statement, with parameters `$1`, `$2` …; the same text for both engines.
    pub sql: &'static str,
    /// Its parameters, `$1` first.
    pub params: Vec<Value>,
    /// What it must find.
    pub expect: Rows,
}

impl Step {
    /// A statement that must change exactly one row.
    #[must_use]
    pub fn one(sql: &'static str, params: Vec<Value>) -> Self {
        Self {
            sql,
            params,
            expect: Rows::One,
        }
    }

    /// A statement that changes as many rows as it finds.
    #[must_use]
    pub fn any(sql: &'static str, params: Vec<Value>) -> Self {
        Self {
            sql,
            params,
            expect: Rows::Any,
        }
    }
}

/// One journal entry, already encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the journal will hold.
    pub bytes: Vec<u8>,
    /// Whether it changes what nodes and verifiers keep in memory. Followers read only these, so
    /// that an issued token costs them nothing.
    pub followed: bool,
}

/// One row of the journal, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its place.
    pub sequence: Sequence,
    /// Whether followers read it.
    pub followed: bool,
    /// The entry.
    pub bytes: Vec<u8>,
}

/// Steps and entries that become durable together, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// What changes, in order.
    pub steps: Vec<Step>,
    /// What the journal will say about it, in order.
    pub entries: Vec<Entry>,
}

impl Unit {
    /// A unit that so far says only this.
    #[must_use]
    pub fn entry(entry: Entry) -> Self {
        Self {
            steps: Vec::new(),
            entries: vec![entry],
        }
    }

    /// Adds a statement.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds statements.
    #[must_use]
    pub fn steps(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// Adds an entry.
    #[must_use]
    pub fn and_entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }
}

/// What became durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Of the unit's last entry; of the head, where the unit has none.
    pub sequence: Sequence,
    /// The history it belongs to.
    pub term: Term,
}
