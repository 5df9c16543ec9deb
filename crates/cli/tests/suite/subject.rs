//! Persons by commands, beside a running server and without one.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{self, Dev, Spoken, command, run_with_input};

/// Runs a check beside a server, then without one.
fn either_way(check: impl Fn(&Path)) {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    check(dir.path());
    assert!(dev.process.stop().success());
    check(&{
        let dir = dir.path().join("second");
        std::fs::create_dir(&dir).unwrap();
        assert!(Dev::start(&dir).process.stop().success());
        dir
    });
}

fn create(dir: &Path, more: &[&str]) -> Vec<String> {
    let first = [
        "--dir",
        dir.to_str().unwrap(),
        "subject",
        "create",
        "--kind",
        "person",
    ];
    let all = first.iter().chain(more);
    all.map(|one| (*one).to_owned()).collect()
}

fn with_claims(dir: &Path, more: &[&str], claims: &str) -> Spoken {
    let arguments = create(dir, more);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    run_with_input(&arguments, claims)
}

fn usernames(dir: &Path, search: &str) -> Vec<Value> {
    let listed = harness::json(dir, &["subject", "list", "--search", search]);
    let listed = listed.as_array().unwrap();
    listed.iter().map(|one| one["username"].clone()).collect()
}

#[test]
fn a_person_is_made_changed_searched_and_ended() {
    either_way(|dir| {
        let ada = [
            "subject",
            "create",
            "--kind",
            "person",
            "--username",
            "ada",
            "--email",
            "ada@example.com",
            "--name",
            "Ada Lovelace",
        ];
        let made = harness::json(dir, &ada);
        let said = (&made["name"], &made["username"], &made["claims"]["email"]);
        let expected = (
            &json!("Ada Lovelace"),
            &json!("ada"),
            &json!("ada@example.com"),
        );
        assert_eq!(said, expected);
        let link = made["password_link"].as_str().unwrap();
        assert!(link.contains("/set-password/sym_pl_"), "{link}");
        assert!(made["password_link_expires_at"].is_number());
        let again = command(dir, &ada);
        assert_eq!((again.code, again.out.as_str()), (1, ""), "{}", again.err);
        assert!(
            again.err.contains("signs in by this username"),
            "{}",
            again.err
        );
        let id = made["id"].as_str().unwrap();
        let change = [
            "subject",
            "change",
            id,
            "--name",
            "Ada King",
            "--email-verified",
        ];
        let changed = harness::json(dir, &change);
        assert_eq!(changed["claims"]["name"], "Ada King");
        assert_eq!(changed["claims"]["email_verified"], true);
        assert_eq!(harness::json(dir, &["subject", "show", id]), changed);
        let other = harness::json(dir, &["subject", "password-link", id]);
        assert_ne!(other["url"], made["password_link"]);
        assert_eq!(usernames(dir, "ADA@ex"), ["ada"]);
        assert_eq!(usernames(dir, "a&limit=0#"), Vec::<Value>::new());
        assert_eq!(command(dir, &["subject", "end", id]).code, 0);
        assert_eq!(usernames(dir, "ada"), Vec::<Value>::new());
    });
}

#[test]
fn claims_are_read_from_a_file_or_standard_input() {
    either_way(|dir| {
        let claims = json!({"locale": "en-GB", "email": "from-the-file@example.com"}).to_string();
        let named = [
            "--username",
            "ada",
            "--email",
            "ada@example.com",
            "--claims",
            "-",
        ];
        let made = with_claims(dir, &named, &claims);
        assert_eq!(made.code, 0, "{}", made.err);
        let made: Value = serde_json::from_str(&made.out).unwrap();
        assert_eq!(made["claims"]["locale"], "en-GB");
        assert_eq!(made["claims"]["email"], "ada@example.com");
        let file = dir.join("claims.json");
        std::fs::write(
            &file,
            json!({"locale": null, "nickname": "Ada"}).to_string(),
        )
        .unwrap();
        let (id, file) = (made["id"].as_str().unwrap(), file.to_str().unwrap());
        let changed = harness::json(dir, &["subject", "change", id, "--claims", file]);
        assert_eq!(changed["claims"].get("locale"), None);
        assert_eq!(changed["claims"]["nickname"], "Ada");
        let wrong = with_claims(dir, &["--username", "eve", "--claims", "-"], "[1]");
        assert_eq!((wrong.code, wrong.out.as_str()), (2, ""));
        assert!(
            wrong.err.contains("no JSON object of claims"),
            "{}",
            wrong.err
        );
    });
}

#[test]
fn a_table_shows_who_is_meant() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let ada = ["--username", "ada", "--name", "Ada Lovelace"];
    assert_eq!(with_claims(dir.path(), &ada, "").code, 0);
    let listed = command(
        dir.path(),
        &["-o", "table", "subject", "list", "--search", "ada"],
    );
    let mut lines = listed.out.lines();
    let heads: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(
        heads,
        ["ID", "KIND", "USERNAME", "NAME", "STATE", "CREATED"]
    );
    let row = lines.next().unwrap();
    assert!(
        row.contains("person  ada       Ada Lovelace  live"),
        "{row}"
    );
}
