//! What a gate of its own tells of itself.

use crate::harness::{Connection, Dev};
use crate::site::{FOLLOW, GateProcess, HOST, ask};

/// A gate is asked about this path with these headers.
fn asked(gate: &GateProcess, path: &str, token: Option<&str>) -> u16 {
    let credential = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", path),
    ];
    headers.extend(credential.as_deref().map(|text| ("Authorization", text)));
    ask(&gate.address, ("GET", "/gate/forward", HOST), &headers).status
}

/// The number of the one line that begins so, and holds this.
fn number(text: &str, name: &str, holds: &str) -> f64 {
    let line = text.lines().find(|line| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['{', ' ']) && rest.contains(holds))
    });
    let line = line.unwrap_or_else(|| panic!("no {name} with {holds}:\n{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn decisions(text: &str, route: &str, outcome: &str) -> f64 {
    let holds = format!("front=\"forward\",route=\"{route}\",outcome=\"{outcome}\"");
    number(text, "symbolon_gate_decisions_total", &holds)
}

fn metrics(gate: &GateProcess) -> String {
    let answer = Connection::to(&gate.address).get("/metrics");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// As Prometheus counts.
fn is(number: f64, expected: u32) -> bool {
    (number - f64::from(expected)).abs() < 0.5
}

#[test]
fn a_gate_that_asks_counts_what_it_decided_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let gate = GateProcess::start(&dev, &folder, &[]);
    let token = dev.token();
    assert_eq!(asked(&gate, "/orders", Some(&token)), 200);
    assert_eq!(asked(&gate, "/orders", Some("sym_at_wrong")), 401);
    assert_eq!(asked(&gate, "/orders", None), 401);
    assert_eq!(asked(&gate, "/admin", Some(&token)), 403);
    assert_eq!(asked(&gate, "/public/page", None), 200);
    assert_eq!(asked(&gate, "/orders/../admin", Some(&token)), 400);
    let text = metrics(&gate);
    for (route, outcome) in [
        ("guarded", "passed"),
        ("guarded", "invalid_token"),
        ("guarded", "token_missing"),
        ("guarded", "insufficient_scope"),
        ("public", "passed_without_token"),
        ("unknown", "path_ambiguous"),
    ] {
        assert!(
            is(decisions(&text, route, outcome), 1),
            "{outcome}:\n{text}"
        );
    }
    let said = |said: &str| number(&text, "symbolon_gate_introspections_total", said);
    assert!(is(said("\"active\""), 2), "{text}");
    assert!(is(said("\"inactive\""), 1), "{text}");
    let took = number(
        &text,
        "symbolon_gate_introspection_duration_seconds_count",
        "",
    );
    assert!(is(took, 3), "{text}");
    assert!(!text.contains("symbolon_gate_feed_state{"), "{text}");
}

#[test]
fn a_gate_that_follows_tells_how_old_its_knowledge_is_and_what_it_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let gate = GateProcess::start(&dev, &folder, &[FOLLOW]);
    let token = dev.token();
    for _ in 0..3 {
        assert_eq!(asked(&gate, "/orders", Some(&token)), 200);
    }
    let text = metrics(&gate);
    assert!(is(decisions(&text, "guarded", "passed"), 3), "{text}");
    let state = |state: &str| number(&text, "symbolon_gate_feed_state", state);
    let states = ["fresh", "stale", "dark"].map(|one| state(&format!("\"{one}\"")));
    assert!(is(states.iter().sum(), 1), "{text}");
    assert!(number(&text, "symbolon_gate_feed_age_seconds", "") < 600.0);
    let cache = |result: &str| number(&text, "symbolon_gate_cache_total", result);
    assert!(is(cache("\"miss\""), 1), "{text}");
    assert!(is(cache("\"hit\""), 2), "{text}");
    assert!(is(number(&text, "symbolon_gate_tokens_remembered", ""), 1));
    let asked = number(&text, "symbolon_gate_introspections_total", "\"active\"");
    assert!(is(asked, 0), "{text}");
}

#[test]
fn what_is_counted_is_for_this_machine_unless_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("dev"));
    let forwarded = [("X-Forwarded-For", "192.0.2.7")];
    let gate = GateProcess::start(&dev, &folder, &[]);
    let through = |gate: &GateProcess| ask(&gate.address, ("GET", "/metrics", HOST), &forwarded);
    assert_eq!(through(&gate).status, 403);
    let open = ("[authority]", "metrics_public = true\n\n[authority]");
    let gate = GateProcess::start(&dev, &folder, &[open]);
    assert_eq!(through(&gate).status, 200);
}
