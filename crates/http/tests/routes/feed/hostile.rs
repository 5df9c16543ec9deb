//! Whatever a follower says, it is answered, never by a 5xx, and never with what is another's.

use axum::http::StatusCode;
use proptest::prelude::*;

use super::*;

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,80}".prop_map(Value::from),
        Just(json!(API)),
        Just(json!(OTHER)),
        Just(json!("AAAAAAAAAAAAAAAAAAAAAA")),
        Just(json!("x".repeat(5000))),
        Just(json!([1, {"a": []}])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn junk_is_refused(
        bodies in prop::collection::vec(prop::collection::vec(any_value(), 7), 12),
        queries in prop::collection::vec("[ -~]{0,60}", 12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let (site, _folder) = site().await;
            let token = token(&site, "api").await;
            let members = [
                "audience", "stream", "n", "nonce", "follower", "dark_after_ms", "leaving",
            ];
            for values in bodies {
                let pairs = members.iter().map(|name| (*name).to_owned()).zip(values);
                let body = Value::Object(pairs.collect());
                for path in ["/feed/acknowledgements", "/feed/reports"] {
                    let reply = site.post(path, &body).bearer(&token).send().await;
                    assert!(reply.status.is_client_error(), "{body} {reply}");
                }
            }
            for query in queries {
                let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
                for path in ["stream", "poll", "snapshot"] {
                    let named = format!("/feed/{path}?audience={API}&stream={query}&after={query}");
                    for path in [format!("/feed/{path}?{query}"), named] {
                        if path.starts_with("/feed/snapshot?audience") {
                            continue;
                        }
                        let reply = get(&site, &path, &token).await;
                        assert!(reply.status.is_client_error(), "{path} {reply}");
                    }
                }
            }
        });
    }
}

#[tokio::test]
async fn a_follower_that_lies_about_its_place_is_told_to_fetch_a_snapshot() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let stream = snapshot(&site, &token).await.position.stream;
    let said = |change: &Value| {
        let mut said = json!({
            "audience": API, "stream": stream, "n": 0, "nonce": "AAAAAAAAAAAAAAAAAAAAAA",
            "follower": "one",
        });
        let members = said.as_object_mut().unwrap();
        members.extend(change.as_object().unwrap().clone());
        said
    };
    for (change, status) in [
        (json!({}), StatusCode::OK),
        (json!({"n": 1}), StatusCode::GONE),
        (json!({"n": u64::MAX}), StatusCode::GONE),
        (json!({"n": -1}), StatusCode::BAD_REQUEST),
        (
            json!({"stream": "AAAAAAAAAAAAAAAAAAAAAA"}),
            StatusCode::GONE,
        ),
        (json!({"stream": "?"}), StatusCode::BAD_REQUEST),
        (
            json!({"nonce": "AAAAAAAAAAAAAAAAAAAAAB"}),
            StatusCode::BAD_REQUEST,
        ),
        (json!({"nonce": ""}), StatusCode::BAD_REQUEST),
        (json!({"follower": ""}), StatusCode::BAD_REQUEST),
        (json!({"follower": "a\u{7}"}), StatusCode::BAD_REQUEST),
        (json!({"follower": "x".repeat(65)}), StatusCode::BAD_REQUEST),
        (json!({"dark_after_ms": u64::MAX}), StatusCode::OK),
        (json!({"audience": OTHER}), StatusCode::NOT_FOUND),
        (json!({"leaving": true}), StatusCode::OK),
    ] {
        let reply = site.post("/feed/acknowledgements", &said(&change));
        let reply = reply.bearer(&token).send().await;
        assert_eq!(reply.status, status, "{change} {reply}");
    }
    assert_eq!(site.app.feed().size().1, 0);
}
