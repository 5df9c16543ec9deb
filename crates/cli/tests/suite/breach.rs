//! Seals that somebody broke: an operator looks, acknowledges, and sealing goes on; the break is told on.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{self, Dev, command, run_with_input};

fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|one| one["finding"].as_str().unwrap())
        .collect()
}

#[test]
fn sealing_goes_on_behind_an_acknowledged_break_that_is_told_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for _ in 0..2 {
        let dev = Dev::start(dir);
        dev.token();
        assert!(dev.process.stop().success());
    }
    let before = harness::json(dir, &["journal", "verify"]);
    let database = Connection::open(dir.join("symbolon.db")).unwrap();
    let last = "SELECT max(first) FROM journal_segment";
    let first: i64 = database.query_row(last, [], |row| row.get(0)).unwrap();
    let forge = "UPDATE journal_segment SET signature = zeroblob(64) WHERE first = ?1";
    database.execute(forge, [first]).unwrap();
    drop(database);
    let dev = Dev::start(dir);
    let found = command(dir, &["journal", "verify"]);
    assert_eq!(found.code, 1, "{}", found.err);

    let (at, other) = (first.to_string(), (first + 1).to_string());
    let acknowledge = ["journal", "acknowledge", "--unsigned"];
    let unsaid = command(dir, &[&acknowledge[..], &[&at]].concat());
    assert_eq!(unsaid.code, 2, "a reason is needed: {}", unsaid.err);
    let reason = ["--reason", "INC-9: the disk was swapped"];
    let elsewhere = command(dir, &[&acknowledge[..], &[&other], &reason].concat());
    assert_eq!(elsewhere.code, 1, "{}", elsewhere.err);
    let seen = harness::json(dir, &[&acknowledge[..], &[&at, "--dry-run"]].concat());
    assert_eq!(seen["acknowledged"], false);
    assert_eq!(command(dir, &["journal", "verify"]).code, 1);
    let done = harness::json(dir, &[&acknowledge[..], &[&at], &reason].concat());
    assert_eq!(done["acknowledged"], true);
    assert_eq!(done["set_aside"], seen["set_aside"]);
    assert_eq!(done["set_aside"].as_array().unwrap().len(), 1);

    let verified = command(dir, &["journal", "verify"]);
    assert_eq!(verified.code, 4, "{}", verified.err);
    let report: Value = serde_json::from_str(&verified.out).unwrap();
    assert_eq!(names(&report["findings"]), [""; 0]);
    assert_eq!(names(&report["acknowledged"]), ["unsigned"]);
    assert_eq!(report["acknowledged"][0]["sequence"], first);
    assert_eq!(report["acknowledged"][0]["request_id"], done["request_id"]);
    assert_eq!(report["whole"], false);
    let said = command(dir, &["journal", "search", "--verb", "acknowledge"]);
    assert!(said.out.contains("INC-9") && said.out.contains("\"operator\""));
    assert!(said.out.contains(done["request_id"].as_str().unwrap()));
    assert!(dev.process.stop().success());

    // Without a server too; the server sealed its end.
    let verified = command(dir, &["journal", "verify"]);
    assert_eq!(verified.code, 4, "{}", verified.err);
    let report: Value = serde_json::from_str(&verified.out).unwrap();
    assert_eq!(report["sealed"], report["head"]);
    assert!(report["head"].as_i64() > before["head"].as_i64());

    searched(dir, &done);
}

/// The export that tells of it is searched like a journal.
fn searched(dir: &std::path::Path, done: &Value) {
    let out = dir.join("export.gz");
    let file = out.to_str().unwrap();
    harness::json(dir, &["journal", "export", "--out", file]);
    let search = ["-o", "json", "journal", "search", "--file", file];
    let found = run_with_input(&[&search[..], &["--verb", "acknowledge"]].concat(), "");
    assert_eq!(found.code, 0, "{}", found.err);
    assert!(found.err.contains("acknowledged"), "{}", found.err);
    let entry: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(entry["request_id"], done["request_id"]);
    assert_eq!(
        (&entry["verb"], &entry["noun"]),
        (&json!("acknowledge"), &json!("term"))
    );
    let issued = run_with_input(
        &[&search[..], &["--verb", "issue", "--noun", "access"]].concat(),
        "",
    );
    let offline: Vec<Value> = issued
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let online = command(
        dir,
        &["journal", "search", "--verb", "issue", "--noun", "access"],
    );
    let online: Vec<Value> = online
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(offline.len() > 1);
    assert_eq!(offline, online);
    let newest = ["journal", "tail", "--file", file, "-n", "3", "-o", "json"];
    let newest = run_with_input(&newest, "");
    assert_eq!(newest.out.lines().count(), 3, "{}", newest.err);
    let unknown = run_with_input(&[&search[..], &["--verb", "mint"]].concat(), "");
    assert_eq!(unknown.code, 1, "{}", unknown.err);
    let mut bytes = std::fs::read(&out).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&out, bytes).unwrap();
    assert_eq!(run_with_input(&search, "").code, 1);
}
