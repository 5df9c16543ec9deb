//! Databases for the tests of every crate. Behind the feature `testing`, never in a release build.
//!
//! ```text
//! each_engine(MIGRATIONS, |db| async move { … }).await;    // one check, both engines
//! let (db, _folder) = testing::sqlite(MIGRATIONS).await;   // SQLite alone
//! let url = testing::postgres_url().await;                 // for a program that is started whole
//! ```
//!
//! Each test process starts a PostgreSQL server of its own ([`Server`]), and each test gets an empty
//! database on it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that cannot be set up fails its test"
)]

mod server;

use tempfile::TempDir;

pub use self::server::{Flush, Server};

use crate::{Db, Migration, Target};

/// Connections that a test's database reads with.
const CONNECTIONS: usize = 8;

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

/// The URL of a fresh, empty PostgreSQL database.
///
/// # Panics
/// Where PostgreSQL is not installed, with the package's name, or does not start.
pub async fn postgres_url() -> String {
    Server::shared().database().await
}

/// A fresh PostgreSQL database.
///
/// # Panics
/// As [`postgres_url`], or where the migrations fail.
pub async fn postgres(migrations: &[Migration]) -> Db {
    let target = target(&postgres_url().await);
    Db::open(&target, migrations).await.unwrap()
}

/// How a test opens such a database.
#[must_use]
pub fn target(url: &str) -> Target {
    Target::Postgres {
        url: url.to_owned(),
        connections: CONNECTIONS,
        ca: None,
    }
}

/// Runs one check over both engines.
///
/// # Panics
/// Where a database cannot be made, or the check fails; the last engine named is the one.
pub async fn each_engine<F, Fut>(migrations: &[Migration], check: F)
where
    F: Fn(Db) -> Fut,
    Fut: Future<Output = ()>,
{
    println!("on SQLite");
    let (db, folder) = sqlite(migrations).await;
    check(db).await;
    drop(folder);
    println!("on PostgreSQL");
    let url = postgres_url().await;
    check(Db::open(&target(&url), migrations).await.unwrap()).await;
    Server::shared().forget(&url).await;
}
