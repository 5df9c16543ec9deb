//! What can be set by commands about a client that people sign in to.

use serde_json::{Value, json};

use crate::harness::{self, Dev, command};

const APP: [&str; 7] = [
    "client",
    "create",
    "app",
    "--auth",
    "none",
    "--redirect",
    "http://127.0.0.1:8421/cb",
];

#[test]
fn every_setting_has_its_flag_and_may_be_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let flags = [
        ("subject_type", "--subject-type", json!("pairwise")),
        (
            "sector_identifier_uri",
            "--sector-identifier",
            json!("https://app.example/sector"),
        ),
        (
            "id_token_signed_response_alg",
            "--id-token-alg",
            json!("ES256"),
        ),
        (
            "userinfo_signed_response_alg",
            "--userinfo-alg",
            json!("Ed25519"),
        ),
        ("default_max_age", "--default-max-age", json!(3600)),
        (
            "backchannel_logout_uri",
            "--backchannel-logout",
            json!("https://app.example/out"),
        ),
        ("refresh_token_window", "--refresh-token-window", json!(60)),
        (
            "refresh_token_idle_lifetime",
            "--refresh-token-idle-lifetime",
            json!(86_400),
        ),
        (
            "refresh_token_lifetime",
            "--refresh-token-lifetime",
            json!(864_000),
        ),
    ];
    let mut arguments: Vec<_> = APP.map(str::to_owned).to_vec();
    for (_, flag, value) in &flags {
        let text = value.as_str().map_or(value.to_string(), str::to_owned);
        arguments.extend([(*flag).to_owned(), text]);
    }
    let after = ["--post-logout-redirect", "http://127.0.0.1:8421/out"];
    arguments.extend(after.map(str::to_owned));
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let made = harness::json(dir.path(), &arguments);
    for (member, _, value) in &flags {
        assert_eq!(&made[*member], value, "{member}");
    }
    let after = json!(["http://127.0.0.1:8421/out"]);
    assert_eq!(made["post_logout_redirect_uris"], after);
    let change = [
        "client",
        "change",
        "app",
        "--userinfo-alg",
        "",
        "--backchannel-logout",
        "",
        "--post-logout-redirect",
        "",
        "--sector-identifier",
        "",
    ];
    let changed = harness::json(dir.path(), &change);
    for member in ["userinfo_signed_response_alg", "backchannel_logout_uri"] {
        assert_eq!(changed.get(member), None, "{changed}");
    }
    assert_eq!(changed["post_logout_redirect_uris"], json!([]));
    assert_eq!(changed["default_max_age"], 3600);
}

#[test]
fn a_wrong_value_is_told_with_those_that_can_be() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    for (flag, value, told) in [
        (
            "--id-token-alg",
            "RS1",
            "it is one of Ed25519, EdDSA, ES256",
        ),
        (
            "--id-token-alg",
            "HS256",
            "it is one of Ed25519, EdDSA, ES256",
        ),
        ("--subject-type", "x", "it is one of public, pairwise"),
        ("--auth", "x", "it is one of client_secret_basic"),
        ("--grant", "x", "it is one of authorization_code"),
        ("--refresh-token-window", "601", "1 to 600 seconds"),
        (
            "--rotate-refresh-tokens",
            "false",
            "cannot do without rotate_refresh_tokens",
        ),
    ] {
        let mut arguments: Vec<_> = APP.to_vec();
        if flag == "--auth" {
            arguments.truncate(3);
        }
        arguments.extend([flag, value]);
        let spoken = command(dir.path(), &arguments);
        assert_eq!((spoken.code, spoken.out.as_str()), (1, ""), "{flag}");
        assert!(spoken.err.contains(told), "{flag} {value}: {}", spoken.err);
    }
}

#[test]
fn a_public_app_is_one_line() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let made = harness::json(dir.path(), &APP);
    let grants = json!(["authorization_code", "refresh_token"]);
    assert_eq!(made["grant_types"], grants);
    assert_eq!(made["response_types"], json!(["code"]));
    assert_eq!(made.get("client_secret"), None::<&Value>);
}
