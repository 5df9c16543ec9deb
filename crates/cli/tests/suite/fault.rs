//! Faults at the start: one sentence on standard error, exit code 2, nothing on standard output.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::harness::{Dev, command, run};

fn refused(dir: &Path, sentence: &str) {
    let dir = dir.to_str().unwrap();
    let spoken = run(&["dev", "--dir", dir, "--listen", "127.0.0.1:0"]);
    assert_eq!(
        (spoken.code, spoken.out.as_str()),
        (2, ""),
        "{}",
        spoken.err
    );
    let lines: Vec<_> = spoken.err.lines().collect();
    assert_eq!(lines.len(), 1, "{}", spoken.err);
    let told = lines[0].replace(dir, "DIR");
    assert_eq!(told, format!("symbolon: {sentence}"));
}

/// A directory that was used and left.
fn used() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    dir
}

#[test]
fn a_wrong_root_key_is_one_sentence() {
    let (dir, other) = (used(), used());
    fs::copy(other.path().join("root.key"), dir.path().join("root.key")).unwrap();
    refused(
        dir.path(),
        "root key 1 is not the one this database was written with; start with the ring that was \
         used before",
    );
}

#[test]
fn a_root_key_that_others_may_read_is_one_sentence() {
    let dir = used();
    let path = dir.path().join("root.key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    refused(
        dir.path(),
        "DIR/root.key can be read by others (mode 0644); run: chmod 600 DIR/root.key",
    );
}

#[test]
fn a_database_that_another_process_holds_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let _holder = Dev::start(dir.path());
    refused(
        dir.path(),
        "DIR/symbolon.db is in use by another Symbolon process; stop it, or use another directory",
    );
}

#[test]
fn a_command_beside_a_process_without_a_socket_is_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let _holder = Dev::start(dir.path());
    fs::remove_file(dir.path().join("symbolon.sock")).unwrap();
    let spoken = command(dir.path(), &["client", "list"]);
    assert_eq!(spoken.code, 2);
    assert!(spoken.err.contains("is in use by another Symbolon process"));
}

#[test]
fn a_foreign_file_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("symbolon.db"),
        "not a database at all".repeat(100),
    )
    .unwrap();
    refused(
        dir.path(),
        "DIR/symbolon.db is not a Symbolon database; name another file",
    );
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = dir.path().to_str().unwrap();
    let spoken = run(&["dev", "--dir", dir, "--listen", &address]);
    assert_eq!(spoken.code, 2);
    assert_eq!(
        spoken.err,
        format!("symbolon: {address} is in use by another process; stop it or listen elsewhere\n")
    );
}

#[test]
fn a_directory_without_an_installation_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let spoken = command(dir.path(), &["client", "list"]);
    assert_eq!(spoken.code, 2);
    let expected = format!(
        "symbolon: there is no installation in {}; name one with --dir or --config, or begin with \
         symbolon dev\n",
        dir.path().display()
    );
    assert_eq!(spoken.err, expected);
}

#[tokio::test]
async fn a_newer_database_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let target = symbolon_store::Target::Sqlite {
        path: dir.path().join("symbolon.db"),
    };
    let future = symbolon_store::Migration {
        noun: "future",
        number: 7,
        sql: "CREATE TABLE future (id BIGINT PRIMARY KEY);",
    };
    let db = symbolon_store::Db::open(&target, &[future]).await.unwrap();
    db.close().await;
    refused(
        dir.path(),
        "the database was written by a newer version of Symbolon (it has future 7); install that \
         version or a later one",
    );
}
