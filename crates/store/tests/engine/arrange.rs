//! A noun to try the store with: things, each with a key, a name and a generation.

use symbolon_store::{Db, Entry, Migration, Step, Unit, Value};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    noun: "thing",
    number: 1,
    sql: "CREATE TABLE thing (
              id BIGINT PRIMARY KEY,
              name TEXT NOT NULL UNIQUE,
              generation BIGINT NOT NULL DEFAULT 0,
              secret BLOB
          );
          CREATE TABLE part (
              id BIGINT PRIMARY KEY,
              thing BIGINT NOT NULL REFERENCES thing (id)
          );",
}];

pub(crate) const INSERT: &str = "INSERT INTO thing (id, name) VALUES ($1, $2)";
pub(crate) const INSERT_ONCE: &str =
    "INSERT INTO thing (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
pub(crate) const TURN: &str = "UPDATE thing SET generation = $3 WHERE id = $1 AND generation = $2";
pub(crate) const COUNT: &str = "SELECT count(*) FROM thing";

pub(crate) fn insert(id: i64) -> Step {
    Step::one(INSERT, vec![id.into(), format!("thing {id}").into()])
}

pub(crate) fn turn(id: i64, from: i64, to: i64) -> Step {
    Step::one(TURN, vec![id.into(), from.into(), to.into()])
}

pub(crate) fn entry(text: &str) -> Entry {
    Entry {
        bytes: text.as_bytes().to_vec(),
        followed: false,
    }
}

pub(crate) fn followed(text: &str) -> Entry {
    Entry {
        followed: true,
        ..entry(text)
    }
}

pub(crate) fn unit(step: Step, text: &str) -> Unit {
    Unit::entry(entry(text)).step(step)
}

pub(crate) async fn count(db: &Db) -> i64 {
    let row = db.row(COUNT, &[]).await.unwrap().unwrap();
    row.integer(0).unwrap()
}

pub(crate) async fn texts(db: &Db) -> Vec<(i64, String)> {
    let entries = db
        .entries(symbolon_store::Sequence(0), usize::MAX)
        .await
        .unwrap();
    entries
        .into_iter()
        .map(|(sequence, bytes)| (sequence.0, String::from_utf8(bytes).unwrap()))
        .collect()
}

pub(crate) fn bytes(value: &[u8]) -> Value {
    value.into()
}
