//! Opening: what is refused, by which sentence, and that nothing is harmed by it.

use std::path::Path;

use symbolon_store::testing::{self, Server, postgres_url};
use symbolon_store::{BackupError, Db, Migration, OpenError, Sequence, Target, Term, Unit};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::arrange::*;

const SECOND: Migration = Migration {
    noun: "thing",
    number: 2,
    sql: "ALTER TABLE thing ADD COLUMN colour TEXT; CREATE INDEX thing_colour ON thing (colour);",
};

fn file(path: &Path) -> Target {
    Target::Sqlite {
        path: path.to_owned(),
    }
}

/// Opens a database, closes it, and opens it again with other migrations; on both engines.
async fn reopened(
    folder: &Path,
    first: &[Migration],
    second: &[Migration],
) -> [Result<Db, OpenError>; 2] {
    let sqlite = file(&folder.join("db"));
    let postgres = testing::target(&postgres_url().await);
    for target in [&sqlite, &postgres] {
        let db = Db::open(target, first).await.unwrap();
        db.commit(Unit::entry(entry("before"))).await.unwrap();
    }
    [
        Db::open(&sqlite, second).await,
        Db::open(&postgres, second).await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_finds_what_the_first_left_and_adds_what_is_new() {
    let both = [MIGRATIONS[0], SECOND];
    let folder = tempfile::tempdir().unwrap();
    for db in reopened(folder.path(), MIGRATIONS, &both).await {
        let db = db.unwrap();
        assert_eq!(db.head().await.unwrap(), (Term(1), Sequence(1)));
        let found = db.row("SELECT colour FROM thing", &[]).await.unwrap();
        assert_eq!(found, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused() {
    let both = [MIGRATIONS[0], SECOND];
    let folder = tempfile::tempdir().unwrap();
    for db in reopened(folder.path(), &both, MIGRATIONS).await {
        let error = db.unwrap_err();
        assert!(
            matches!(&error, OpenError::Newer { migration } if migration == "thing 2"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_changed_after_it_was_applied_is_refused() {
    let changed = Migration {
        sql: "CREATE TABLE other (id BIGINT PRIMARY KEY);",
        ..MIGRATIONS[0]
    };
    let folder = tempfile::tempdir().unwrap();
    for db in reopened(folder.path(), MIGRATIONS, &[changed]).await {
        let error = db.unwrap_err();
        assert!(
            matches!(&error, OpenError::Changed { migration } if migration == "thing 1"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_leaves_the_database_as_before() {
    let broken = Migration {
        sql: "CREATE TABLE half (id BIGINT PRIMARY KEY); CREATE TABLE half (id BIGINT);",
        ..SECOND
    };
    let folder = tempfile::tempdir().unwrap();
    let sqlite = file(&folder.path().join("db"));
    let postgres = testing::target(&postgres_url().await);
    for target in [sqlite, postgres] {
        let error = Db::open(&target, &[MIGRATIONS[0], broken])
            .await
            .unwrap_err();
        assert!(
            matches!(&error, OpenError::Migration { migration, .. } if migration == "thing 2"),
            "{error}"
        );
        let db = Db::open(&target, MIGRATIONS).await.unwrap();
        db.row("SELECT id FROM half", &[]).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_on_an_empty_server_agree() {
    let target = testing::target(&postgres_url().await);
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let target = target.clone();
        starting.spawn(async move { Db::open(&target, &[MIGRATIONS[0], SECOND]).await.unwrap() });
    }
    for db in starting.join_all().await {
        db.commit(Unit::entry(entry("mine"))).await.unwrap();
        assert!(db.head().await.unwrap().1 >= Sequence(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_one_owner_whatever_name_it_is_called_by() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let other_name = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &other_name).unwrap();
    let db = Db::open(&file(&path), MIGRATIONS).await.unwrap();
    for name in [&path, &other_name] {
        let error = Db::open(&file(name), MIGRATIONS).await.unwrap_err();
        assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    }
    db.commit(unit(insert(1), "still mine")).await.unwrap();
    drop(db);
    let again = Db::open(&file(&other_name), MIGRATIONS).await.unwrap();
    assert_eq!(count(&again).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(
        &text,
        "This is no database, and longer than a header. ".repeat(20),
    )
    .unwrap();
    let foreign = folder.path().join("foreign");
    let connection = rusqlite::Connection::open(&foreign).unwrap();
    connection
        .execute_batch("CREATE TABLE theirs (id INTEGER)")
        .unwrap();
    connection.close().unwrap();
    for path in [text, foreign] {
        let before = std::fs::read(&path).unwrap();
        let error = Db::open(&file(&path), MIGRATIONS).await.unwrap_err();
        assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_for_its_owner_alone_and_closing_leaves_it_in_one_piece() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let db = Db::open(&file(&path), MIGRATIONS).await.unwrap();
    db.commit(unit(insert(1), "one")).await.unwrap();
    assert_eq!(count(&db).await, 1);
    for name in ["db", "db-wal", "db-shm", "db.lock"] {
        let mode = folder.path().join(name).metadata().unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
    }
    drop(db);
    assert!(!folder.path().join("db-wal").exists());
    let missing = folder.path().join("no such folder").join("db");
    let error = Db::open(&file(&missing), MIGRATIONS).await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_live_database_opens_with_what_was_durable() {
    let (db, folder) = testing::sqlite(MIGRATIONS).await;
    let writing = tokio::spawn({
        let db = db.clone();
        async move {
            for id in 0..500 {
                db.commit(unit(insert(id), "x")).await.unwrap();
            }
        }
    });
    db.commit(unit(insert(1000), "first")).await.unwrap();
    let copy = folder.path().join("copy");
    let sequence = db.backup(&copy).await.unwrap();
    assert!(sequence >= Sequence(1));
    let refused = db.backup(&copy).await.unwrap_err();
    assert!(matches!(refused, BackupError::Exists { .. }));
    writing.await.unwrap();

    let restored = Db::open(&file(&copy), MIGRATIONS).await.unwrap();
    assert_eq!(restored.head().await.unwrap(), (Term(1), sequence));
    assert_eq!(count(&restored).await, sequence.0);
    assert_eq!(restored.begin_term(Term(7)).await.unwrap(), Term(7));
    restored.commit(unit(insert(2000), "new")).await.unwrap();
    assert_eq!(db.term(), Term(1));
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial"))
        .collect();
    assert_eq!(names, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_backed_up_by_its_own_tools() {
    let db = testing::postgres(MIGRATIONS).await;
    let error = db.backup(Path::new("/nowhere")).await.unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_engine_is_refused_by_its_protocol() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        // The greeting of a MySQL server.
        let greeting = b"\x4a\x00\x00\x00\x0a8.0.36\x00\x0b\x00\x00\x00abcdefgh\x00\xff\xf7";
        client.write_all(greeting).await.unwrap();
        client.write_all(&[0; 200]).await.unwrap();
        client
    });
    let url = format!("postgres://root:sesame@127.0.0.1:{port}/x");
    let error = Db::open(&testing::target(&url), MIGRATIONS)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::WrongEngine { .. }), "{error}");
    drop(server.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_refusal_repeats_the_password() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let socket = Server::shared().folder().to_str().unwrap();
    let socket = socket.replace('/', "%2F");
    for url in [
        format!("postgres://user:sesame@127.0.0.1:{port}/x"),
        format!("postgres://nobody_known:sesame@{socket}/postgres"),
        format!("postgres://postgres:sesame@{socket}/no_such_database"),
        format!("postgres://postgres:sesame@{socket}/postgres?sesame=1"),
        "sesame".to_owned(),
    ] {
        let error = Db::open(&testing::target(&url), MIGRATIONS)
            .await
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("sesame"), "{error}");
        assert!(
            matches!(error, OpenError::Unreachable { .. } | OpenError::Url { .. }),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_server_and_another_encoding_are_refused() {
    let server = Server::shared();
    let url = server.database().await;
    let name = url.rsplit('/').next().unwrap();
    server
        .run(&format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = on"
        ))
        .await;
    let error = Db::open(&testing::target(&url), MIGRATIONS)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("name the primary"), "{error}");
    server
        .run(
            "CREATE DATABASE latin ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' \
             TEMPLATE template0",
        )
        .await;
    let url = url.replace(name, "latin");
    let error = Db::open(&testing::target(&url), MIGRATIONS)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("ENCODING 'UTF8'"), "{error}");
}
