//! Programs in a browser (Fetch standard, CORS protocol).

use serde_json::json;

use crate::arrange::pair;
use crate::authority::Authority;
use crate::exchange::{Ask, Reply};

const REGISTERED: &str = "https://app.example";

/// What a program in a browser may call, and how.
const SHARED: [(&str, &str); 5] = [
    ("/.well-known/oauth-authorization-server", "GET"),
    ("/.well-known/openid-configuration", "GET"),
    ("/jwks", "GET"),
    ("/token", "POST"),
    ("/revoke", "POST"),
];

fn arranged() -> Authority {
    let authority = Authority::start();
    authority.client(json!({"origins": [REGISTERED]}));
    authority
}

fn preflight(path: &str, method: &str, origin: &str) -> Ask {
    Ask::new("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
}

fn allowed(reply: &Reply) -> Option<String> {
    reply.header("access-control-allow-origin")
}

#[test]
fn a_preflight_of_a_registered_origin_passes() {
    let authority = arranged();
    for (path, method) in SHARED {
        let reply = authority.ask(&preflight(path, method, REGISTERED));
        assert_eq!(reply.status, 204, "{path} {reply:?}");
        assert_eq!(allowed(&reply).as_deref(), Some(REGISTERED), "{path}");
        let methods = reply.header("access-control-allow-methods").unwrap();
        assert!(methods.contains(method), "{path} {methods}");
        let headers = reply.header("access-control-allow-headers").unwrap();
        assert_eq!(headers, "authorization, content-type", "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), None);
        assert!(reply.header("vary").unwrap().contains("origin"), "{path}");
    }
}

#[test]
fn other_origins_and_null_never_pass() {
    let authority = arranged();
    for origin in [
        "null",
        "https://other.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.other.example",
    ] {
        for (path, method) in SHARED {
            let reply = authority.ask(&preflight(path, method, origin));
            assert_eq!(allowed(&reply), None, "{origin} {path}");
            let headers = reply.header("access-control-allow-headers");
            assert_eq!(headers, None, "{origin} {path}");
        }
        let plain = authority.ask(&Ask::get("/jwks").header("origin", origin));
        assert_eq!((plain.status, allowed(&plain)), (200, None), "{origin}");
    }
}

#[test]
fn introspection_and_management_are_for_servers() {
    let authority = arranged();
    for (path, method) in [("/introspect", "POST"), ("/v1/clients", "GET")] {
        let reply = authority.ask(&preflight(path, method, REGISTERED));
        assert_eq!(allowed(&reply), None, "{path}");
    }
}

#[test]
fn answers_and_refusals_are_readable_for_a_registered_origin_without_credentials() {
    let authority = arranged();
    let service = authority.service();
    let grant = Ask::form("/token", &[("grant_type", "client_credentials")]);
    for ask in [
        grant.clone().basic(pair(&service)),
        grant.basic((&service.0, "not the secret")),
        Ask::get("/jwks"),
        Ask::get("/.well-known/openid-configuration"),
    ] {
        let reply = authority.ask(&ask.header("origin", REGISTERED));
        assert_eq!(allowed(&reply).as_deref(), Some(REGISTERED), "{reply:?}");
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
}
