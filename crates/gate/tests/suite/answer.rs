//! What is answered to whom.

use http::HeaderValue;
use serde_json::{Value, json};
use symbolon_gate::{Credential, Decision, Front, RouteKind, RouteSettings, Verdict};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use crate::arrange::{Asked, Writes, alive, gate, route, settings};

fn told(headers: &http::HeaderMap) -> Vec<(&str, &str)> {
    let mut all: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn every_identity_header_is_there_also_where_it_is_empty() {
    let gate = gate(settings(vec![route()])).unwrap();
    let answer = Asked::forward()
        .of(&gate, (alive(|_| ()), Writes(true)))
        .await;
    assert_eq!(answer.status(), 200);
    let assertion = json!({
        "iss": "https://gate.example.com", "sub": "alice", "aud": "api.example.com",
        "iat": 1_800_000_000, "exp": 1_800_000_030, "jti": "AAAAAAAAAAAAAAAA",
        "client_id": "app", "scope": "read write", "token_iss": "https://auth.example.com",
    });
    let asserted: Value =
        serde_json::from_slice(answer.headers()["x-auth-assertion"].as_bytes()).unwrap();
    assert_eq!(asserted, assertion);
    let mut headers = answer.headers().clone();
    headers.insert("x-auth-assertion", HeaderValue::from_static("above"));
    assert_eq!(
        told(&headers),
        [
            ("authorization", "Bearer t"),
            ("x-auth-acr", ""),
            ("x-auth-assertion", "above"),
            ("x-auth-audience", "https://api.example.com"),
            ("x-auth-auth-time", ""),
            ("x-auth-client", "app"),
            ("x-auth-expires-at", "1800000600"),
            ("x-auth-issued-at", "1799999990"),
            ("x-auth-issuer", "https://auth.example.com"),
            ("x-auth-scope", "read write"),
            ("x-auth-subject", "alice"),
            ("x-auth-token-id", ""),
        ]
    );
}

#[tokio::test]
async fn nobody_has_empty_headers_where_the_route_is_public() {
    let public = RouteSettings {
        public: true,
        ..route()
    };
    let gate = gate(settings(vec![public])).unwrap();
    let nobody = Asked::forward().with("authorization", "");
    let answer = nobody.of(&gate, (Verdict::Dead, Writes(true))).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers().len()),
        (200, 12)
    );
    assert!(answer.headers().values().all(HeaderValue::is_empty));
    // A credential of another kind is the service's own matter.
    let other = Asked::forward().with("authorization", "Basic eDp5");
    let answer = other.of(&gate, (Verdict::Dead, Writes(true))).await;
    assert_eq!(answer.headers()["authorization"], "Basic eDp5");
    assert_eq!(answer.headers()["x-auth-subject"], "");
    // A token that is dead is not nobody.
    let answer = Asked::forward()
        .of(&gate, (Verdict::Dead, Writes(true)))
        .await;
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn an_assertion_ends_with_its_token_and_is_for_a_host_alone() {
    let anywhere = RouteSettings {
        host: None,
        ..route()
    };
    let ends = alive(|identity| identity.expires_at = Time(1_800_000_005_000));
    let gates = [route(), anywhere].map(|route| gate(settings(vec![route])).unwrap());
    let answer = Asked::forward()
        .of(&gates[0], (ends.clone(), Writes(true)))
        .await;
    let asserted: Value =
        serde_json::from_slice(answer.headers()["x-auth-assertion"].as_bytes()).unwrap();
    assert_eq!(asserted["exp"], json!(1_800_000_005));
    let answer = Asked::forward().of(&gates[1], (ends, Writes(true))).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["x-auth-assertion"], "");
}

#[tokio::test]
async fn the_credential_is_given_back_or_not() {
    let removes = RouteSettings {
        credential: Credential::Remove,
        ..route()
    };
    let gate = gate(settings(vec![removes])).unwrap();
    for front in [Front::Forward, Front::Nginx] {
        let asked = Asked {
            front,
            ..Asked::forward()
        };
        let answer = asked.of(&gate, (alive(|_| ()), Writes(true))).await;
        assert_eq!(answer.headers()["authorization"], "", "{front:?}");
    }
}

/// Status, what nginx is told instead, code, and challenge.
type Refusal = (u16, u16, &'static str, &'static str);

async fn refused(asked: Asked, says: Verdict, expected: Refusal) {
    let needs = RouteSettings {
        scope: "read".to_owned(),
        resource_metadata: Some("https://api.example.com/m".to_owned()),
        path: Some("/orders".to_owned()),
        ..route()
    };
    let gate = gate(settings(vec![needs])).unwrap();
    let (status, to_nginx, code, challenge) = expected;
    let mut asked = asked;
    for (front, status) in [(Front::Forward, status), (Front::Nginx, to_nginx)] {
        asked.front = front;
        let answer = asked.of(&gate, (says.clone(), Writes(true))).await;
        assert_eq!(answer.status().as_u16(), status, "{front:?} {code}");
        let headers = answer.headers();
        assert_eq!(headers["x-auth-failure"], code);
        let told = headers.get("www-authenticate");
        let told = told.map_or("", |value| value.to_str().unwrap());
        assert_eq!(told, challenge, "{code}");
        assert!(!headers.contains_key("x-auth-subject"));
        let document: Value = serde_json::from_slice(&answer.body().body).unwrap();
        assert_eq!(document["code"], code);
    }
}

#[tokio::test]
async fn a_refusal_says_what_is_missing() {
    const SHARED: &str = "scope=\"read\", resource_metadata=\"https://api.example.com/m\"";
    let asked = Asked::forward;
    let lives = || alive(|_| ());
    let with = |error: &str| -> &'static str {
        Box::leak(format!("Bearer error=\"{error}\", {SHARED}").into_boxed_str())
    };
    let missing: &'static str = Box::leak(format!("Bearer {SHARED}").into_boxed_str());
    let dead = (401, 401, "invalid_token", with("invalid_token"));
    let another = |_: &str| alive(|identity| identity.audience = vec!["https://b".to_owned()]);
    for (asked, says, expected) in [
        (
            asked().with("authorization", ""),
            lives(),
            (401, 401, "token_missing", missing),
        ),
        (
            asked().with("authorization", "DPoP t"),
            lives(),
            (401, 401, "token_missing", missing),
        ),
        (
            asked().with("authorization", "Bearer a,Bearer b"),
            lives(),
            dead,
        ),
        (asked().with("authorization", "Bearer  "), lives(), dead),
        (asked(), Verdict::Dead, dead),
        (asked(), another("b"), dead),
        (asked(), alive(|identity| identity.is_bound = true), dead),
        (
            asked(),
            alive(|identity| identity.scope = Scope::parse("reader").unwrap()),
            (403, 403, "insufficient_scope", with("insufficient_scope")),
        ),
        (asked(), Verdict::Unknown, (503, 403, "unavailable", "")),
        (
            asked(),
            alive(|identity| identity.subject = "Zoë".to_owned()),
            (503, 403, "unavailable", ""),
        ),
        (
            asked().with("x_auth_subject", "x"),
            lives(),
            (400, 403, "header_refused", ""),
        ),
        (
            asked().with("x-forwarded-uri", "/orders/../x"),
            lives(),
            (400, 403, "path_ambiguous", ""),
        ),
        (
            asked().with("x-forwarded-uri", "/other"),
            lives(),
            (403, 403, "route_unknown", ""),
        ),
        (
            asked().with("x-forwarded-host", "a, api.example.com"),
            lives(),
            (400, 403, "question_incomplete", ""),
        ),
        (
            asked().with("x-forwarded-method", ""),
            lives(),
            (400, 403, "question_incomplete", ""),
        ),
    ] {
        refused(asked, says, expected).await;
    }
}

#[tokio::test]
async fn who_is_no_proxy_is_not_judged() {
    let asked = Asked {
        from: "192.0.2.1",
        ..Asked::forward()
    };
    refused(asked, alive(|_| ()), (403, 403, "proxy_unknown", "")).await;
    let mapped = Asked {
        from: "::ffff:10.9.9.9",
        ..Asked::forward()
    };
    let gate = gate(settings(vec![route()])).unwrap();
    let answer = mapped.of(&gate, (alive(|_| ()), Writes(true))).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn without_its_assertion_a_request_does_not_pass() {
    let gate = gate(settings(vec![route()])).unwrap();
    let answer = Asked::forward()
        .of(&gate, (alive(|_| ()), Writes(false)))
        .await;
    assert_eq!(answer.status(), 503);
}

#[test]
fn each_front_has_its_place() {
    for (path, expected) in [
        ("/gate/nginx", Some(Front::Nginx)),
        ("/gate/forward", Some(Front::Forward)),
        ("/gate/envoy/", Some(Front::Envoy)),
        ("/gate/envoy/a/b", Some(Front::Envoy)),
        ("/gate/envoy", None),
        ("/gate/envoyx", None),
        ("/gate/nginx/", None),
        (symbolon_gate::GRPC_PATH, Some(Front::EnvoyGrpc)),
    ] {
        assert_eq!(Front::at(path), expected, "{path}");
    }
}

#[tokio::test]
async fn what_was_decided_stands_beside_the_answer() {
    let public = RouteSettings {
        path: Some("/public".to_owned()),
        public: true,
        ..route()
    };
    let gate = gate(settings(vec![public, route()])).unwrap();
    let asked = Asked::forward;
    let at = |uri| asked().with("x-forwarded-uri", uri);
    let anonymous = at("/public").with("authorization", "");
    let elsewhere = asked().with("x-forwarded-host", "other.example");
    let stranger = Asked {
        from: "192.0.2.1",
        ..asked()
    };
    let (guarded, public, unknown) = (RouteKind::Guarded, RouteKind::Public, RouteKind::Unknown);
    for (asked, verdict, route, outcome) in [
        (asked(), alive(|_| ()), guarded, "passed"),
        (at("/public"), alive(|_| ()), public, "passed"),
        (anonymous, Verdict::Dead, public, "passed_without_token"),
        (asked(), Verdict::Dead, guarded, "invalid_token"),
        (asked(), Verdict::Unknown, guarded, "unavailable"),
        (elsewhere, Verdict::Dead, unknown, "route_unknown"),
        (stranger, Verdict::Dead, unknown, "proxy_unknown"),
    ] {
        let answer = asked.of(&gate, (verdict, Writes(true))).await;
        let expected = Decision {
            front: Front::Forward,
            route,
            outcome,
        };
        assert_eq!(answer.extensions().get(), Some(&expected), "{outcome}");
        assert!(Decision::OUTCOMES.contains(&outcome));
    }
}
