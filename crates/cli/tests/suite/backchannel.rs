//! A client is told of a sign-out by the process itself, over the network.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{self, Answer, Dev, command};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// How long the news may take before the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_mins(1);

fn cookie(answer: &Answer) -> String {
    let set = answer.headers("set-cookie").next().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// The demo person signs in to `shop`; the ID token.
fn sign_in(dev: &Dev) -> String {
    let mut connection = dev.connect();
    let typed = |member| byte_serialize(dev.said(member).as_bytes()).collect::<String>();
    let page = connection.page("/sign-in/", "").unwrap();
    let browser = cookie(&page);
    let csrf = page.body.split_once("name=\"csrf\" value=\"").unwrap().1;
    let csrf = csrf.split('"').next().unwrap();
    let (name, password) = (typed("username"), typed("password"));
    let body = format!("csrf={csrf}&identifier={name}&password={password}");
    let signed_in = connection.submit("/sign-in/", &browser, &body).unwrap();
    let cookies = format!("{browser}; {}", cookie(&signed_in));
    let path = format!(
        "/authorize?client_id=shop&response_type=code&scope=openid\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = connection.page(&path, &cookies).unwrap();
    let back = answer.headers("location").next().unwrap();
    let code = back.split_once("code=").unwrap().1.split('&').next();
    let body = format!(
        "grant_type=authorization_code&code={}&code_verifier={VERIFIER}",
        code.unwrap()
    );
    let given = connection.form("/token", Some(("shop", "shop-secret")), &body);
    assert_eq!(given.status, 200, "{}", given.body);
    given.json()["id_token"].as_str().unwrap().to_owned()
}

/// The application `shop`, which wants to be told at this port.
fn register(dev: &Dev, port: u16) {
    let new = json!({
        "client_id": "shop",
        "client_secret": "shop-secret",
        "grant_types": ["authorization_code"],
        "redirect_uris": ["https://shop.example/back"],
        "first_party": true,
        "backchannel_logout_uri": format!("http://127.0.0.1:{port}/out"),
    });
    let admin = dev.said("admin_token");
    let made = dev.connect().post_json("/v1/clients", admin, &new).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
}

fn end(dev: &Dev, dir: &Path) {
    let sessions = harness::json(dir, &["session", "list", dev.said("username")]);
    let id = sessions[0]["id"].as_str().unwrap();
    let ended = command(dir, &["session", "end", id]);
    assert_eq!(ended.code, 0, "{}", ended.err);
}

/// Waits for one request, and says that all is well.
fn take(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    while !text.contains("logout_token=") || !is_whole(&text) {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "{text}");
        text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
    }
    let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(answer).unwrap();
    text
}

fn is_whole(text: &str) -> bool {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head.split_once("content-length: ").unwrap().1;
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    body.len() == length
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn an_app_on_loopback_is_told_by_dev_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    register(&dev, listener.local_addr().unwrap().port());
    let id = claims(&sign_in(&dev));
    end(&dev, dir.path());
    let request = take(&listener);
    assert!(request.starts_with("POST /out HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("user-agent: symbolon\r\n"), "{request}");
    let told = claims(request.split_once("logout_token=").unwrap().1);
    for (member, value) in [
        ("iss", &id["iss"]),
        ("sub", &id["sub"]),
        ("sid", &id["sid"]),
    ] {
        assert_eq!(&told[member], value, "{told}");
    }
    assert_eq!(told["aud"], "shop");
}

#[test]
fn news_that_a_stopped_server_left_is_told_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    register(&dev, listener.local_addr().unwrap().port());
    let id = claims(&sign_in(&dev));
    let username = dev.said("username").to_owned();
    assert!(dev.process.stop().success());
    let ended = command(dir.path(), &["session", "end-all", &username]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let _dev = Dev::start(dir.path());
    let request = take(&listener);
    let told = claims(request.split_once("logout_token=").unwrap().1);
    assert_eq!(told["sid"], id["sid"]);
}
