//! The journal verified and proved by commands, over the socket and without a server.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{self, Dev, command, run_with_input};

fn keep(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn findings(dir: &Path, against: &str) -> (i32, Vec<Value>) {
    let told = command(dir, &["journal", "verify", "--against", against]);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    (
        told.code,
        findings.iter().map(|one| one["finding"].clone()).collect(),
    )
}

/// Flips a byte where these bytes first stand in a file.
fn flip(file: &Path, bytes: &[u8]) {
    let mut all = fs::read(file).unwrap();
    let found = all.windows(bytes.len()).position(|some| some == bytes);
    all[found.unwrap() + bytes.len() - 1] ^= 1;
    fs::write(file, all).unwrap();
}

#[test]
fn what_was_given_out_finds_a_changed_entry_and_an_end_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let dev = Dev::start(dir);
    harness::json(
        dir,
        &["client", "create", "late", "--grant", "client_credentials"],
    );
    let reason = ["--reason", "INC-7: leaked"];
    let revoked = [&["revoke", "--client", "late"][..], &reason].concat();
    let receipt = harness::json(dir, &revoked)["receipt"].clone();
    let receipt = keep(dir, "receipt.jwt", receipt.as_str().unwrap());
    let early = command(dir, &["backup", dir.join("early.db").to_str().unwrap()]);
    assert_eq!(early.code, 0, "{}", early.err);
    dev.token();
    let checkpoint = command(dir, &["journal", "checkpoint"]);
    let checkpoint = keep(dir, "checkpoint.jwt", &checkpoint.out);
    assert_eq!(findings(dir, &receipt), (0, vec![]));
    assert_eq!(findings(dir, &checkpoint), (0, vec![]));
    let grown = command(dir, &["journal", "prove", "--since", &checkpoint]);
    let checked = run_with_input(&["journal", "check-proof", "-o", "json"], &grown.out);
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(dev.process.stop().success());
    assert_eq!(findings(dir, &checkpoint), (0, vec![]));

    let database = dir.join("symbolon.db");
    let kept = fs::read(&database).unwrap();
    let both = vec![json!("changed"), json!("contradicted")];
    flip(&database, b"\x26\0\x04late");
    assert_eq!(findings(dir, &checkpoint), (1, both.clone()));
    fs::write(&database, &kept).unwrap();
    flip(&database, b"\x27\0\x0dINC-7: leaked");
    assert_eq!(findings(dir, &checkpoint), (1, both));
    // The receipt holds its own entry, and all of it.
    let own = vec![json!("changed"), json!("replaced")];
    assert_eq!(findings(dir, &receipt), (1, own));
    fs::copy(dir.join("early.db"), &database).unwrap();
    // A backup that is put back by hand: what was given out tells, and the witness by itself.
    let seen = vec![json!("cut_off")];
    assert_eq!(findings(dir, &receipt), (1, seen));
    fs::remove_file(dir.join("symbolon.db.witness")).unwrap();
    assert_eq!(findings(dir, &receipt), (0, vec![]));
    assert_eq!(findings(dir, &checkpoint), (1, vec![json!("cut_off")]));
}

#[test]
fn whoever_takes_all_seals_away_is_found_and_no_restart_seals_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let database = dir.join("symbolon.db");
    let dev = Dev::start(dir);
    dev.token();
    harness::json(
        dir,
        &["client", "create", "late", "--grant", "client_credentials"],
    );
    assert!(dev.process.stop().success());
    let whole = harness::json(dir, &["journal", "verify"]);
    assert_eq!(whole["whole"], true);
    assert_eq!(whole["witnessed"], whole["sealed"]);
    let unseal = rusqlite::Connection::open(&database).unwrap();
    unseal.execute("DELETE FROM journal_segment", []).unwrap();
    drop(unseal);
    flip(&database, b"\x26\0\x04late");
    let found = || {
        let told = command(dir, &["journal", "verify"]);
        let report: Value = serde_json::from_str(&told.out).unwrap();
        let finding = &report["findings"][0];
        (
            told.code,
            finding["finding"].clone(),
            finding["sequence"].clone(),
        )
    };
    assert_eq!(found(), (1, json!("rewritten"), json!(1)));
    let dev = Dev::start(dir);
    dev.token();
    assert!(dev.process.stop().success());
    assert_eq!(found(), (1, json!("rewritten"), json!(1)));
    let lost = whole["sealed"].to_string();
    let acknowledge = [
        "journal",
        "acknowledge",
        "--lost",
        &lost,
        "--reason",
        "INC-11",
    ];
    harness::json(dir, &acknowledge);
    let told = command(dir, &["journal", "verify"]);
    assert_eq!(told.code, 4, "{}", told.err);
    Dev::start(dir).process.stop();
    assert_eq!(command(dir, &["journal", "verify"]).code, 4);
}

#[test]
fn a_restored_backup_is_no_loss_to_the_witness() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let dev = Dev::start(dir);
    dev.token();
    let backup = dir.join("backup.db");
    harness::json(dir, &["backup", backup.to_str().unwrap()]);
    for _ in 0..5 {
        dev.token();
    }
    assert!(dev.process.stop().success());
    harness::json(dir, &["restore", backup.to_str().unwrap()]);
    let verified = command(dir, &["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    let dev = Dev::start(dir);
    dev.token();
    assert!(dev.process.stop().success());
    let whole = harness::json(dir, &["journal", "verify"]);
    assert_eq!(
        (&whole["whole"], &whole["witnessed"]),
        (&json!(true), &whole["sealed"])
    );
}

#[test]
fn a_proof_is_checked_without_an_installation() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let dev = Dev::start(dir);
    dev.token();
    let proof = command(dir, &["journal", "prove", "1"]);
    let checked = run_with_input(&["journal", "check-proof", "-o", "json"], &proof.out);
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(checked.err.contains("compare it"), "{}", checked.err);
    let told: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(told["record"]["sequence"], 1);
    let forged = proof.out.replace("\"sequence\": 1", "\"sequence\": 2");
    let checked = run_with_input(&["journal", "check-proof"], &forged);
    assert_eq!(checked.code, 1);
    assert!(checked.err.contains("does not lead"), "{}", checked.err);
    let none = command(dir, &["journal", "prove", "4000"]);
    assert_eq!(none.code, 1, "{}", none.err);
}

#[test]
fn who_was_erased_after_the_backup_stays_erased() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let dev = Dev::start(dir);
    let made = harness::json(
        dir,
        &["subject", "create", "--kind", "person", "--username", "ada"],
    );
    let id = made["id"].as_str().unwrap();
    let reason = ["--subject", id, "--reason", "Ada lost her laptop"];
    harness::json(dir, &[&["revoke"][..], &reason].concat());
    let backup = dir.join("backup.db");
    let file = backup.to_str().unwrap();
    harness::json(dir, &["backup", file]);
    let search = ["journal", "search", "--node", id, "--verb", "revoke"];
    let said = command(dir, &search).out;
    assert!(said.contains("Ada lost"), "{said}");
    assert_eq!(command(dir, &["subject", "erase", id]).code, 0);
    let said = command(dir, &search).out;
    assert!(
        said.contains("sealed_for") && !said.contains("Ada"),
        "{said}"
    );
    assert!(dev.process.stop().success());
    let told = harness::json(dir, &["restore", file]);
    assert_eq!(told["erasures_carried_over"], 1);
    let said = command(dir, &search).out;
    assert!(
        said.contains("sealed_for") && !said.contains("Ada"),
        "{said}"
    );
    assert_eq!(command(dir, &["subject", "show", id]).code, 1);
    assert_eq!(findings_alone(dir), (0, vec![]));
}

fn findings_alone(dir: &Path) -> (i32, Vec<Value>) {
    let checkpoint = command(dir, &["journal", "checkpoint"]);
    findings(dir, &keep(dir, "alone.jwt", &checkpoint.out))
}

#[test]
fn how_long_entries_stay_is_said_and_set() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let dev = Dev::start(dir);
    let kept = |arguments: &[&str]| {
        let all = [&["journal", "retention"][..], arguments].concat();
        harness::json(dir, &all)["days"].clone()
    };
    assert_eq!(kept(&[]), 90);
    assert_eq!(kept(&["--days", "30"]), 30);
    assert_eq!(kept(&[]), 30);
    let refused = command(dir, &["journal", "retention", "--days", "0"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    let out = dir.join("export.gz");
    let none = command(dir, &["journal", "export", "--out", out.to_str().unwrap()]);
    assert_eq!(none.code, 1, "{}", none.err);
    assert!(none.err.contains("no sealed segment"), "{}", none.err);
    assert!(!out.exists());
    assert!(dev.process.stop().success());
}

#[test]
fn a_server_that_stopped_left_a_sealed_journal_that_is_exported_and_verified_alone() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let dev = Dev::start(dir);
    dev.token();
    assert!(dev.process.stop().success());
    let report = harness::json(dir, &["journal", "verify"]);
    assert_eq!(report["sealed"], report["head"]);
    let checkpoint = command(dir, &["journal", "checkpoint"]);
    let checkpoint = keep(dir, "checkpoint.jwt", &checkpoint.out);
    let out = dir.join("export.gz");
    let out = out.to_str().unwrap();
    let told = harness::json(dir, &["journal", "export", "--out", out]);
    assert_eq!(told["entries"], report["head"]);
    let verify = ["journal", "verify", "--file", out, "--against", &checkpoint];
    let verified = run_with_input(&[&verify[..], &["-o", "json"]].concat(), "");
    assert_eq!(verified.code, 0, "{}", verified.err);
    let verified: Value = serde_json::from_str(&verified.out).unwrap();
    assert_eq!(
        (&verified["root"], &verified["whole"]),
        (&report["root"], &json!(true))
    );
    let again = command(dir, &["journal", "export", "--out", out]);
    assert_eq!(again.code, 1, "{}", again.err);
}
