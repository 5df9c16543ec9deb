//! Parameters: absent, unknown, repeated (RFC 6749 §3.2, RFC 8707 §2).

use serde_json::json;

use crate::arrange::{SCOPE, pair};
use crate::authority::Authority;
use crate::exchange::{Ask, Reply};

/// The demo service asks with this body.
fn asked(authority: &Authority, path: &str, body: &str) -> Reply {
    authority.ask(&Ask::raw_form(path, body).basic(pair(&authority.service())))
}

#[test]
fn a_parameter_without_a_value_counts_as_absent() {
    let authority = Authority::start();
    let plain = asked(&authority, "/token", "grant_type=client_credentials");
    let body = "grant_type=client_credentials&scope=&resource=&client_id=&client_secret&\
                client_assertion=&audience=";
    let empty = asked(&authority, "/token", body);
    assert_eq!(empty.status, 200, "{empty:?}");
    assert_eq!(empty.json()["scope"], plain.json()["scope"]);
    let nothing = asked(&authority, "/token", "grant_type=");
    assert_eq!(nothing.refusal(), (400, "invalid_request".to_owned()));
}

#[test]
fn unknown_parameters_are_ignored_however_often_they_stand() {
    let authority = Authority::start();
    let body = "grant_type=client_credentials&audience=x&audience=y&state=1&%F0%9F%98%80=1";
    let reply = asked(&authority, "/token", body);
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[test]
fn repeated_parameters_are_refused() {
    let authority = Authority::start();
    let grant = "grant_type=client_credentials";
    for (path, body) in [
        ("/token", format!("{grant}&{grant}")),
        (
            "/token",
            format!("{grant}&scope=demo%3Aread&scope=demo%3Aread"),
        ),
        (
            "/token",
            format!("{grant}&client_id=demo-service&client_id=demo-service"),
        ),
        ("/introspect", "token=a&token=a".to_owned()),
        ("/revoke", "token=a&token=a".to_owned()),
    ] {
        let reply = asked(&authority, path, &body);
        assert_eq!(
            reply.refusal(),
            (400, "invalid_request".to_owned()),
            "{body}"
        );
    }
}

#[test]
fn resource_may_repeat() {
    let authority = Authority::start();
    let client = authority.secret_client(json!({}));
    let both = [
        authority.resource("one", json!({})),
        authority.resource("two", json!({})),
    ];
    let params = both.each_ref().map(|one| ("resource", one.as_str()));
    let reply = authority.grant(&client, &params);
    assert_eq!(reply.json()["scope"], SCOPE);
    let token = authority.token(&client, &params);
    assert_eq!(authority.introspect(&client, &token)["aud"], json!(both));
}

#[test]
fn the_query_is_no_place_for_parameters() {
    let authority = Authority::start();
    let (id, secret) = authority.service();
    let query =
        format!("/token?grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let reply = authority.ask(&Ask::raw_form(&query, ""));
    assert_eq!(reply.status, 400, "{reply:?}");
}
