//! What tokens and answers about them say (RFC 6749 §5.1, RFC 9068, RFC 7662).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::arrange::{Credentials, SCOPE};
use crate::authority::Authority;
use crate::exchange::Ask;

/// An authority, a resource with these settings, and a client.
fn arranged(settings: Value) -> (Authority, String, Credentials) {
    let authority = Authority::start();
    let audience = authority.resource("api", settings);
    let client = authority.secret_client(json!({}));
    (authority, audience, client)
}

/// Header and claims of a JWT.
fn read(token: &str) -> (Value, Value) {
    let part = |at: usize| {
        let text = token.split('.').nth(at).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    (part(0), part(1))
}

/// The names of an object's members, in order.
fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn a_token_answer_has_the_members_of_rfc_6749() {
    let (authority, audience, client) = arranged(json!({"token_lifetime": 120}));
    let mut answer = authority.grant(&client, &[("resource", &audience)]).json();
    let token = answer["access_token"].take();
    assert_eq!(token.as_str().unwrap().split('.').count(), 3);
    let rest = json!({
        "access_token": null,
        "token_type": "Bearer",
        "expires_in": 120,
        "scope": SCOPE,
    });
    assert_eq!(answer, rest);
}

#[test]
fn an_access_token_has_the_claims_of_rfc_9068() {
    let (authority, audience, client) = arranged(json!({"token_lifetime": 120}));
    let (header, claims) = read(&authority.token(&client, &[("resource", &audience)]));
    assert_eq!(names(&header), ["alg", "kid", "typ"]);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("ES256"), &json!("at+jwt"))
    );
    let members = [
        "aud",
        "client_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "lin",
        "scope",
        "status",
        "sub",
    ];
    assert_eq!(names(&claims), members);
    assert_eq!(claims["iss"], authority.issuer());
    assert_eq!(claims["sub"], client.0);
    assert_eq!(claims["client_id"], client.0);
    assert_eq!(claims["aud"], audience);
    assert_eq!(claims["scope"], SCOPE);
    let lives = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lives, 120);
}

#[test]
fn introspection_says_what_the_token_says() {
    for format in ["jwt", "opaque"] {
        let (authority, audience, client) = arranged(json!({"token_format": format}));
        let token = authority.token(&client, &[("resource", &audience)]);
        let mut seen = authority.introspect(&client, &token);
        let (exp, iat) = (seen["exp"].take(), seen["iat"].take());
        assert_eq!(exp.as_i64().unwrap() - iat.as_i64().unwrap(), 600);
        let rest = json!({
            "active": true,
            "token_type": "Bearer",
            "iss": authority.issuer(),
            "sub": client.0,
            "client_id": client.0,
            "aud": audience,
            "scope": SCOPE,
            "iat": null,
            "exp": null,
        });
        assert_eq!(seen, rest, "{format}");
    }
}

#[test]
fn without_a_scope_the_token_allows_all_that_the_client_may_have_there() {
    let (authority, audience, client) = arranged(json!({}));
    let granted = |client: &Credentials, scope: &str| {
        let params = [("resource", audience.as_str()), ("scope", scope)];
        authority.grant(client, &params).json()["scope"].take()
    };
    assert_eq!(granted(&client, ""), SCOPE);
    assert_eq!(granted(&client, "contract:read"), "contract:read");
    let less = authority.secret_client(json!({"scope": "contract:read elsewhere"}));
    assert_eq!(granted(&less, ""), "contract:read");
}

#[test]
fn a_resource_may_ask_for_typ_jwt_and_such_a_token_is_accepted_at_it_only() {
    let (authority, audience, client) = arranged(json!({"token_type": "JWT"}));
    let token = authority.token(&client, &[("resource", &audience)]);
    assert_eq!(read(&token).0["typ"], "JWT");
    let seen = authority.introspect(&authority.service(), &token);
    assert_eq!(
        (&seen["active"], &seen["aud"]),
        (&json!(true), &json!(audience))
    );

    let demo = authority.dev("resource_url");
    let demo = demo.strip_prefix(authority.issuer()).unwrap();
    for path in [demo, "/v1/clients"] {
        let reply = authority.ask(&Ask::get(path).bearer(&token));
        assert_eq!(reply.status, 401, "{path} {reply:?}");
    }
    let assertion = [
        ("grant_type", "client_credentials"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &token),
    ];
    let reply = authority.ask(&Ask::form("/token", &assertion));
    assert_eq!(reply.refusal(), (401, "invalid_client".to_owned()));
}

#[test]
fn a_revoked_token_is_dead_everywhere_and_only_its_client_may_revoke_it() {
    let authority = Authority::start();
    let service = authority.service();
    let stranger = authority.secret_client(json!({}));
    let token = authority.token(&service, &[]);
    let revoke = |client: &Credentials| {
        let ask = Ask::form("/revoke", &[("token", &token)]);
        authority.ask(&ask.basic((&client.0, &client.1)))
    };
    let demo = authority.dev("resource_url");
    let demo = Ask::get(demo.strip_prefix(authority.issuer()).unwrap()).bearer(&token);
    assert_eq!(authority.ask(&demo).status, 200);

    assert_eq!(
        revoke(&stranger).refusal(),
        (400, "unauthorized_client".to_owned())
    );
    assert_eq!(authority.ask(&demo).status, 200);

    let answers = [revoke(&service), revoke(&service)];
    assert!(
        answers.iter().all(|reply| reply.status == 200),
        "{answers:?}"
    );
    assert_eq!(
        authority.introspect(&service, &token),
        json!({"active": false})
    );
    assert_eq!(authority.ask(&demo).status, 401);
}
