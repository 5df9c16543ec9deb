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

#[test]
fn a_preview_counts_and_revokes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let tokens = [dev.token(), dev.token()];
    let client = dev.said("client_id");
    let said = harness::json(dir.path(), &["revoke", "--client", client, "--preview"]);
    let told = (&said["live"]["access"], &said["clients"], &said["complete"]);
    assert_eq!(told, (&json!(2), &json!(1), &json!(true)), "{said}");
    assert!(tokens.iter().all(|token| dev.is_active(token)));
}

#[test]
fn what_a_network_asked_for_is_revoked_while_the_command_waits() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let token = dev.token();
    let revoke = |network: &str| {
        let arguments = ["revoke", "--network", network, "--reason", "INC-8: scraped"];
        harness::json(dir.path(), &arguments)
    };
    let other = revoke("198.51.100.0/24");
    assert_eq!(
        (&other["state"], &other["revoked"]),
        (&json!("done"), &json!(0))
    );
    assert!(dev.is_active(&token));
    let done = revoke("127.0.0.0/16");
    assert_eq!(done["kinds"]["access"], 1, "{done}");
    assert!(done["receipt"].is_string(), "{done}");
    assert!(!dev.is_active(&token));
    let told = why(dir.path(), &token);
    assert_eq!(
        (&told["reason"], &told["actor"]),
        (&json!("INC-8: scraped"), &json!("operator"))
    );
    let narrow = ["revoke", "--network", "127.0.0.1/32", "--reason", "x"];
    let refused = command(dir.path(), &narrow);
    assert!(refused.err.contains("too narrow"), "{}", refused.err);
}

#[test]
fn without_a_server_the_command_looks_through_the_journal_itself() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let (token, listen) = (dev.token(), dev.address().to_owned());
    drop(dev);
    let arguments = ["revoke", "--network", "127.0.0.0/24", "--reason", "x"];
    let done = harness::json(dir.path(), &arguments);
    assert_eq!(
        (&done["state"], &done["kinds"]["access"]),
        (&json!("done"), &json!(1))
    );
    let dev = Dev::start_at(dir.path(), &listen);
    assert!(!dev.is_active(&token));
}

#[test]
fn what_is_suspended_is_refused_until_it_is_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let (token, client) = (dev.token(), dev.said("client_id"));
    let secrets = harness::json(dir.path(), &["client", "secret", "list", client]);
    let secret = secrets[0]["id"].as_str().unwrap();
    let turn = |verb| {
        let arguments = [verb, "--client-secret", secret, "--reason", "mislaid"];
        harness::json(dir.path(), &arguments)["state"].clone()
    };
    assert_eq!(turn("suspend"), "suspended");
    // Introspection needs a client that can prove itself: the operator looks instead.
    assert_eq!(why(dir.path(), &token)["is_alive"], false);
    assert_eq!(turn("resume"), "live");
    assert!(dev.is_active(&token));
}

#[test]
fn a_suspended_secret_is_listed_as_disabled() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let client = dev.said("client_id");
    let list = ["client", "secret", "list", client];
    let secrets = harness::json(dir.path(), &list);
    assert_eq!(secrets[0]["state"], "live");
    let secret = secrets[0]["id"].as_str().unwrap();
    let suspend = ["suspend", "--client-secret", secret, "--reason", "mislaid"];
    harness::json(dir.path(), &suspend);
    let table = command(dir.path(), &[&list[..], &["-o", "table"]].concat()).out;
    let mut lines = table.lines().map(|line| line.split_whitespace().nth(1));
    assert_eq!(lines.next().flatten(), Some("STATE"), "{table}");
    assert_eq!(lines.next().flatten(), Some("disabled"), "{table}");
}

#[test]
fn a_revocation_that_runs_goes_on_after_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let tokens: Vec<_> = (0..600).map(|_| dev.token()).collect();
    let (listen, admin) = (dev.address().to_owned(), dev.said("admin_token").to_owned());
    let asked = json!({"cause": {"network": "127.0.0.0/24"}, "reason": "scraped"});
    let begun = dev.connect().post_json("/v1/revocations", &admin, &asked);
    let begun = begun.unwrap();
    assert_eq!(begun.status, 202, "{}", begun.body);
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    dev.process.kill();
    let dev = Dev::start_at(dir.path(), &listen);
    let path = format!("/v1/revocations/{id}");
    let mut connection = dev.connect();
    let done = (0..100_000)
        .map(|_| connection.bearer(&path, &admin).json())
        .find(|said| said["state"] == "done")
        .unwrap();
    assert_eq!(done["revoked"], 600, "{done}");
    assert!(done["receipt"].is_string(), "{done}");
    assert!(tokens.iter().all(|token| !dev.is_active(token)));
}
