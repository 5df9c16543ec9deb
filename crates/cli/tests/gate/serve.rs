//! The gate in `serve`: no process between the proxy and the authority.

use serde_json::{Value, json};

use crate::echo::{Echo, told};
use crate::harness::{Answer, Connection, ISSUER, Serve, Site, run};
use crate::proxy::{Kind, Proxy, documented};
use crate::site::{HOST, ask, asserted};

const AUDIENCE: &str = "https://api.example.com";

/// An authority with a gate, a proxy and a service.
struct Stage {
    site: Site,
    serve: Serve,
    secret: String,
    proxy: Proxy,
    service: Echo,
}

/// The documented `[gate]`, without what is for a gate of its own.
fn gate_table() -> String {
    let own = [
        ("mode = \"introspect\"\n", ""),
        ("assertion_issuer = \"https://gate.example.com\"\n", ""),
    ];
    let text = documented("gate.toml", &own);
    let (_, table) = text.split_once("[gate]").unwrap();
    format!("[gate]{table}")
}

impl Stage {
    fn start(kind: Kind) -> Self {
        let site = Site::sqlite();
        let before = std::fs::read_to_string(site.config()).unwrap();
        site.write(&format!("{before}{}", gate_table()));
        let serve = site.serve();
        let said = |arguments: &[&str]| -> Value {
            let spoken = site.command(arguments);
            assert_eq!(spoken.code, 0, "{}", spoken.err);
            serde_json::from_str(&spoken.out).unwrap()
        };
        said(&["resource", "create", AUDIENCE, "--scope", "read=Read"]);
        let grant = ["--grant", "client_credentials", "--scope", "read"];
        let made = said(&[&["client", "create", "svc"][..], &grant].concat());
        let service = Echo::start();
        let proxy = Proxy::start(kind, &serve.address, &service.address);
        Self {
            secret: made["client_secret"].as_str().unwrap().to_owned(),
            site,
            serve,
            proxy,
            service,
        }
    }

    fn token(&self) -> String {
        let form = format!("grant_type=client_credentials&scope=read&resource={AUDIENCE}");
        let mut connection = Connection::to(&self.serve.address);
        let answer = connection.form("/token", Some(("svc", &self.secret)), &form);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    fn ask(&self, path: &str, token: &str, headers: &[(&str, &str)]) -> Answer {
        let credential = format!("Bearer {token}");
        let with = [&[("Authorization", &*credential)], headers].concat();
        ask(&self.proxy.address, ("GET", path, HOST), &with)
    }
}

fn the_authority_judges_and_asserts(kind: Kind) {
    let stage = Stage::start(kind);
    let token = stage.token();
    let answer = stage.ask("/orders", &token, &[("X-Auth-Subject", "mallory")]);
    assert_eq!(answer.status, 200, "{answer:?}\n{}", stage.proxy.log());
    assert_eq!(told(&answer, "X-Auth-Client"), ["svc"]);
    assert_eq!(told(&answer, "X-Auth-Scope"), ["read"]);
    assert_eq!(told(&answer, "X-Auth-Issuer"), [ISSUER]);
    let subject = told(&answer, "X-Auth-Subject");
    assert_ne!(subject, ["mallory"]);
    let assertion = told(&answer, "X-Auth-Assertion");
    let claims = asserted(assertion[0], (&stage.serve.address, "/jwks"), ISSUER);
    assert_eq!(
        (&claims["sub"], &claims["scope"]),
        (&json!(subject[0]), &json!("read"))
    );
    assert_eq!(stage.ask("/admin", &token, &[]).status, 403);
    // It is no access token, whoever is asked.
    let shown = stage.ask("/orders", assertion[0], &[]);
    assert_eq!(shown.status, 401, "{shown:?}");
    // A cause that is revoked is dead at the proxy too.
    let revoke = ["revoke", "--client", "svc", "--reason", "leaked"];
    let revoked = stage.site.command(&revoke);
    assert_eq!(revoked.code, 0, "{}", revoked.err);
    assert_eq!(stage.ask("/orders", &token, &[]).status, 401);
    assert_eq!(stage.ask("/orders", &stage.token(), &[]).status, 200);
    assert_eq!(stage.service.asked(), 2);
    let Stage { serve, proxy, .. } = stage;
    serve.process.kill();
    let credential = format!("Bearer {token}");
    let headers = [("Authorization", &*credential)];
    let status = ask(&proxy.address, ("GET", "/orders", HOST), &headers).status;
    assert!(matches!(status, 500 | 502 | 503), "{status}");
}

#[test]
fn before_nginx_the_authority_judges_and_asserts() {
    the_authority_judges_and_asserts(Kind::Nginx);
}

#[test]
fn before_caddy_the_authority_judges_and_asserts() {
    the_authority_judges_and_asserts(Kind::Caddy);
}

#[test]
fn before_haproxy_the_authority_judges_and_asserts() {
    the_authority_judges_and_asserts(Kind::Haproxy);
}

#[test]
fn before_envoy_the_authority_judges_and_asserts() {
    the_authority_judges_and_asserts(Kind::EnvoyGrpc);
    the_authority_judges_and_asserts(Kind::EnvoyHttp);
}

/// The authority is asked itself, as a proxy asks it.
fn asked(serve: &Serve, path: &str, token: &str) -> u16 {
    let credential = format!("Bearer {token}");
    let headers = [
        ("Authorization", &*credential),
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", path),
    ];
    ask(&serve.address, ("GET", "/gate/forward", HOST), &headers).status
}

#[test]
fn what_the_gate_refuses_of_an_authentic_token_is_journaled_within_the_rate() {
    let site = Site::sqlite();
    let before = std::fs::read_to_string(site.config()).unwrap();
    site.write(&format!("{before}{}", gate_table()));
    let serve = site.serve();
    let said = |arguments: &[&str]| -> Value {
        let spoken = site.command(&[arguments, &["-o", "json"]].concat());
        assert_eq!(spoken.code, 0, "{}", spoken.err);
        serde_json::from_str(&spoken.out).unwrap_or_default()
    };
    let other = "https://other.example.com";
    for audience in [AUDIENCE, other] {
        said(&["resource", "create", audience]);
    }
    let made = said(&["client", "create", "svc", "--grant", "client_credentials"]);
    let secret = made["client_secret"].as_str().unwrap();
    let token = |audience: &str| {
        let form = format!("grant_type=client_credentials&resource={audience}");
        let mut connection = Connection::to(&serve.address);
        let answer = connection.form("/token", Some(("svc", secret)), &form);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    };
    let refusals = || -> Vec<(String, String)> {
        let search = [
            "journal", "search", "--verb", "verify", "--noun", "access", "-n", "1000",
        ];
        let found = site.command(&[&search[..], &["--outcome", "refused", "-o", "json"]].concat());
        let lines = found.out.lines().map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let word = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            (word("reason"), word("client"))
        });
        lines.collect()
    };
    let (ours, foreign) = (token(AUDIENCE), token(other));
    assert_eq!(asked(&serve, "/orders", &ours), 200);
    assert_eq!(asked(&serve, "/orders", &foreign), 401);
    assert_eq!(asked(&serve, "/admin", &ours), 403);
    // Junk is counted, and nothing is written of it.
    assert_eq!(asked(&serve, "/orders", "sym_at_wrong"), 401);
    let reasons = ["insufficient_scope", "invalid_audience"];
    let told = refusals();
    assert_eq!(told.len(), 2, "{told:?}");
    for ((reason, client), expected) in told.iter().zip(reasons) {
        assert_eq!(reason, expected);
        assert!(!client.is_empty(), "{told:?}");
    }
    // A burst of 200 and 20 a second are written, the rest is counted.
    for _ in 0..600 {
        assert_eq!(asked(&serve, "/admin", &ours), 403);
    }
    let metrics = Connection::to(&serve.address).get("/metrics").body;
    let counted = |kept: &str| -> u64 {
        let begin = format!("symbolon_refusals_total{{kept=\"{kept}\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&begin));
        line.unwrap().parse().unwrap()
    };
    let (journaled, only_counted) = (counted("journaled"), counted("counted"));
    assert_eq!(journaled + only_counted, 603, "{metrics}");
    assert!(only_counted > 1, "{metrics}");
    assert_eq!(u64::try_from(refusals().len()).unwrap(), journaled);
}

#[test]
fn without_a_gate_in_its_configuration_an_authority_answers_no_proxy() {
    let site = Site::sqlite();
    let serve = site.serve();
    for path in ["/gate/nginx", "/gate/forward", "/gate/envoy/x"] {
        assert_eq!(Connection::to(&serve.address).get(path).status, 404);
    }
}

#[test]
fn what_is_for_a_gate_of_its_own_is_refused_by_name() {
    let site = Site::sqlite();
    let before = std::fs::read_to_string(site.config()).unwrap();
    let table = gate_table().replacen("[gate]", "[gate]\nmode = \"introspect\"", 1);
    site.write(&format!("{before}{table}"));
    let config = site.config();
    let spoken = run(&["serve", "--config", config.to_str().unwrap()]);
    assert_eq!(spoken.code, 2);
    assert!(spoken.err.contains("for symbolon gate"), "{}", spoken.err);
}
