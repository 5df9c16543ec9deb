//! Traefik's contract, by requests made by hand: Debian has no package of it. It sends the client's
//! headers and its own `X-Forwarded-*`, passes any refusal on, and copies the headers of
//! `authResponseHeaders` from an answer of 2xx.

use crate::claim::refusal;
use crate::harness::{Answer, Dev};
use crate::site::{GateProcess, HOST, ask};

fn forwarded<'a>(path: &'a str, headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Port", "80"),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-Server", "traefik"),
        ("X-Forwarded-Uri", path),
    ];
    [&own, headers].concat()
}

fn asked(gate: &GateProcess, headers: &[(&str, &str)]) -> Answer {
    let host = gate.address.as_str();
    ask(host, ("GET", "/gate/forward", host), headers)
}

#[test]
fn traefik_is_told_every_identity_header_and_every_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let gate = GateProcess::start(&dev, &folder, &[]);
    let credential = format!("Bearer {}", dev.token());
    let with = [("Authorization", &*credential)];
    let answer = asked(&gate, &forwarded("/orders", &with));
    assert_eq!(answer.status, 200, "{answer:?}");
    let documented = crate::proxy::documented("traefik.yaml", &[]);
    let names: Vec<_> = documented
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- X-Auth-"))
        .collect();
    assert_eq!(names.len(), 11);
    for name in names {
        let name = format!("X-Auth-{name}");
        // An empty value is still a header.
        let lines = answer.head.lines();
        let same = lines.filter(|line| {
            let own = line.split(':').next().unwrap_or_default();
            own.eq_ignore_ascii_case(&name)
        });
        assert_eq!(same.count(), 1, "{name}: {}", answer.head);
    }
    assert_eq!(
        answer.headers("Authorization").collect::<Vec<_>>(),
        [&credential]
    );
    for (answer, status, code) in [
        (
            asked(&gate, &forwarded("/orders", &[])),
            401,
            "token_missing",
        ),
        (
            asked(&gate, &forwarded("/admin", &with)),
            403,
            "insufficient_scope",
        ),
        (
            asked(
                &gate,
                &forwarded("/orders", &[with[0], ("X_Auth_Subject", "x")]),
            ),
            400,
            "header_refused",
        ),
        (
            asked(&gate, &forwarded("/orders", &[with[0], with[0]])),
            400,
            "invalid_request",
        ),
        (
            asked(
                &gate,
                &forwarded("/orders", &[with[0], ("X-Forwarded-Uri", "/public")]),
            ),
            400,
            "question_incomplete",
        ),
        (asked(&gate, &with), 400, "question_incomplete"),
    ] {
        assert_eq!(refusal(&answer), (status, code.to_owned()));
    }
    dev.process.kill();
    let answer = asked(&gate, &forwarded("/orders", &with));
    assert_eq!(refusal(&answer), (503, "unavailable".to_owned()));
}
