//! Databases for the tests of every crate. Behind the feature `testing`.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use tempfile::TempDir;

use crate::{Db, Migration, Target};

/// A fresh SQLite database, and the folder that it lives in, which goes with the guard.
///
/// # Panics
/// Where the folder cannot be made or the migrations fail.
pub async fn sqlite(migrations: &[Migration]) -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite {
        path: folder.path().join("symbolon.db"),
    };
    (Db::open(&target, migrations).await.unwrap(), folder)
}

/// Runs one check over both engines.
///
/// # Panics
/// Where a database cannot be made, or the check fails.
pub async fn each_engine<F, Fut>(migrations: &[Migration], check: F)
where
    F: Fn(Db) -> Fut,
    Fut: Future<Output = ()>,
{
    let (db, folder) = sqlite(migrations).await;
    check(db).await;
    drop(folder);
}
