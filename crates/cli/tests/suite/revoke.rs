//! Revoking by cause, and why a token is dead, by commands.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{self, Dev, Spoken, command, run_with_input};

fn with_input(dir: &Path, arguments: &[&str], input: &str) -> Spoken {
    let mut all = vec!["--dir", dir.to_str().unwrap()];
    all.extend(arguments);
    run_with_input(&all, input)
}

fn why(dir: &Path, token: &str) -> Value {
    let told = with_input(dir, &["token", "why", "-o", "json"], token);
    assert_eq!(told.code, 0, "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}

#[test]
fn a_client_loses_its_tokens_and_gets_others_that_live() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let (before, client) = (dev.token(), dev.said("client_id"));
    let arguments = ["revoke", "--client", client, "--reason", "INC-7: leaked"];
    let done = harness::json(dir.path(), &arguments);
    assert_eq!(
        (&done["epoch"], &done["enforced_by"]),
        (&json!(1), &json!([]))
    );
    assert!(!dev.is_active(&before));
    assert!(dev.is_active(&dev.token()));
    let told = why(dir.path(), &before);
    assert_eq!(
        told["ancestor"],
        json!({"role": "client", "node": done["node"]})
    );
    assert_eq!(
        (&told["sequence"], &told["reason"], &told["actor"]),
        (
            &done["sequence"],
            &json!("INC-7: leaked"),
            &json!("operator")
        )
    );
    let table = with_input(dir.path(), &["token", "why", "-o", "table"], &before);
    assert!(table.out.starts_with("DEAD: "), "{}", table.out);
    assert!(
        table.out.contains("reason    INC-7: leaked"),
        "{}",
        table.out
    );
}

#[test]
fn a_token_to_be_revoked_comes_by_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let (token, other) = (dev.token(), dev.token());
    let arguments = ["revoke", "--token", "--reason", "leaked", "-o", "json"];
    let done = with_input(dir.path(), &arguments, &token);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(!dev.is_active(&token));
    assert!(dev.is_active(&other));
    assert_eq!(why(dir.path(), &token)["ancestor"]["role"], "token");
}

#[test]
fn one_cause_is_named_and_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    for arguments in [
        &["revoke", "--reason", "x"][..],
        &["revoke", "--client", "a"],
        &["revoke", "--client", "a", "--session", "b", "--reason", "x"],
    ] {
        assert_eq!(command(dir.path(), arguments).code, 2, "{arguments:?}");
    }
    let unknown = ["revoke", "--client", "nobody", "--reason", "x"];
    let refused = command(dir.path(), &unknown);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(
        refused.err.contains("no client \"nobody\""),
        "{}",
        refused.err
    );
    let token = dev.token();
    let whole = [
        "revoke",
        "--whole-realm",
        "dev",
        "--reason",
        "x",
        "--wait",
        "all",
    ];
    let realms = harness::json(dir.path(), &["realm", "list"]);
    let name = realms[0]["name"].as_str().unwrap();
    let whole = whole.map(|one| if one == "dev" { name } else { one });
    let done = command(dir.path(), &whole);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(!dev.is_active(&token));
    assert!(dev.is_active(&dev.token()));
}

#[test]
fn a_realm_is_disabled_beside_and_enabled_again() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let realms = harness::json(dir.path(), &["realm", "list"]);
    let name = realms[0]["name"].as_str().unwrap();
    let arguments = [
        "revoke",
        "--whole-realm",
        name,
        "--reason",
        "x",
        "--disable",
    ];
    assert_eq!(command(dir.path(), &arguments).code, 0);
    let enabled = command(dir.path(), &["realm", "enable", name]);
    assert_eq!(enabled.err, format!("{name} is enabled\n"));
    assert!(dev.is_active(&dev.token()));
    assert_eq!(command(dir.path(), &["realm", "enable", "nobody"]).code, 1);
}
