//! `/v1/openapi.json`, held against the file that is published and against the routes.

use std::collections::BTreeSet;
use std::path::Path;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::arrange::Site;

/// Set it to write the file anew.
const WRITE: &str = "SYMBOLON_WRITE_API";

#[tokio::test]
async fn the_published_file_is_what_is_served() {
    let (site, _folder) = Site::open().await;
    let served = site.get("/v1/openapi.json").send().await;
    assert_eq!(served.header("content-type"), "application/json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api/openapi.json");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &served.body).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == served.text(),
        "the API changed; run this test with {WRITE}=1 and read the difference"
    );
}

/// Method, path and scope of every operation.
async fn operations(site: &Site) -> Vec<(Method, String, Option<String>)> {
    let document = site.get("/v1/openapi.json").send().await.json();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let scope = operation["security"][0]["bearer"][0].as_str();
            let method = method.to_uppercase().parse().unwrap();
            found.push((method, path.clone(), scope.map(str::to_owned)));
        }
    }
    found
}

#[tokio::test]
async fn every_operation_is_there_and_opened_by_the_scope_it_names() {
    let (site, _folder) = Site::open().await;
    let follower = site.token("feed", "https://auth.example/v1").await;
    let auditor = site.token("audit", "https://auth.example/v1").await;
    for (method, path, scope) in operations(&site).await {
        let place = path
            .replace("{client_id}", "x")
            .replace("{id}", "00000000000");
        let place = place
            .replace("{kid}", "00000000000")
            .replace("{sequence}", "1")
            .replace("{bucket}", "500000");
        let token = if scope.as_deref() == Some("feed") {
            &auditor
        } else {
            &follower
        };
        let ask = site
            .ask(method.clone(), &place)
            .json(&json!({}))
            .bearer(token);
        let reply = ask.send().await;
        assert_ne!(
            reply.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        if let Some(scope) = scope {
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
            assert_eq!(
                reply.header("www-authenticate"),
                challenge,
                "{method} {path}: {reply}"
            );
        } else {
            assert_ne!(reply.status, StatusCode::NOT_FOUND, "{method} {path}");
        }
    }
}

/// The parameters that an operation's query must have.
fn required(operation: &Value) -> Vec<&str> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let required = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
    required.map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_query_of_the_feed_is_read_with_what_is_required_and_refused_without_any_of_it() {
    let (site, _folder) = Site::open().await;
    let document = site.get("/v1/openapi.json").send().await.json();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let operation = &methods["get"];
        if !path.starts_with("/feed/") || operation["parameters"].is_null() {
            continue;
        }
        let required = required(operation);
        let ask = async |without: Option<&str>| {
            let named = required.iter().filter(|name| Some(**name) != without);
            let query: Vec<_> = named.map(|name| format!("{name}=x")).collect();
            let path = format!("{path}?{}", query.join("&"));
            site.get(&path).local().send().await
        };
        // The realm has no such audience: to say so, the query was read.
        let read = ask(None).await;
        assert_ne!(read.code(), "invalid_query", "{path}: {read}");
        for name in &required {
            let refused = ask(Some(name)).await;
            let detail = format!("the query cannot be read: {name}: it is missing");
            assert_eq!(refused.json()["detail"], detail, "{path}: {refused}");
            all.push((path.clone(), (*name).to_owned()));
        }
    }
    let audience = |path: &str| (path.to_owned(), "audience".to_owned());
    let expected = ["/feed/poll", "/feed/snapshot", "/feed/stream"].map(audience);
    assert_eq!(all, expected);
}

#[tokio::test]
async fn a_cause_is_refused_without_any_of_what_is_required_beside_it() {
    let (site, _folder) = Site::open().await;
    let document = site.get("/v1/openapi.json").send().await.json();
    let admin = site.admin().await;
    let cause = json!({ "client": "nobody" });
    let asked = json!({ "cause": cause, "reason": "a drill" });
    for (path, body) in [
        ("/v1/revocations", &asked),
        ("/v1/revocations/preview", &json!({ "cause": cause })),
        ("/v1/suspensions", &asked),
    ] {
        let content = &document["paths"][path]["post"]["requestBody"]["content"];
        let schema = content["application/json"]["schema"]["$ref"]
            .as_str()
            .unwrap();
        let described = document.pointer(schema.trim_start_matches('#')).unwrap();
        let required = described["required"].as_array().unwrap();
        let required: BTreeSet<_> = required.iter().filter_map(Value::as_str).collect();
        let body = body.as_object().unwrap();
        let names: BTreeSet<_> = body.keys().map(String::as_str).collect();
        assert_eq!(required, names, "{path}");
        for name in names {
            let mut body = body.clone();
            body.remove(name);
            let ask = site.post(path, &json!(body)).bearer(&admin);
            let refused = ask.send().await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}: {refused}");
            let detail = refused.json()["detail"].to_string();
            assert!(detail.contains(name), "{path}: {detail}");
        }
    }
}

#[tokio::test]
async fn every_object_that_is_named_is_described() {
    let (site, _folder) = Site::open().await;
    let document = site.get("/v1/openapi.json").send().await.json();
    let text = document.to_string();
    let named = text.split("#/components/schemas/").skip(1);
    for name in named.filter_map(|rest| rest.split('"').next()) {
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_client_s_members_are_those_that_are_described() {
    let (site, _folder) = Site::open().await;
    let document = site.get("/v1/openapi.json").send().await.json();
    let described = |name: &str| -> Vec<String> {
        let schema = &document["components"]["schemas"][name];
        let members = schema["properties"].as_object().unwrap();
        members.keys().cloned().collect()
    };
    let all = json!({
        "client_name": "x", "jwks": {"keys": [{"kty": "EC", "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}, "access_token_lifetime": 60,
        "grant_types": ["client_credentials"], "response_types": [], "application_type": "web",
        "userinfo_signed_response_alg": "ES256", "default_max_age": 60,
        "id_token_encrypted_response_alg": "ECDH-ES",
        "id_token_encrypted_response_enc": "A128GCM",
        "userinfo_encrypted_response_alg": "ECDH-ES",
        "userinfo_encrypted_response_enc": "A128GCM",
        "introspection_signed_response_alg": "ES256",
        "introspection_encrypted_response_alg": "ECDH-ES",
        "introspection_encrypted_response_enc": "A128GCM",
        "sector_identifier_uri": "https://app.example/sector",
        "backchannel_logout_uri": "https://app.example/logout",
        "refresh_token_window": 60, "refresh_token_idle_lifetime": 60,
        "refresh_token_lifetime": 60,
    });
    let made = site.post("/v1/clients", &all).local().send().await.json();
    let known = ["client_id", "client_id_issued_at", "id", "subject", "state"];
    let secret = ["client_secret", "client_secret_expires_at"];
    let known: Vec<_> = known.into_iter().chain(secret).collect();
    let members = made
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| !known.contains(&name.as_str()));
    let mut settings = described("ClientSettings");
    // Keys by reference stand in the place of keys by value.
    settings.retain(|name| name != "application_type" && name != "jwks_uri");
    settings.sort();
    assert_eq!(members.cloned().collect::<Vec<_>>(), settings);
    let all = json!({
        "audience": "https://api.example", "token_lifetime": 60, "owner": made["id"],
        "token_encryption_alg": "ECDH-ES+A128KW", "token_encryption_enc": "A128GCM",
        "jwks": all["jwks"],
    });
    let made: Value = site.post("/v1/resources", &all).local().send().await.json();
    let known = ["id", "audience", "created_at"];
    let members = made
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| !known.contains(&name.as_str()));
    let mut settings = described("ResourceSettings");
    settings.retain(|name| name != "jwks_uri");
    settings.sort();
    assert_eq!(members.cloned().collect::<Vec<_>>(), settings);
}
