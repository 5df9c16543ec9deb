//! What goes wrong names the right file and the right cause; what is tried changes nothing.

use std::fs;

use crate::harness::{self, Dev, command, symbolon};

#[test]
fn serve_without_a_configuration_is_told_of_the_option() {
    let dir = tempfile::tempdir().unwrap();
    let spoken = symbolon().arg("serve").current_dir(&dir).output().unwrap();
    assert_eq!(spoken.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(spoken.stderr).unwrap(),
        "symbolon: there is no symbolon.toml here; name a configuration with --config or \
         SYMBOLON_CONFIG, or try symbolon dev, which needs none\n"
    );
}

#[test]
fn a_dry_run_counts_what_a_restore_would_carry_over_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let backup = dir.path().join("backup.db");
    let file = backup.to_str().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let issued = harness::json(dir.path(), &["client", "secret", "issue", "demo-service"]);
    harness::json(dir.path(), &["backup", file]);
    let id = issued["id"].as_str().unwrap();
    let revoke = ["client", "secret", "revoke", "demo-service", id];
    let tried = command(dir.path(), &[&revoke[..], &["--dry-run"]].concat());
    assert_eq!(tried.code, 0);
    let what = "would be revoked, with every token that it was used for";
    assert_eq!(tried.err, format!("secret {id} {what}\n"));
    assert_eq!(command(dir.path(), &revoke).code, 0);
    let again = command(dir.path(), &[&revoke[..], &["--dry-run"]].concat());
    assert_eq!(again.code, 1, "it is revoked by now: {}", again.err);
    for _ in 0..2 {
        let told = harness::json(dir.path(), &["restore", file, "--dry-run"]);
        assert_eq!(told["deaths_carried_over"], 1);
        assert_eq!(told["term"], told["term_before"]);
    }
    let told = harness::json(dir.path(), &["restore", file]);
    assert_eq!(told["deaths_carried_over"], 1);
}

#[test]
fn a_backup_that_is_none_is_named() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let (folder, text) = (dir.path().join("folder"), dir.path().join("text"));
    fs::create_dir(&folder).unwrap();
    fs::write(&text, "no database at all".repeat(100)).unwrap();
    let missing = dir.path().join("missing");
    for (file, told) in [
        (&missing, ": No such file or directory"),
        (&folder, ": Is a directory"),
        (&text, " is not a Symbolon database; name another file"),
    ] {
        let name = file.to_str().unwrap();
        let spoken = command(dir.path(), &["restore", name]);
        assert_eq!(spoken.code, 2, "{}", spoken.err);
        let expected = format!("symbolon: {name}{told}");
        assert!(spoken.err.starts_with(&expected), "{}", spoken.err);
    }
}

#[test]
fn a_backup_into_a_folder_that_is_not_there_names_the_new_file() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let file = dir.path().join("nowhere").join("backup.db");
    let name = file.to_str().unwrap();
    let spoken = command(dir.path(), &["backup", name]);
    assert_eq!(spoken.code, 3);
    assert!(
        spoken
            .err
            .contains(&format!("the backup failed: {name}: No such file")),
        "{}",
        spoken.err
    );
    assert!(!spoken.err.contains(".partial"), "{}", spoken.err);
}

#[test]
fn a_secret_that_would_outlive_the_calendar_is_refused_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let issue = [
        "client",
        "secret",
        "issue",
        "demo-service",
        "--days",
        "4294967295",
    ];
    let spoken = command(dir.path(), &issue);
    assert_eq!(spoken.code, 1);
    assert!(
        spoken.err.contains("the end of the year 9999"),
        "{}",
        spoken.err
    );
}
