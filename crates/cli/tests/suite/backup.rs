use std::fs;

use crate::harness::{self, Dev, command, run_with_input};

#[test]
fn after_a_restore_the_dead_stay_dead_and_the_lost_past_is_dead() {
    let dir = tempfile::tempdir().unwrap();
    let backup = dir.path().join("backup.db");
    let file = backup.to_str().unwrap();
    let dev = Dev::start(dir.path());
    let before = dev.token();
    let made = harness::json(dir.path(), &["backup", file]);
    assert!(made["sequence"].as_i64().unwrap() > 0);
    harness::json(
        dir.path(),
        &["client", "create", "late", "--grant", "client_credentials"],
    );
    let issued = harness::json(dir.path(), &["client", "secret", "issue", "demo-service"]);
    let lost = dev.token();
    let held = command(dir.path(), &["restore", file]);
    assert_eq!(held.code, 2, "{}", held.err);
    assert!(
        held.err.contains("in use by another Symbolon process"),
        "{}",
        held.err
    );
    assert!(dev.process.stop().success());

    let told = harness::json(dir.path(), &["restore", file, "--dry-run"]);
    assert_eq!(told["term"], told["term_before"]);
    let told = harness::json(dir.path(), &["restore", file]);
    assert!(told["term"].as_i64() > told["term_before"].as_i64());
    let dev = Dev::start(dir.path());
    assert!(!dev.is_active(&before));
    assert!(!dev.is_active(&lost));
    assert_eq!(command(dir.path(), &["client", "show", "late"]).code, 1);
    let token = dev.token();
    assert!(dev.is_active(&token));
    assert!(dev.is_active(dev.said("admin_token")));
    let secret = issued["client_secret"].as_str().unwrap();
    let answer = dev.connect().form(
        "/token",
        Some(("demo-service", secret)),
        "grant_type=client_credentials",
    );
    assert_eq!(
        answer.status, 401,
        "a secret of the lost past proves nothing"
    );
    let journal = command(dir.path(), &["journal", "search", "--noun", "term"]);
    assert!(journal.out.contains("\"begin\""), "{}", journal.out);
}

#[test]
fn what_was_ended_after_the_backup_stays_ended() {
    let dir = tempfile::tempdir().unwrap();
    let backup = dir.path().join("backup.db");
    let file = backup.to_str().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let issued = harness::json(dir.path(), &["client", "secret", "issue", "demo-service"]);
    harness::json(dir.path(), &["backup", file]);
    let id = issued["id"].as_str().unwrap();
    let revoke = ["client", "secret", "revoke", "demo-service", id];
    assert_eq!(command(dir.path(), &revoke).code, 0);
    let told = harness::json(dir.path(), &["restore", file]);
    assert_eq!(told["deaths_carried_over"], 1);
    let dev = Dev::start(dir.path());
    let secret = issued["client_secret"].as_str().unwrap();
    let answer = dev.connect().form(
        "/token",
        Some(("demo-service", secret)),
        "grant_type=client_credentials",
    );
    let proves =
        answer.status == 200 && dev.is_active(answer.json()["access_token"].as_str().unwrap());
    assert!(
        !proves,
        "a secret that was revoked after the backup gives a token that lives"
    );
}

#[test]
fn a_backup_never_replaces_a_file_and_a_restore_keeps_the_database() {
    let dir = tempfile::tempdir().unwrap();
    let backup = dir.path().join("backup.db");
    let file = backup.to_str().unwrap();
    let dev = Dev::start(dir.path());
    harness::json(dir.path(), &["backup", file]);
    let again = command(dir.path(), &["backup", file]);
    assert_eq!(again.code, 1);
    assert!(
        again.err.contains("exists already; name another file"),
        "{}",
        again.err
    );
    assert!(dev.process.stop().success());
    let told = harness::json(dir.path(), &["restore", file]);
    let kept = told["replaced_database"].as_str().unwrap();
    assert!(fs::metadata(kept).unwrap().len() > 0);
    assert!(backup.exists());
}

#[test]
fn a_restore_with_another_root_key_changes_nothing() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = other.path().join("backup.db");
    let dev = Dev::start(other.path());
    harness::json(other.path(), &["backup", file.to_str().unwrap()]);
    drop(dev);
    let dev = Dev::start(dir.path());
    let token = dev.token();
    assert!(dev.process.stop().success());
    let refused = command(dir.path(), &["restore", file.to_str().unwrap()]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("root key 1 is not the one"),
        "{}",
        refused.err
    );
    let arguments = ["--dir", dir.path().to_str().unwrap(), "token", "verify"];
    assert_eq!(run_with_input(&arguments, &token).code, 0);
}
