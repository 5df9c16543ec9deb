//! What a resource answers: with a layer, and with an extractor.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use http_body_util::BodyExt;
use serde_json::json;
use symbolon_verify::{
    Admitted, Authorized, Clock, Demand, Demands, Guard, Metadata, Moment, Monotonic, Proof,
    Resource, Verifier,
};
use tower::ServiceExt;

use crate::arrange::{AUDIENCE, Draft, ISSUER, NOON, token_keys};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Moment {
        let monotonic = Monotonic::default();
        Moment {
            monotonic,
            wall: NOON,
        }
    }
}

fn resource() -> Resource {
    let verifier = Verifier::offline(ISSUER, AUDIENCE, token_keys());
    let metadata = Metadata::new(AUDIENCE, ISSUER).unwrap();
    Resource::new(Guard::new(Arc::new(verifier), Arc::new(Noon))).described(&metadata)
}

struct Delete;

impl Demands for Delete {
    fn demand() -> &'static Demand {
        static DEMAND: LazyLock<Demand> = LazyLock::new(|| Demand::scope("delete").unwrap());
        &DEMAND
    }
}

fn app(resource: Resource) -> Router {
    let read = resource.demands(Demand::scope("read").unwrap());
    let metadata = Metadata::new(AUDIENCE, ISSUER).unwrap();
    let who = |request: Request<Body>| async move {
        request
            .extensions()
            .get::<Admitted>()
            .unwrap()
            .sub
            .to_string()
    };
    Router::new()
        .route("/orders", get(who).layer(read))
        .route(
            "/me",
            get(|access: Authorized| async move { access.client_id.to_string() }),
        )
        .route("/delete", get(|_: Authorized<Delete>| async { "gone" }))
        .route(
            metadata.path(),
            get({
                let metadata = metadata.clone();
                || async { metadata }
            }),
        )
        .with_state(resource)
}

/// Status, challenge and body.
async fn ask(app: Router, path: &str, authorization: Option<&str>) -> (StatusCode, String, String) {
    let mut request = Request::get(path);
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    let response = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let challenge = response.headers().get(WWW_AUTHENTICATE);
    let challenge = challenge
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, challenge, String::from_utf8(body.to_vec()).unwrap())
}

const METADATA: &str =
    "resource_metadata=\"https://api.example/.well-known/oauth-protected-resource\"";

#[tokio::test]
async fn a_live_token_passes_layer_and_extractor() {
    let bearer = format!("Bearer {}", Draft::default().sign());
    let (status, _, body) = ask(app(resource()), "/orders", Some(&bearer)).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "alice"));
    let (status, _, body) = ask(app(resource()), "/me", Some(&bearer)).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "app"));
}

#[tokio::test]
async fn without_a_token_the_challenge_says_where_to_read_on() {
    let (status, challenge, _) = ask(app(resource()), "/orders", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(challenge, format!("Bearer scope=\"read\", {METADATA}"));
    let (status, challenge, _) = ask(app(resource()), "/me", None).await;
    assert_eq!(
        (status, challenge),
        (StatusCode::UNAUTHORIZED, format!("Bearer {METADATA}"))
    );
}

#[tokio::test]
async fn a_token_without_the_scope_is_told_which() {
    let bearer = format!("Bearer {}", Draft::default().sign());
    let (status, challenge, _) = ask(app(resource()), "/delete", Some(&bearer)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        challenge.starts_with("Bearer error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(challenge.contains("scope=\"delete\""), "{challenge}");
}

#[tokio::test]
async fn a_bound_token_passes_where_its_sender_is_proved() {
    let claims = json!({"cnf": {"jkt": "thumb"}});
    let token = Draft {
        claims,
        ..Draft::default()
    }
    .sign();
    let dpop = format!("DPoP {token}");
    let (status, challenge, _) = ask(app(resource()), "/me", Some(&dpop)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(
        challenge.starts_with("DPoP error=\"invalid_token\""),
        "{challenge}"
    );
    let proved = resource().sender(|_: &Parts, _: &str| Proof {
        jkt: Some("thumb".to_owned()),
        ..Proof::default()
    });
    let (status, ..) = ask(app(proved.clone()), "/me", Some(&dpop)).await;
    assert_eq!(status, StatusCode::OK);
    let (status, ..) = ask(app(proved), "/me", Some(&format!("Bearer {token}"))).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_metadata_are_served_where_challenges_point() {
    let path = "/.well-known/oauth-protected-resource";
    let (status, _, body) = ask(app(resource()), path, None).await;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = json!({
        "resource": AUDIENCE,
        "authorization_servers": [ISSUER],
        "bearer_methods_supported": ["header"],
    });
    assert_eq!((status, body), (StatusCode::OK, expected));
}
