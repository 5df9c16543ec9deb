//! How a client may prove itself (RFC 6749 §2.3).

use serde_json::{Value, json};

use crate::arrange::{Credentials, SECRET, merged, pair};
use crate::authority::Authority;
use crate::exchange::{Ask, Reply};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// An authority, and a client of it whose id and secret need form-encoding.
fn arranged(settings: Value) -> (Authority, Credentials) {
    let authority = Authority::start();
    let own = json!({"client_id": "svc:a/1+%", "client_secret": SECRET});
    let client = authority.secret_client(merged(own, settings));
    (authority, client)
}

fn ask(params: &[(&str, &str)]) -> Ask {
    Ask::form("/token", &[&[GRANT], params].concat())
}

fn by_post(client: &Credentials) -> Ask {
    ask(&[("client_id", &client.0), ("client_secret", &client.1)])
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.refusal(), (status, code.to_owned()), "{reply:?}");
}

#[test]
fn basic_credentials_are_form_decoded() {
    let (authority, client) = arranged(json!({}));
    let reply = authority.ask(&ask(&[]).basic(pair(&client)));
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[test]
fn a_secret_that_was_never_encoded_is_taken_as_it_stands() {
    let (authority, client) = arranged(json!({"client_id": "plain"}));
    let reply = authority.ask(&ask(&[]).raw_basic(pair(&client)));
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[test]
fn the_name_of_the_scheme_is_taken_in_any_case() {
    let (authority, client) = arranged(json!({"client_id": "plain"}));
    for scheme in ["basic", "BASIC"] {
        let credentials = Ask::credentials(pair(&client));
        let header = format!("{scheme} {credentials}");
        let reply = authority.ask(&ask(&[]).header("authorization", &header));
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

#[test]
fn client_id_may_stand_beside_basic_if_it_is_the_same() {
    let (authority, client) = arranged(json!({}));
    let named = |id| authority.ask(&ask(&[("client_id", id)]).basic(pair(&client)));
    assert_eq!(named(&client.0).status, 200);
    refused(&named("demo-service"), 400, "invalid_request");
}

#[test]
fn a_secret_may_come_by_basic_and_post_alike() {
    for method in ["client_secret_basic", "client_secret_post"] {
        let (authority, client) = arranged(json!({"token_endpoint_auth_method": method}));
        for ask in [ask(&[]).basic(pair(&client)), by_post(&client)] {
            let reply = authority.ask(&ask);
            assert_eq!(reply.status, 200, "{method} {reply:?}");
        }
    }
}

#[test]
fn a_strict_client_proves_itself_in_its_own_way_only() {
    let strict = |method| {
        let settings = json!({"token_endpoint_auth_method": method, "strict_auth_method": true});
        let (authority, client) = arranged(settings);
        [ask(&[]).basic(pair(&client)), by_post(&client)].map(|ask| authority.ask(&ask))
    };
    let [own, other] = strict("client_secret_basic");
    assert_eq!(own.status, 200, "{own:?}");
    refused(&other, 401, "invalid_client");
    let [other, own] = strict("client_secret_post");
    assert_eq!(own.status, 200, "{own:?}");
    refused(&other, 401, "invalid_client");
}

#[test]
fn two_proofs_at_once_are_refused() {
    let (authority, client) = arranged(json!({}));
    let reply = authority.ask(&by_post(&client).basic(pair(&client)));
    refused(&reply, 400, "invalid_request");
}

#[test]
fn a_client_that_signs_never_sends_its_secret() {
    let (authority, client) = arranged(json!({
        "client_secret": "of thirty-two printable characters",
        "token_endpoint_auth_method": "client_secret_jwt",
    }));
    for ask in [ask(&[]).basic(pair(&client)), by_post(&client)] {
        refused(&authority.ask(&ask), 401, "invalid_client");
    }
}

#[test]
fn who_fails_by_a_header_is_challenged_and_who_fails_by_post_is_not() {
    let (authority, client) = arranged(json!({}));
    let wrong = (client.0, "not the secret".to_owned());
    let by_header = authority.ask(&ask(&[]).basic(pair(&wrong)));
    refused(&by_header, 401, "invalid_client");
    let challenge = by_header.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Basic realm="), "{challenge}");

    let by_post = authority.ask(&by_post(&wrong));
    refused(&by_post, 401, "invalid_client");
    assert_eq!(by_post.header("www-authenticate"), None);
}

#[test]
fn an_unknown_client_is_told_the_same_as_one_with_a_wrong_secret() {
    let (authority, client) = arranged(json!({}));
    let wrong = (client.0, "not the secret".to_owned());
    let unknown = ("nobody".to_owned(), "not the secret".to_owned());
    let told = |client| authority.ask(&ask(&[]).basic(pair(client))).json();
    assert_eq!(told(&wrong), told(&unknown));
}
