//! A gate that follows the authority's feed: it judges by memory, and knows how old that is.
//!
//! Nothing sleeps: whoever waits for a state asks until it is there, and fails after a minute.

use std::thread;
use std::time::{Duration, Instant};

use crate::claim::refusal;
use crate::echo::Echo;
use crate::harness::{Answer, Connection, Dev, json};
use crate::proxy::{Kind, Proxy};
use crate::site::{FOLLOW, GateProcess, HOST, ask};

/// How long a state may take to come, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// Short bounds, and yet longer than a busy machine stalls.
const SHORT: (&str, &str) = (
    FOLLOW.0,
    "mode = \"follow\"\nfresh_seconds = 2\ndark_seconds = 5",
);

/// A gate is asked about a request with this token.
fn asked(gate: &GateProcess, token: &str) -> Answer {
    let credential = format!("Bearer {token}");
    let headers = [
        ("Authorization", &*credential),
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/orders"),
    ];
    ask(&gate.address, ("GET", "/gate/forward", HOST), &headers)
}

/// Asks until the answer has this status.
fn asked_until(gate: &GateProcess, token: &str, status: u16) -> Answer {
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = asked(gate, token);
        if answer.status == status {
            return answer;
        }
        assert!(Instant::now() < until, "{status} did not come: {answer:?}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// How many introspections the authority has answered.
fn introspections(dev: &Dev) -> u64 {
    let metrics = dev.connect().get("/metrics");
    assert_eq!(metrics.status, 200, "{metrics:?}");
    let lines = metrics.body.lines();
    let own = lines.filter(|line| {
        line.starts_with("symbolon_replies_total{") && line.contains("route=\"introspect\"")
    });
    let counts = own.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap());
    counts.sum()
}

#[test]
fn what_is_revoked_is_refused_and_the_authority_is_never_asked() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("dev");
    let dev = Dev::start(&dir);
    let gate = GateProcess::start(&dev, &folder, &[FOLLOW]);
    let token = dev.token();
    // The start has waited for the feed.
    let answer = asked(&gate, &token);
    assert_eq!(answer.status, 200, "{answer:?}");
    let name = answer.headers("X-Auth-Token-Id").next().unwrap();
    assert!(!name.is_empty(), "{answer:?}");
    let (client, _) = dev.service();
    json(&dir, &["revoke", "--client", client, "--reason", "leaked"]);
    let answer = asked_until(&gate, &token, 401);
    assert_eq!(refusal(&answer), (401, "invalid_token".to_owned()));
    // What is issued after it lives, though the gate has not heard of its epoch yet.
    let next = dev.token();
    assert_eq!(asked(&gate, &next).status, 200);
    assert_eq!(introspections(&dev), 0);
    // A token that says nothing by itself is asked about.
    assert_eq!(asked(&gate, "sym_at_wrong").status, 401);
    assert_eq!(introspections(&dev), 1);
    assert!(gate.process.stop().success());
}

#[test]
fn an_authority_that_is_down_is_missed_in_the_dark_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("dev");
    let dev = Dev::start(&dir);
    let gate = GateProcess::start(&dev, &folder, &[SHORT]);
    let token = dev.token();
    assert_eq!(asked(&gate, &token).status, 200);
    let address = dev.address().to_owned();
    dev.process.kill();
    // It was FRESH a moment ago, which is less than five seconds.
    assert_eq!(asked(&gate, &token).status, 200);
    let answer = asked_until(&gate, &token, 503);
    assert_eq!(refusal(&answer), (503, "unavailable".to_owned()));
    assert_eq!(answer.headers("Retry-After").collect::<Vec<_>>(), ["2"]);
    let service = Echo::start();
    let proxy = Proxy::start(Kind::NginxFollow, &gate.address, &service.address);
    let credential = format!("Bearer {token}");
    let headers = [("Authorization", &*credential)];
    let through = |path: &str, headers: &[_]| ask(&proxy.address, ("GET", path, HOST), headers);
    assert_eq!(through("/orders", &headers).status, 503);
    assert_eq!(through("/public/page", &headers).status, 503);
    // Who says nothing of himself is not judged.
    assert_eq!(through("/public/page", &[]).status, 200);
    assert_eq!(service.asked(), 1);
    let dev = Dev::start_at(&dir, &address);
    asked_until(&gate, &token, 200);
    assert_eq!(through("/orders", &headers).status, 200);
    // And hears what happens there.
    let form = format!("token={token}&wait=all&timeout_ms=60000");
    let revoked = dev.connect().form("/revoke", Some(dev.service()), &form);
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert_eq!(asked(&gate, &token).status, 401);
}

#[test]
fn an_authority_that_hangs_is_told_by_its_silence() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let gate = GateProcess::start(&dev, &folder, &[SHORT]);
    let token = dev.token();
    assert_eq!(asked(&gate, &token).status, 200);
    dev.process.signal("STOP");
    let answer = asked_until(&gate, &token, 503);
    dev.process.signal("CONT");
    assert_eq!(refusal(&answer), (503, "unavailable".to_owned()));
    asked_until(&gate, &token, 200);
}

#[test]
fn a_gate_that_hears_nothing_asks_where_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("dev");
    let dev = Dev::start(&dir);
    let token = dev.token();
    // A client that may ask about tokens and may not follow.
    let made = json(&dir, &["client", "create", "deaf", "--introspect-all"]);
    let account = format!("client_id = \"{}\"", dev.said("client_id"));
    let secret = folder.path().join("deaf.secret");
    std::fs::write(secret, made["client_secret"].as_str().unwrap()).unwrap();
    let other = [
        (&*account, "client_id = \"deaf\""),
        ("\"gate.secret\"", "\"deaf.secret\""),
    ];
    let closed = GateProcess::start(&dev, &folder, &[&other[..], &[FOLLOW]].concat());
    assert_eq!(asked(&closed, &token).status, 503);
    assert_eq!(introspections(&dev), 0);
    let policy = "mode = \"follow\"\npolicy = \"introspect\"";
    let asks = [&other[..], &[(FOLLOW.0, policy)]].concat();
    let asks = GateProcess::start(&dev, &folder, &asks);
    assert_eq!(asked(&asks, &token).status, 200);
    assert_eq!(introspections(&dev), 1);
    assert_eq!(Connection::to(&asks.address).get("/healthz").status, 200);
}

#[test]
fn tokens_that_say_nothing_by_themselves_are_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("dev");
    let dev = Dev::start(&dir);
    let gate = GateProcess::start(&dev, &folder, &[FOLLOW]);
    let listed = json(&dir, &["resource", "list"]);
    let resource = listed[0]["id"].as_str().unwrap();
    let plain = ["--token-format", "jwt", "--token-type", "JWT"];
    for setting in [&["--token-format", "opaque"][..], &plain] {
        let change = [&["resource", "change", resource][..], setting].concat();
        json(&dir, &change);
        let token = dev.token();
        let before = introspections(&dev);
        assert_eq!(asked(&gate, &token).status, 200, "{setting:?}");
        let form = format!("token={token}");
        let revoked = dev.connect().form("/revoke", Some(dev.service()), &form);
        assert_eq!(revoked.status, 200, "{revoked:?}");
        assert_eq!(asked(&gate, &token).status, 401, "{setting:?}");
        assert_eq!(introspections(&dev), before + 2, "{setting:?}");
    }
}
