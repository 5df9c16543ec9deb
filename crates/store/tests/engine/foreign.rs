//! Another program that writes the SQLite file, as an operator's shell does.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use symbolon_store::{CommitError, Db, OpenError, Step, Target, Unit, WriteFault};

use crate::arrange::*;

/// A database that was made and left, and where it is.
async fn left() -> (tempfile::TempDir, PathBuf, Target) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let target = Target::Sqlite { path: path.clone() };
    let db = Db::open(&target, MIGRATIONS).await.unwrap();
    db.close().await;
    (folder, path, target)
}

/// A second connection that may write and does not.
fn holding(path: &Path) -> Connection {
    let other = Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_writes_is_not_opened() {
    let (_folder, path, target) = left().await;
    for lock in [
        "BEGIN IMMEDIATE",
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE",
    ] {
        let other = Connection::open(&path).unwrap();
        other.execute_batch(lock).unwrap();
        let error = Db::open(&target, MIGRATIONS).await.unwrap_err();
        assert!(matches!(error, OpenError::Held { .. }), "{lock}: {error}");
        drop(other);
    }
    Db::open(&target, MIGRATIONS).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_taken_while_nobody_writes_is_noticed_and_its_end_too() {
    let (_folder, path, target) = left().await;
    let db = Db::open(&target, MIGRATIONS).await.unwrap();
    db.look().await.unwrap();
    assert_eq!((db.healthy(), db.write_fault()), (true, None));
    let other = holding(&path);
    db.look().await.unwrap();
    let fault = Some(WriteFault::Held);
    assert_eq!((db.healthy(), db.write_fault()), (false, fault));
    db.probe().await.unwrap_err();
    assert_eq!(db.write_fault(), fault);
    let refused = db.commit(unit(insert(1), "meanwhile")).await;
    assert!(matches!(refused, Err(CommitError::Unavailable(_))));
    assert_eq!(count(&db).await, 0);
    drop(other);
    db.probe().await.unwrap();
    assert_eq!((db.healthy(), db.write_fault()), (true, None));
    db.commit(unit(insert(1), "after")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_the_file_finds_nothing_of_what_was_overwritten_or_deleted() {
    let (_folder, path, target) = left().await;
    let db = Db::open(&target, MIGRATIONS).await.unwrap();
    let commit =
        |sql: &'static str, params| db.commit(Unit::default().step(Step::one(sql, params)));
    for (id, name) in [
        (1, "Ada Lovelace of London"),
        (2, "Grace Hopper of New York"),
    ] {
        commit(INSERT, vec![id.into(), name.to_owned().into()])
            .await
            .unwrap();
    }
    let short = vec![1.into(), "gone".to_owned().into()];
    commit("UPDATE thing SET name = $2 WHERE id = $1", short)
        .await
        .unwrap();
    commit("DELETE FROM thing WHERE id = $1", vec![2.into()])
        .await
        .unwrap();
    db.close().await;
    let file = std::fs::read(&path).unwrap();
    for name in ["Lovelace", "Hopper"] {
        assert!(
            !file.windows(name.len()).any(|part| part == name.as_bytes()),
            "{name}"
        );
    }
    let log = std::fs::metadata(path.with_file_name("db-wal"));
    assert!(log.map_or(0, |log| log.len()) == 0);
}
