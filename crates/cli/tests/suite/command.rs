//! Every command, beside a running server and without one: the same answers.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{self, Dev, command, run_with_input};

fn with_input(dir: &Path, arguments: &[&str], input: &str) -> harness::Spoken {
    let mut all = vec!["--dir", dir.to_str().unwrap()];
    all.extend(arguments);
    run_with_input(&all, input)
}

/// Runs a check beside a server, then without one.
fn either_way(check: impl Fn(&Path)) {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    check(dir.path());
    assert!(dev.process.stop().success());
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    check(dir.path());
}

#[test]
fn a_client_is_made_shown_changed_disabled_and_ended() {
    either_way(|dir| {
        let made = harness::json(
            dir,
            &[
                "client",
                "create",
                "shop",
                "--grant",
                "client_credentials",
                "--scope",
                "a b",
                "--first-party",
                "--origin",
                "https://shop.example",
            ],
        );
        assert!(
            made["client_secret"]
                .as_str()
                .unwrap()
                .starts_with("sym_cs_")
        );
        assert_eq!(made["first_party"], true);
        let shown = harness::json(dir, &["client", "show", "shop"]);
        assert_eq!(shown["scope"], "a b");
        assert!(shown.get("client_secret").is_none());
        let changed = harness::json(dir, &["client", "change", "shop", "--scope", "c"]);
        assert_eq!(
            (&changed["scope"], &changed["first_party"]),
            (&json!("c"), &json!(true))
        );
        assert_eq!(
            command(dir, &["client", "disable", "shop"]).err,
            "shop is disabled\n"
        );
        let state = || harness::json(dir, &["client", "show", "shop"])["state"].clone();
        assert_eq!(state(), "disabled");
        assert_eq!(
            command(dir, &["client", "enable", "shop"]).err,
            "shop is enabled\n"
        );
        assert_eq!(state(), "live");
        assert_eq!(
            command(dir, &["client", "end", "shop", "--dry-run"]).code,
            0
        );
        let listed = harness::json(dir, &["client", "list"]);
        let ids = |list: &Value| {
            let list = list.as_array().unwrap().clone();
            list.iter()
                .map(|one| one["client_id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert!(ids(&listed).contains(&"shop".to_owned()));
        assert_eq!(command(dir, &["client", "end", "shop"]).code, 0);
        let gone = command(dir, &["client", "show", "shop"]);
        assert_eq!((gone.code, gone.out.as_str()), (1, ""), "{}", gone.err);
    });
}

#[test]
fn a_client_acts_for_itself_or_sends_people_back_by_what_it_names() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let made = harness::json(dir.path(), &["client", "create", "svc"]);
    assert_eq!(made["grant_types"], json!(["client_credentials"]));
    let redirect = [
        "client",
        "create",
        "app",
        "--auth",
        "none",
        "--redirect",
        "https://a.example/cb",
    ];
    let made = harness::json(dir.path(), &redirect);
    let grants = json!(["authorization_code", "refresh_token"]);
    assert_eq!(made["grant_types"], grants);
}

#[test]
fn a_client_brings_its_secret_by_standard_input_and_gets_more() {
    either_way(|dir| {
        let arguments = [
            "client",
            "create",
            "svc",
            "--grant",
            "client_credentials",
            "--secret-file",
            "-",
        ];
        let made = with_input(dir, &arguments, "correct horse battery staple\n");
        assert_eq!(made.code, 0, "{}", made.err);
        let made: Value = serde_json::from_str(&made.out).unwrap();
        assert_eq!(made["client_secret"], "correct horse battery staple");
        let issued = harness::json(dir, &["client", "secret", "issue", "svc", "--days", "7"]);
        let listed = harness::json(dir, &["client", "secret", "list", "svc"]);
        assert_eq!(listed.as_array().unwrap().len(), 2);
        let id = issued["id"].as_str().unwrap();
        assert_eq!(
            command(dir, &["client", "secret", "revoke", "svc", id]).code,
            0
        );
        let listed = harness::json(dir, &["client", "secret", "list", "svc"]);
        assert_eq!(listed.as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_resource_is_made_changed_and_ended() {
    either_way(|dir| {
        let made = harness::json(
            dir,
            &[
                "resource",
                "create",
                "https://api.example",
                "--scope",
                "read=Read it",
                "--token-format",
                "opaque",
                "--owner",
                "demo-service",
            ],
        );
        assert_eq!(made["scopes"][0]["description"], "Read it");
        let id = made["id"].as_str().unwrap();
        let changed = harness::json(dir, &["resource", "change", id, "--token-lifetime", "60"]);
        assert_eq!(changed["token_lifetime"], 60);
        assert_eq!(changed["token_format"], "opaque");
        assert_eq!(
            harness::json(dir, &["resource", "show", id])["audience"],
            "https://api.example"
        );
        assert_eq!(
            harness::json(dir, &["resource", "list"])
                .as_array()
                .unwrap()
                .len(),
            2
        );
        assert_eq!(command(dir, &["resource", "end", id]).code, 0);
        assert_eq!(
            harness::json(dir, &["resource", "list"])
                .as_array()
                .unwrap()
                .len(),
            1
        );
    });
}

#[test]
fn a_subject_is_made_disabled_and_ended() {
    either_way(|dir| {
        let door = ["subject", "create", "--name", "Door 7", "--kind", "device"];
        let made = harness::json(dir, &door);
        let id = made["id"].as_str().unwrap();
        assert_eq!(command(dir, &["subject", "disable", id]).code, 0);
        assert_eq!(
            harness::json(dir, &["subject", "show", id])["state"],
            "disabled"
        );
        assert_eq!(command(dir, &["subject", "enable", id]).code, 0);
        assert_eq!(command(dir, &["subject", "end", id]).code, 0);
        assert_eq!(command(dir, &["subject", "show", id]).code, 1);
    });
}

#[test]
fn keys_are_listed_rotated_and_revoked() {
    either_way(|dir| {
        let phases = || {
            let keys = harness::json(dir, &["key", "list"]);
            let keys = keys.as_array().unwrap().clone();
            keys.iter()
                .map(|key| key["phase"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(phases(), ["active"]);
        harness::json(dir, &["key", "rotate"]);
        assert_eq!(phases(), ["announced", "active"]);
        let rotated = harness::json(dir, &["key", "rotate", "--now"]);
        assert_eq!(phases(), ["active", "retiring"]);
        let kid = rotated["kid"].as_str().unwrap();
        assert_eq!(command(dir, &["key", "revoke", kid, "--dry-run"]).code, 0);
        assert_eq!(command(dir, &["key", "revoke", kid]).code, 0);
        assert!(phases().contains(&json!("revoked")));
    });
}

#[test]
fn a_second_realm_is_apart() {
    either_way(|dir| {
        let issuer = "https://two.example/tenant";
        harness::json(dir, &["realm", "create", "two", "--issuer", issuer]);
        assert_eq!(harness::json(dir, &["realm", "list"])[1]["issuer"], issuer);
        harness::json(
            dir,
            &[
                "--realm",
                "two",
                "client",
                "create",
                "c2",
                "--grant",
                "client_credentials",
            ],
        );
        let listed = harness::json(dir, &["--realm", "two", "client", "list"]);
        assert_eq!(listed.as_array().unwrap().len(), 1);
        assert_eq!(command(dir, &["client", "show", "c2"]).code, 1);
        let unknown = command(dir, &["--realm", "three", "client", "list"]);
        assert_eq!(unknown.code, 1);
        assert_eq!(
            unknown.err,
            "symbolon: there is no realm \"three\"; see symbolon realm list\n"
        );
    });
}

#[test]
fn a_token_tells_its_story_and_ends() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let token = dev.token();
    let verified = with_input(dir.path(), &["-o", "table", "token", "verify"], &token);
    assert_eq!((verified.code, verified.out.as_str()), (0, "alive\n"));
    assert_eq!(
        with_input(dir.path(), &["token", "revoke", "--dry-run"], &token).code,
        0
    );
    assert!(dev.is_active(&token));
    assert_eq!(with_input(dir.path(), &["token", "revoke"], &token).code, 0);
    assert!(!dev.is_active(&token));
    let verified = with_input(dir.path(), &["-o", "table", "token", "verify"], &token);
    assert_eq!((verified.code, verified.out.as_str()), (1, "dead\n"));
    let told = with_input(dir.path(), &["-o", "table", "token", "inspect"], &token);
    assert!(dev.process.stop().success());
    let alone = with_input(dir.path(), &["-o", "table", "token", "inspect"], &token);
    for told in [told.out, alone.out] {
        assert!(
            told.starts_with("access token, jwt, issued by this realm\n  DEAD: "),
            "{told}"
        );
        for said in [
            "for       demo-service",
            "DESCENDS FROM",
            "client_secret",
            "issue access",
            "revoke access",
            "\"alg\": \"ES256\"",
        ] {
            assert!(told.contains(said), "{said}: {told}");
        }
    }
    let junk = with_input(dir.path(), &["token", "inspect"], "junk");
    let junk: Value = serde_json::from_str(&junk.out).unwrap();
    assert_eq!(junk["is_ours"], false);
    assert_eq!(with_input(dir.path(), &["token", "inspect"], "").code, 2);
}

#[test]
fn the_journal_is_searched_and_followed() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let found = command(
        dir.path(),
        &["journal", "search", "--noun", "client", "-n", "1"],
    );
    assert_eq!(found.code, 0, "{}", found.err);
    let record: Value = serde_json::from_str(found.out.trim_end()).unwrap();
    assert_eq!(record["verb"], "create");
    let mut follow = harness::symbolon();
    follow.args(["--dir", dir.path().to_str().unwrap(), "-o", "table"]);
    follow.args(["journal", "tail", "--follow", "-n", "1"]);
    let mut follow = harness::Running::spawn(follow);
    follow.wait_for(" ");
    let door = ["subject", "create", "--name", "Door 7", "--kind", "device"];
    harness::json(dir.path(), &door);
    let line = follow.wait_for(" ");
    assert!(line.contains("create subject  by operator"), "{line}");
    drop(follow);
    assert!(dev.process.stop().success());
    let tail = command(dir.path(), &["-o", "table", "journal", "tail", "-n", "1"]);
    assert!(tail.out.contains("create subject"), "{}", tail.out);
}

#[test]
fn the_doctor_finds_a_new_installation_well() {
    either_way(|dir| {
        let checks = harness::json(dir, &["doctor"]);
        let checks = checks.as_array().unwrap();
        let names: Vec<_> = checks
            .iter()
            .map(|one| one["check"].as_str().unwrap())
            .collect();
        let expected = [
            "database", "root key", "schema", "follower", "clock", "journal", "keys", "disk",
        ];
        assert_eq!(names, expected);
        let well = checks.iter().all(|one| one["verdict"] == "ok");
        assert!(well, "{checks:?}");
    });
}

#[test]
fn tables_have_headings_and_json_is_the_default_for_programs() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    for noun in ["client", "resource", "subject", "key", "realm"] {
        let table = command(dir.path(), &["-o", "table", noun, "list"]);
        assert_eq!(table.code, 0, "{}", table.err);
        let heading = table.out.lines().next().unwrap();
        assert_eq!(heading, heading.to_uppercase());
        assert!(table.out.lines().count() > 1, "{noun}: {}", table.out);
        assert!(harness::json(dir.path(), &[noun, "list"]).is_array());
    }
}

#[test]
fn an_argument_counts_more_than_the_environment() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(Dev::start(dir.path()).process.stop().success());
    let mut list = harness::symbolon();
    list.env("SYMBOLON_DIR", dir.path());
    assert!(
        list.args(["client", "list"])
            .output()
            .unwrap()
            .status
            .success()
    );
    let mut elsewhere = harness::symbolon();
    elsewhere
        .env("SYMBOLON_DIR", dir.path())
        .arg("--dir")
        .arg(other.path());
    let elsewhere = elsewhere.args(["client", "list"]).output().unwrap();
    assert_eq!(elsewhere.status.code(), Some(2));
    let mut named = harness::symbolon();
    named
        .env("SYMBOLON_CONFIG", other.path())
        .arg("--dir")
        .arg(dir.path());
    assert!(
        named
            .args(["client", "list"])
            .output()
            .unwrap()
            .status
            .success()
    );
}
