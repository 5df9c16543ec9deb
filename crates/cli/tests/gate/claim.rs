//! What holds before every proxy. Where one differs, it stands here.

use serde_json::{Value, json};
use symbolon_jose::danger::unverified_claims;

use crate::echo::told;
use crate::harness::{Answer, Connection};
use crate::proxy::Kind;
use crate::site::{HOST, SIGNER, Site, asserted};

/// The identity headers that there are.
const HEADERS: [&str; 11] = [
    "X-Auth-Issuer",
    "X-Auth-Subject",
    "X-Auth-Client",
    "X-Auth-Scope",
    "X-Auth-Audience",
    "X-Auth-Issued-At",
    "X-Auth-Expires-At",
    "X-Auth-Auth-Time",
    "X-Auth-Acr",
    "X-Auth-Token-Id",
    "X-Auth-Assertion",
];

/// Every identity header, as a client that would like to be somebody else sends it.
fn spoofed() -> Vec<(&'static str, &'static str)> {
    HEADERS.map(|name| (name, "mallory")).to_vec()
}

fn code(answer: &Answer) -> String {
    answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Once, or not at all where it is empty.
fn said<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let values = told(answer, name);
    assert!(values.len() <= 1, "{name}: {}", answer.body);
    values.first().copied().unwrap_or_default()
}

pub(crate) fn the_service_hears_of_a_client_what_the_gate_says(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    let answer = site.bearer("/orders?id=7", &token, &spoofed());
    assert_eq!(answer.status, 200, "{answer:?}\n{}", site.proxy.log());
    assert!(!answer.body.contains("mallory"), "{}", answer.body);
    assert!(
        answer.body.starts_with("GET /orders?id=7 "),
        "{}",
        answer.body
    );
    let told = site.dev.connect().form(
        "/introspect",
        Some(site.dev.service()),
        &format!("token={token}"),
    );
    let claims = told.json();
    let number = |name: &str| claims[name].as_i64().unwrap().to_string();
    let text = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    // Who judges by the token reads it; introspection does not tell it.
    let token_id = if kind == Kind::NginxFollow {
        let claims: Value = unverified_claims(&token).unwrap();
        claims["jti"].as_str().unwrap().to_owned()
    } else {
        String::new()
    };
    for (header, expected) in [
        ("X-Auth-Issuer", text("iss")),
        ("X-Auth-Subject", text("sub")),
        ("X-Auth-Client", text("client_id")),
        ("X-Auth-Scope", text("scope")),
        ("X-Auth-Audience", text("aud")),
        ("X-Auth-Issued-At", number("iat")),
        ("X-Auth-Expires-At", number("exp")),
        ("X-Auth-Auth-Time", String::new()),
        ("X-Auth-Acr", String::new()),
        ("X-Auth-Token-Id", token_id),
        ("Authorization", format!("Bearer {token}")),
    ] {
        assert_eq!(said(&answer, header), expected, "{header}: {}", answer.body);
    }
    let assertion = said(&answer, "X-Auth-Assertion");
    let asserted = asserted(assertion, (&site.gate.address, "/gate/jwks"), SIGNER);
    assert_eq!(asserted["sub"], claims["sub"]);
    assert_eq!(asserted["client_id"], claims["client_id"]);
    assert_eq!(asserted["token_iss"], json!(site.dev.issuer));
    // A second one has another name.
    let again = site.bearer("/orders", &token, &[]);
    assert_ne!(said(&again, "X-Auth-Assertion"), assertion);
}

pub(crate) fn the_token_stays_at_the_proxy_where_the_route_says_so(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    let answer = site.bearer("/inner/x", &token, &[]);
    assert_eq!(answer.status, 200, "{answer:?}\n{}", site.proxy.log());
    assert_eq!(said(&answer, "Authorization"), "", "{}", answer.body);
    assert!(!answer.body.contains(&token), "{}", answer.body);
    assert_ne!(said(&answer, "X-Auth-Subject"), "");
}

pub(crate) fn nobody_is_told_as_nobody(kind: Kind) {
    let site = Site::start(kind);
    let answer = site.ask("/public/page", &spoofed());
    assert_eq!(answer.status, 200, "{answer:?}\n{}", site.proxy.log());
    assert!(!answer.body.contains("mallory"), "{}", answer.body);
    for header in HEADERS {
        assert_eq!(said(&answer, header), "", "{header}: {}", answer.body);
    }
    // Who says something wrong of himself is not nobody.
    let answer = site.bearer("/public/page", "sym_at_wrong", &[]);
    assert_eq!(answer.status, 401, "{answer:?}");
}

pub(crate) fn who_may_not_pass_is_told_why(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    let metadata = format!(
        "resource_metadata=\"{}\"",
        "https://api.example.com/.well-known/oauth-protected-resource"
    );
    for (answer, status, challenge) in [
        (site.ask("/orders", &[]), 401, format!("Bearer {metadata}")),
        (
            site.bearer("/orders", "junk", &[]),
            401,
            format!("Bearer error=\"invalid_token\", {metadata}"),
        ),
        (
            site.bearer("/admin/users", &token, &[]),
            403,
            "Bearer error=\"insufficient_scope\", scope=\"admin\"".to_owned(),
        ),
    ] {
        assert_eq!(answer.status, status, "{answer:?}\n{}", site.proxy.log());
        let told: Vec<_> = answer.headers("WWW-Authenticate").collect();
        assert_eq!(told, [challenge], "{answer:?}");
    }
    for path in [
        "/public/../admin",
        "/public/%2e%2e/admin",
        "/public;/x",
        "/%2fadmin",
    ] {
        let answer = site.bearer(path, &token, &[]);
        assert_eq!(
            answer.status,
            400,
            "{path}: {answer:?}\n{}",
            site.proxy.log()
        );
    }
    assert_eq!(site.service.asked(), 0);
}

pub(crate) fn other_spellings_of_identity_headers_end_a_request(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    let mut passed = 0;
    for names in [
        &["X_Auth_Subject"][..],
        &["x_auth-SUBJECT"],
        &["X.Auth.Subject"],
        &["X-Auth_Assertion"],
        &["X-Auth-Subject", "x-auth-subject"],
    ] {
        let headers: Vec<_> = names.iter().map(|name| (*name, "mallory")).collect();
        let answer = site.bearer("/orders", &token, &headers);
        // Some proxies drop or replace such headers before anybody sees them, which is as good.
        if answer.status == 200 {
            passed += 1;
            assert!(
                !answer.body.contains("mallory"),
                "{names:?}: {}",
                answer.body
            );
        } else {
            assert_eq!(
                answer.status,
                400,
                "{names:?}: {answer:?}\n{}",
                site.proxy.log()
            );
        }
    }
    let expected = match kind {
        // It drops names with underscores and dots, and refuses nothing itself.
        Kind::Nginx | Kind::NginxFollow => 4,
        Kind::NginxLenient | Kind::Haproxy | Kind::EnvoyGrpc => 0,
        // The first takes the two lines away before it asks, the second joins them; what is left is
        // overwritten.
        Kind::Caddy | Kind::EnvoyHttp => 1,
    };
    assert_eq!(passed, expected);
    assert_eq!(site.service.asked(), passed);
}

pub(crate) fn no_client_takes_an_identity_header_away(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    for named in [
        "close, X-Auth-Subject",
        "x-auth-assertion",
        "close,X_AUTH_scope",
    ] {
        let answer = site.bearer("/orders", &token, &[("Connection", named)]);
        if answer.status == 200 {
            for header in ["X-Auth-Subject", "X-Auth-Scope", "X-Auth-Assertion"] {
                assert_ne!(said(&answer, header), "", "{named}: {answer:?}");
            }
            let kept = answer.body.lines().filter(|line| {
                let line = line.to_lowercase();
                line.starts_with("connection:") && line.contains("auth")
            });
            assert_eq!(kept.count(), 0, "{named}: {}", answer.body);
        } else {
            assert_eq!(answer.status, 400, "{named}: {answer:?}");
        }
    }
}

pub(crate) fn a_client_does_not_say_what_is_asked(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    let public = [
        ("X-Forwarded-Uri", "/public/page"),
        ("X-Forwarded-Method", "OPTIONS"),
        ("X-Forwarded-Host", "elsewhere.example"),
        ("X-Original-URL", "/public/page"),
        ("X-Original-URI", "/public/page"),
        ("X-Rewrite-URL", "/public/page"),
    ];
    assert_eq!(site.ask("/orders", &public).status, 401);
    let admin = site.bearer("/admin/users", &token, &public);
    assert_eq!(admin.status, 403, "{admin:?}");
    let orders = site.bearer("/orders", &token, &public);
    assert_eq!(orders.status, 200, "{orders:?}\n{}", site.proxy.log());
    assert_eq!(site.service.asked(), 1);
}

pub(crate) fn a_body_reaches_the_service_alone(kind: Kind) {
    // More than a gate takes of anything.
    const LONG: usize = 200_000;
    let site = Site::start(kind);
    let token = site.dev.token();
    let post = |path: &str, token: &str| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {LONG}\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        );
        let mut connection = Connection::to(&site.proxy.address);
        connection.raw(&format!("{head}{}", "x".repeat(LONG)))
    };
    let answer = post("/orders", &token).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}\n{}", site.proxy.log());
    assert!(answer.body.starts_with("POST /orders "), "{}", answer.body);
    assert_eq!(told(&answer, "body"), [format!("{LONG} {}", b'x')]);
    // One who may not pass may be cut off before he has sent everything.
    if let Ok(answer) = post("/orders", "junk") {
        assert_eq!(answer.status, 401, "{answer:?}");
    }
    assert_eq!(site.service.asked(), 1);
}

pub(crate) fn a_revoked_token_is_refused_at_once(kind: Kind) {
    let site = Site::start(kind);
    let (token, other) = (site.dev.token(), site.dev.token());
    assert_eq!(site.bearer("/orders", &token, &[]).status, 200);
    let revoked = site.dev.connect().form(
        "/revoke",
        Some(site.dev.service()),
        // Whoever follows the feed has heard of it by then; whoever asks needs nobody to wait.
        &format!("token={token}&wait=all&timeout_ms=60000"),
    );
    assert_eq!(revoked.status, 200, "{revoked:?}");
    let answer = site.bearer("/orders", &token, &[]);
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(site.bearer("/orders", &other, &[]).status, 200);
    assert_eq!(site.service.asked(), 2);
}

pub(crate) fn without_an_authority_or_a_gate_nobody_passes(kind: Kind) {
    let site = Site::start(kind);
    let token = site.dev.token();
    assert_eq!(site.bearer("/orders", &token, &[]).status, 200);
    let Site {
        dev,
        gate,
        proxy,
        service,
        _folder,
    } = site;
    dev.process.kill();
    let credential = format!("Bearer {token}");
    let ask = |path: &str| {
        let headers = [("Authorization", &*credential)];
        crate::site::ask(&proxy.address, ("GET", path, HOST), &headers)
    };
    let answer = ask("/orders");
    assert_eq!(answer.status, 503, "{answer:?}\n{}", proxy.log());
    // It takes any 5xx for a fault of the gate, and hands nothing of it on.
    let told = usize::from(kind != Kind::EnvoyHttp);
    assert_eq!(answer.headers("Retry-After").count(), told, "{answer:?}");
    assert_eq!(ask("/public/page").status, 503);
    let nobody = crate::site::ask(&proxy.address, ("GET", "/public", HOST), &[]);
    assert_eq!(nobody.status, 200);
    gate.process.kill();
    let status = ask("/orders").status;
    let expected = match kind {
        // It takes a gate that is not there for a fault of its own.
        Kind::Nginx | Kind::NginxLenient | Kind::NginxFollow => 500,
        Kind::Caddy => 502,
        Kind::Haproxy | Kind::EnvoyGrpc | Kind::EnvoyHttp => 503,
    };
    assert_eq!(status, expected, "{}", proxy.log());
    assert_eq!(service.asked(), 2);
}

/// What a refusal says to programs.
pub(crate) fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status, code(answer))
}
