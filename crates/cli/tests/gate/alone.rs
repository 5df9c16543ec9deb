//! `symbolon gate` as a process: who may ask it, what it refuses to begin with.

use std::fs;

use crate::claim::refusal;
use crate::harness::{Connection, Dev, run};
use crate::site::{GateProcess, HOST, ask};

#[test]
fn who_is_no_configured_proxy_is_answered_nothing_about_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let elsewhere = [("[\"127.0.0.1/32\"]", "[\"10.0.0.0/8\"]")];
    let gate = GateProcess::start(&dev, &folder, &elsewhere);
    let credential = format!("Bearer {}", dev.token());
    // Nor is one who says in a header that he comes from there.
    let headers = [
        ("Authorization", &*credential),
        ("X-Forwarded-For", "10.0.0.1"),
        ("Forwarded", "for=10.0.0.1"),
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/orders"),
    ];
    for path in ["/gate/forward", "/gate/nginx", "/gate/envoy/orders"] {
        let answer = ask(&gate.address, ("GET", path, HOST), &headers);
        assert_eq!(
            refusal(&answer),
            (403, "proxy_unknown".to_owned()),
            "{path}"
        );
    }
    // Its key is everybody's.
    assert_eq!(Connection::to(&gate.address).get("/gate/jwks").status, 200);
    assert_eq!(Connection::to(&gate.address).get("/gate").status, 404);
    assert_eq!(Connection::to(&gate.address).get("/healthz").status, 200);
    assert!(gate.process.stop().success());
}

#[test]
fn an_authority_that_hangs_costs_a_refusal_until_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let gate = GateProcess::start(&dev, &folder, &[]);
    let credential = format!("Bearer {}", dev.token());
    let headers = [
        ("Authorization", &*credential),
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/orders"),
    ];
    let asked = || ask(&gate.address, ("GET", "/gate/forward", HOST), &headers);
    dev.process.signal("STOP");
    let answer = asked();
    dev.process.signal("CONT");
    assert_eq!(refusal(&answer), (503, "unavailable".to_owned()));
    assert_eq!(answer.headers("Retry-After").collect::<Vec<_>>(), ["2"]);
    assert_eq!(asked().status, 200);
}

#[test]
fn what_a_gate_cannot_do_is_told_at_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gate.toml");
    fs::write(folder.path().join("gate.secret"), "x").unwrap();
    for (replaced, expected) in [
        (
            ("mode = \"introspect\"", "mode = \"guess\""),
            "mode must be \"introspect\" or \"follow\"",
        ),
        (
            (
                "client_secret_file = \"gate.secret\"",
                "client_secret_file = \"nowhere\"",
            ),
            "authority.client_secret_file: ",
        ),
        (
            ("listen = \"127.0.0.1:8430\"", "listen = \"0.0.0.0:8430\""),
            "listen is 0.0.0.0:8430, where others can reach it",
        ),
    ] {
        fs::write(&path, crate::proxy::documented("gate.toml", &[replaced])).unwrap();
        let spoken = run(&["gate", "--config", path.to_str().unwrap()]);
        assert_eq!(spoken.code, 2, "{}", spoken.err);
        assert!(spoken.err.contains(expected), "{}", spoken.err);
    }
}
