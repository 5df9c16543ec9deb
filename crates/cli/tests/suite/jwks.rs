//! A client publishes its keys at an address of its own, which the process fetches over the network.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{Algorithm, SigningKey};

use crate::harness::{Answer, Dev};

/// Answers one request with this, and is gone.
fn publish(listener: TcpListener, document: String) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        while !lines.next().unwrap().unwrap().is_empty() {}
        let length = document.len();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/jwk-set+json";
        let answer = format!("{head}\r\nContent-Length: {length}\r\n\r\n{document}");
        stream.write_all(answer.as_bytes()).unwrap();
        first
    })
}

fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

fn ask(dev: &Dev, key: &SigningKey, jti: &str) -> Answer {
    let claims = json!({
        "iss": "signer", "sub": "signer", "aud": dev.said("issuer"), "jti": jti,
        "iat": now(), "exp": now() + 60,
    });
    let assertion = jwt::sign(key, Purpose::ClientAssertion, &claims).unwrap();
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let body = format!(
        "grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
    );
    dev.connect().form("/token", None, &body)
}

#[test]
fn a_client_proves_itself_with_keys_at_its_own_address() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let new = json!({
        "client_id": "signer",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": format!("http://127.0.0.1:{port}/keys"),
    });
    let admin = dev.said("admin_token");
    let made = dev.connect().post_json("/v1/clients", admin, &new).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);

    let key = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("a");
    let set = json!({ "keys": [key.public().to_jwk()] });
    let asked = publish(listener, set.to_string());
    let given = ask(&dev, &key, "one");
    assert_eq!(given.status, 200, "{}", given.body);
    assert_eq!(asked.join().unwrap(), "GET /keys HTTP/1.1");
    let again = ask(&dev, &key, "two");
    assert_eq!(again.status, 200, "{}", again.body);

    let stranger = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("b");
    let refused: Value = ask(&dev, &stranger, "three").json();
    assert_eq!(refused["error"], "invalid_client");
}

#[test]
fn a_client_whose_keys_cannot_be_fetched_comes_again_and_learns_nothing_of_why() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let new = json!({
        "client_id": "signer",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "http://192.168.0.1/keys",
    });
    let admin = dev.said("admin_token");
    let refused = dev.connect().post_json("/v1/clients", admin, &new).unwrap();
    assert_eq!(refused.status, 400, "{}", refused.body);
    let mut https = new.clone();
    https["jwks_uri"] = json!("https://192.168.0.1/keys");
    let made = dev
        .connect()
        .post_json("/v1/clients", admin, &https)
        .unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    let key = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("a");
    let refused = ask(&dev, &key, "one");
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(refused.json()["error"], "temporarily_unavailable");
    assert!(!refused.body.contains("192.168"), "{}", refused.body);
}
