//! What a body may be.

use axum::http::Method;

use crate::arrange::Site;

#[tokio::test]
async fn only_json_of_the_right_shape_and_size_is_read() {
    let (site, _folder) = Site::open().await;
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(64 * 1024));
    let deep = format!("{{\"jwks\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    let json = "application/json";
    for (kind, body, status, code) in [
        ("text/plain", "{}", 415, "unsupported_media_type"),
        (
            "application/x-www-form-urlencoded",
            "a=b",
            415,
            "unsupported_media_type",
        ),
        (json, "", 400, "invalid_document"),
        (json, "{", 400, "invalid_document"),
        (json, "[]", 400, "invalid_document"),
        (json, "null", 400, "invalid_document"),
        (json, "{} {}", 400, "invalid_document"),
        (
            json,
            "{\"scope\":\"a\",\"scope\":\"b\"}",
            400,
            "invalid_document",
        ),
        (
            json,
            "{\"client_id\":\"a\",\"client_id\":\"b\"}",
            400,
            "invalid_document",
        ),
        (
            json,
            "{\"jwks\":{\"a\":1,\"a\":2}}",
            400,
            "invalid_document",
        ),
        (json, &deep, 400, "invalid_document"),
        (json, &large, 413, "body_too_large"),
    ] {
        let ask = site
            .ask(Method::POST, "/v1/clients")
            .body(kind, body.to_owned());
        let reply = ask.local().send().await;
        let found = (reply.status.as_u16(), reply.code());
        assert_eq!(found, (status, code.to_owned()), "{kind}: {reply}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_utf_8_is_refused() {
    let (site, _folder) = Site::open().await;
    let body = b"{\"client_name\":\"\xff\"}".to_vec();
    let ask = site
        .ask(Method::POST, "/v1/clients")
        .body("application/json", body);
    insta::assert_snapshot!(ask.local().send().await);
}

#[tokio::test]
async fn a_type_may_carry_a_charset() {
    let (site, _folder) = Site::open().await;
    let body = "{\"grant_types\":[\"client_credentials\"]}";
    let ask = site.ask(Method::POST, "/v1/clients");
    let reply = ask
        .body("Application/JSON; charset=utf-8", body)
        .local()
        .send()
        .await;
    assert_eq!(reply.status.as_u16(), 201, "{reply}");
}
