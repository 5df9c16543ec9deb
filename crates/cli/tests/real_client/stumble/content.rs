//! What HTTP libraries add to a request without being asked.

use serde_json::json;

use crate::arrange::pair;
use crate::authority::Authority;
use crate::exchange::Ask;

/// A token request of the demo service, without the type of its body.
fn grant(authority: &Authority, content_type: &str) -> Ask {
    let ask = Ask::new("POST", "/token").body(content_type, "grant_type=client_credentials");
    ask.basic(pair(&authority.service()))
}

#[test]
fn answers_are_json_whatever_accept_says() {
    let authority = Authority::start();
    let service = authority.service();
    let token = authority.token(&service, &[]);
    let asks = [
        Ask::get("/.well-known/oauth-authorization-server"),
        Ask::get("/jwks"),
        Ask::form("/token", &[("grant_type", "client_credentials")]).basic(pair(&service)),
        Ask::form("/token", &[("grant_type", "unknown")]),
        Ask::form("/introspect", &[("token", &token)]).basic(pair(&service)),
    ];
    for ask in asks {
        for accept in ["text/html", "application/xml;q=0.9, image/*", "nonsense"] {
            let reply = authority.ask(&ask.clone().header("accept", accept));
            assert!(reply.json().is_object(), "{accept} {reply:?}");
        }
    }
}

#[test]
fn the_type_of_a_form_may_carry_a_charset() {
    let authority = Authority::start();
    for content_type in [
        "application/x-www-form-urlencoded;charset=UTF-8",
        "application/x-www-form-urlencoded; charset=utf-8",
        "Application/X-WWW-Form-URLEncoded ; charset=\"utf-8\"",
    ] {
        let reply = authority.ask(&grant(&authority, content_type));
        assert_eq!(reply.status, 200, "{content_type} {reply:?}");
    }
}

#[test]
fn a_body_that_is_no_form_is_refused_in_json() {
    let authority = Authority::start();
    for content_type in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=a",
    ] {
        let reply = authority.ask(&grant(&authority, content_type));
        assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()));
    }
}

#[test]
fn an_oversized_form_is_refused_and_the_next_one_answered() {
    let authority = Authority::start();
    let service = authority.service();
    let form = format!("grant_type=client_credentials&x={}", "x".repeat(100_000));
    for path in ["/token", "/introspect", "/revoke"] {
        let oversized = Ask::new("POST", path).body("application/x-www-form-urlencoded", &form);
        let reply = authority.ask(&oversized.basic(pair(&service)));
        assert_eq!(reply.status, 413, "{path} {reply:?}");
        let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert!(told.is_object(), "{path} {reply:?}");
    }
    assert_eq!(authority.grant(&service, &[]).status, 200);
}

#[test]
fn an_offer_to_upgrade_to_http_2_is_ignored() {
    let authority = Authority::start();
    let ask = grant(&authority, "application/x-www-form-urlencoded")
        .header("connection", "Upgrade, HTTP2-Settings")
        .header("upgrade", "h2c")
        .header("http2-settings", "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA");
    let reply = authority.ask(&ask);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["token_type"], json!("Bearer"));
}

#[test]
fn answers_with_tokens_are_kept_by_nobody() {
    let authority = Authority::start();
    let reply = authority.grant(&authority.service(), &[]);
    assert_eq!(reply.header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(reply.header("pragma").as_deref(), Some("no-cache"));
}
