//! Keys for tests, as rows, and a table in memory that obeys the noun's steps as a database does.

use std::time::Duration;

use symbolon_jose::Algorithm;
use symbolon_store::{Row, Rows, Step, Value};
use symbolon_token::node::{NodeId, RealmNode, SigningKeyNode};
use symbolon_token::time::Time;

use super::{Life, SigningKeyRow, Successor, rows};

pub(crate) const NOON: Time = Time(1_800_000_000_000);

/// In seconds.
pub(crate) const DAY: u64 = 86_400;

/// So many seconds after noon.
pub(crate) fn later(seconds: u64) -> Time {
    NOON.plus(Duration::from_secs(seconds))
}

pub(crate) fn realm() -> RealmNode {
    RealmNode(NodeId::from_number(1).unwrap())
}

/// The id of the key of this generation.
pub(crate) fn id(generation: i64) -> SigningKeyNode {
    SigningKeyNode(NodeId::from_number(100 + generation).unwrap())
}

/// An ES256 key of this generation, active since noon and without a successor.
pub(crate) fn key(generation: i64) -> SigningKeyRow {
    SigningKeyRow {
        id: id(generation),
        realm: realm(),
        algorithm: Algorithm::Es256,
        generation,
        created_at: NOON,
        life: Life {
            active_at: NOON,
            retires_at: None,
            gone_at: None,
            revoked_at: None,
        },
        public_jwk: String::new(),
        sealed_private: Vec::new(),
    }
}

impl SigningKeyRow {
    pub(crate) fn of(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    pub(crate) fn active_at(mut self, at: Time) -> Self {
        self.life.active_at = at;
        self
    }

    pub(crate) fn ends(mut self, retires_at: Time, gone_at: Time) -> Self {
        (self.life.retires_at, self.life.gone_at) = (Some(retires_at), Some(gone_at));
        self
    }

    pub(crate) fn revoked_at(mut self, at: Time) -> Self {
        self.life.revoked_at = Some(at);
        self
    }
}

/// The table `signing_key`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<SigningKeyRow>,
}

impl Table {
    pub(crate) fn of(rows: impl IntoIterator<Item = SigningKeyRow>) -> Self {
        Self {
            rows: rows.into_iter().collect(),
        }
    }

    /// One unit: all steps, or `false` and none of them.
    pub(crate) fn commit(&mut self, steps: &[Step]) -> bool {
        let mut after = self.clone();
        let done = steps.iter().all(|step| {
            let changed = after.run(step);
            step.expect == Rows::Any || changed == 1
        });
        if done {
            *self = after;
        }
        done
    }

    /// Writes a decided key without making its pair.
    pub(crate) fn make(&mut self, next: Successor) -> bool {
        let row = SigningKeyRow {
            id: id(next.generation),
            realm: next.realm,
            algorithm: next.algorithm,
            generation: next.generation,
            created_at: next.now,
            ..key(0).active_at(next.active_at)
        };
        let mut steps = next.retire;
        steps.push(rows::insert(&row));
        self.commit(&steps)
    }

    fn run(&mut self, step: &Step) -> usize {
        let row = Row::new(step.params.clone());
        if step.sql == rows::INSERT {
            return self.insert(rows::read(&row).unwrap());
        }
        let (key, second) = (row.integer(0).unwrap(), row.integer(1).unwrap());
        let time = |column| row.optional_integer(column).unwrap().map(Time);
        let before = self.rows.len();
        if step.sql == rows::DROP {
            let gone = |row: &SigningKeyRow| row.life.gone_at.is_some_and(|at| at.0 <= second);
            self.rows
                .retain(|row| row.id.0.number() != key || !gone(row));
            return before - self.rows.len();
        }
        let found = self.rows.iter_mut().find(|row| {
            let seen = match step.sql {
                rows::RETIRE => row.life.retires_at.map_or(-1, |at| at.0) == second,
                rows::ACTIVATE => row.life.active_at.0 == second,
                rows::REVOKE => true,
                rows::FORGET => {
                    let is_gone = row.life.gone_at.is_some_and(|at| at.0 <= second);
                    is_gone && !row.sealed_private.is_empty()
                }
                other => panic!("no step of this noun: {other}"),
            };
            row.id.0.number() == key && row.life.revoked_at.is_none() && seen
        });
        let Some(found) = found else { return 0 };
        match step.sql {
            rows::RETIRE => (found.life.retires_at, found.life.gone_at) = (time(2), time(3)),
            rows::ACTIVATE => found.life.active_at = time(2).unwrap(),
            rows::FORGET => {
                assert_eq!(step.params[2], Value::Bytes(Vec::new()));
                found.sealed_private.clear();
            }
            _ => {
                (found.life.revoked_at, found.life.gone_at) = (time(1), time(2));
                assert_eq!(step.params[3], Value::Bytes(Vec::new()));
                found.sealed_private.clear();
            }
        }
        1
    }

    fn insert(&mut self, new: SigningKeyRow) -> usize {
        let taken = self.rows.iter().any(|row| {
            let place = |row: &SigningKeyRow| (row.realm, row.algorithm, row.generation);
            row.id == new.id || place(row) == place(&new)
        });
        if taken {
            return 0;
        }
        self.rows.push(new);
        1
    }
}
