use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Dev, Running, run};

#[test]
fn the_first_start_is_ready_and_its_secrets_are_the_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    assert_eq!(dev.said("issuer"), dev.issuer);
    assert_eq!(
        dev.said("resource_url"),
        format!("{}/demo/resource", dev.issuer)
    );
    for name in ["root.key", "dev.json", "symbolon.db", "symbolon.sock"] {
        let mode = fs::metadata(dir.path().join(name)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
    }
    let members: Vec<_> = dev.record.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "admin_token",
        "client_id",
        "client_secret",
        "issuer",
        "password",
        "public_client_id",
        "redirect_uris",
        "resource_url",
        "username",
    ];
    assert_eq!(members, expected);
}

#[test]
fn the_printed_command_returns_a_token_that_the_resource_answers() {
    let dir = tempfile::tempdir().unwrap();
    let listen = [
        "dev",
        "--dir",
        dir.path().to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ];
    let mut process = Running::start(&listen);
    let line = process.wait_for("  curl ");
    let words: Vec<_> = line.split_whitespace().collect();
    assert_eq!(&words[3..5], ["-d", "grant_type=client_credentials"]);
    drop(process);
    let dev = Dev::start(dir.path());
    assert_eq!(words[2], format!("{}:{}", dev.service().0, dev.service().1));
    assert_eq!(words[5], format!("{}/token", dev.issuer));
    let token = dev.token();
    assert!(dev.is_active(&token));
    let resource = dev.connect().bearer("/demo/resource", &token);
    assert_eq!(resource.status, 200, "{}", resource.body);
    assert_eq!(dev.connect().get("/demo/resource").status, 401);
}

#[test]
fn a_second_start_keeps_port_keys_clients_and_tokens() {
    let dir = tempfile::tempdir().unwrap();
    let first = Dev::start(dir.path());
    let (token, kids, record) = (first.token(), first.kids(), first.record.clone());
    assert!(first.process.stop().success());
    let second = Dev::start(dir.path());
    assert_eq!(second.record, record);
    assert_eq!(second.kids(), kids);
    assert!(second.is_active(&token));
    assert!(second.is_active(second.said("admin_token")));
    assert!(!dir.path().join("dev.json.draft").exists());
}

#[test]
fn where_everything_was_revoked_the_next_start_has_an_admin_token_that_lives() {
    let dir = tempfile::tempdir().unwrap();
    let first = Dev::start(dir.path());
    let admin = first.said("admin_token").to_owned();
    let all = serde_json::json!({"cause": {"realm": "main"}, "reason": "tried"});
    let mut connection = first.connect();
    let revoked = connection
        .post_json("/v1/revocations", &admin, &all)
        .unwrap();
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    assert!(!first.is_active(&admin));
    assert!(first.process.stop().success());
    for _ in 0..2 {
        let next = Dev::start(dir.path());
        assert_ne!(next.said("admin_token"), admin);
        let clients = next
            .connect()
            .bearer("/v1/clients", next.said("admin_token"));
        assert_eq!(clients.status, 200, "{}", clients.body);
        assert!(next.process.stop().success());
    }
}

#[test]
fn another_port_moves_the_issuer_and_everything_works_there() {
    let dir = tempfile::tempdir().unwrap();
    let first = Dev::start(dir.path());
    let (secret, port) = (first.said("client_secret").to_owned(), first.issuer.clone());
    assert!(first.process.stop().success());
    let second = Dev::start_at(dir.path(), "127.0.0.2:0");
    assert_ne!(second.issuer, port);
    assert_eq!(second.said("client_secret"), secret);
    let token = second.token();
    assert!(second.is_active(&token));
    assert!(second.is_active(second.said("admin_token")));
    assert_eq!(
        second.connect().bearer("/demo/resource", &token).status,
        200
    );
}

#[test]
fn two_directories_share_no_secret() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, other) = (Dev::start(one.path()), Dev::start(other.path()));
    for member in ["client_secret", "admin_token"] {
        assert_ne!(one.said(member), other.said(member));
    }
}

#[test]
fn an_address_that_others_reach_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().to_str().unwrap();
    let spoken = run(&["dev", "--dir", dir, "--listen", "0.0.0.0:0"]);
    assert_eq!(spoken.code, 2);
    assert_eq!(
        spoken.err,
        "symbolon: dev listens on loopback only, and 0.0.0.0 is not; use 127.0.0.1, or symbolon \
         serve for others\n"
    );
}

#[test]
fn the_admin_token_opens_the_management_api() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let clients = dev.connect().bearer("/v1/clients", dev.said("admin_token"));
    assert_eq!(clients.status, 200, "{}", clients.body);
    assert_eq!(dev.connect().get("/v1/clients").status, 401);
}
