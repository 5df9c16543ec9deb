//! A person's password by commands, beside an application that the person signed in to with it.

use std::path::Path;

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{self, Answer, Dev, command};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const SHOP: (&str, &str) = ("shop", "shop-secret");

/// What the application was given, and the browser in which that happened.
struct SignedIn {
    cookies: String,
    access: String,
}

/// A running `dev` with the operator's own application `shop`.
fn arranged(dir: &Path) -> Dev {
    let dev = Dev::start(dir);
    let new = json!({
        "client_id": SHOP.0,
        "client_secret": SHOP.1,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://shop.example/back"],
        "first_party": true,
    });
    let admin = dev.said("admin_token");
    let made = dev.connect().post_json("/v1/clients", admin, &new).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    dev
}

fn cookie(answer: &Answer) -> String {
    let set = answer.headers("set-cookie").next().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// The cookies of a new browser in which the demo person signed in, if it may.
fn enter(dev: &Dev) -> Option<String> {
    let mut connection = dev.connect();
    let typed = |member| byte_serialize(dev.said(member).as_bytes()).collect::<String>();
    let page = connection.page("/sign-in/", "").unwrap();
    let browser = cookie(&page);
    let csrf = page.body.split_once("name=\"csrf\" value=\"").unwrap().1;
    let csrf = csrf.split('"').next().unwrap();
    let (name, password) = (typed("username"), typed("password"));
    let body = format!("csrf={csrf}&identifier={name}&password={password}");
    let answer = connection.submit("/sign-in/", &browser, &body).unwrap();
    (answer.status == 303).then(|| format!("{browser}; {}", cookie(&answer)))
}

/// Where the browser with these cookies is sent when it comes from the application.
fn sent_to(dev: &Dev, cookies: &str) -> String {
    let path = format!(
        "/authorize?client_id=shop&response_type=code&scope=openid\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = dev.connect().page(&path, cookies).unwrap();
    answer.headers("location").next().unwrap().to_owned()
}

fn sign_in(dev: &Dev) -> SignedIn {
    let cookies = enter(dev).unwrap();
    let back = sent_to(dev, &cookies);
    let code = back.split_once("?code=").unwrap().1.split('&').next();
    let code = code.unwrap();
    let body = format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}");
    let given = dev.connect().form("/token", Some(SHOP), &body);
    assert_eq!(given.status, 200, "{}", given.body);
    let access = given.json()["access_token"].as_str().unwrap().to_owned();
    SignedIn { cookies, access }
}

/// Whether the person can sign in, the session goes on, and its token is accepted: all or nothing.
fn works(dev: &Dev, signed_in: &SignedIn) -> bool {
    let body = format!("token={}", signed_in.access);
    let told = dev.connect().form("/introspect", Some(SHOP), &body).json();
    let userinfo = dev.connect().bearer("/userinfo", &signed_in.access);
    let goes_on = sent_to(dev, &signed_in.cookies).starts_with("https://shop.example/back?code=");
    let all = [
        enter(dev).is_some(),
        goes_on,
        told["active"] == Value::Bool(true),
        userinfo.status == 200,
    ];
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    all[0]
}

#[test]
fn a_password_is_disabled_enabled_and_ended_with_what_descends_from_it() {
    let dir = tempfile::tempdir().unwrap();
    let dev = arranged(dir.path());
    let signed_in = sign_in(&dev);
    let username = dev.said("username");
    let run = |verb: &str, more: &[&str]| {
        let arguments = ["subject", "password", verb, username];
        command(dir.path(), &[&arguments[..], more].concat())
    };
    let shown = || harness::json(dir.path(), &["subject", "password", "show", username]);
    let first = shown();
    assert_eq!(first["state"], "live");
    let members: Vec<_> = first.as_object().unwrap().keys().collect();
    assert_eq!(members, ["created_at", "id", "state", "subject"]);
    assert!(works(&dev, &signed_in));

    let disabled = run("disable", &[]);
    assert_eq!(disabled.code, 0, "{}", disabled.err);
    assert!(disabled.err.contains("is disabled"), "{}", disabled.err);
    assert_eq!(shown()["state"], "disabled");
    assert!(!works(&dev, &signed_in));

    let id = first["subject"].as_str().unwrap();
    let enabled = command(dir.path(), &["subject", "password", "enable", id]);
    assert_eq!(enabled.code, 0, "{}", enabled.err);
    assert_eq!(shown(), first);
    assert!(works(&dev, &signed_in));

    let dry = run("end", &["--dry-run"]);
    assert!(dry.err.contains("would end"), "{}", dry.err);
    assert!(works(&dev, &signed_in));
    let ended = run("end", &[]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.err.contains("password-link"), "{}", ended.err);
    assert!(!works(&dev, &signed_in));
    assert_eq!(shown(), json!({"subject": id, "state": "none"}));
    for (verb, more) in [
        ("end", &[][..]),
        ("end", &["--dry-run"]),
        ("enable", &[]),
        ("disable", &[]),
    ] {
        let again = run(verb, more);
        assert_eq!(again.code, 1, "{verb}: {}", again.err);
        assert!(again.err.contains("has no password"), "{}", again.err);
    }
}

#[test]
fn a_password_is_disabled_without_a_server_too() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let username = dev.said("username").to_owned();
    assert!(dev.process.stop().success());
    let disable = ["subject", "password", "disable", &username];
    let disabled = command(dir.path(), &disable);
    assert_eq!(disabled.code, 0, "{}", disabled.err);
    let journal = ["-o", "table", "journal", "search"];
    let told = command(dir.path(), &journal).out;
    assert!(
        told.contains("disable password (nobody signs in with it for now)  by operator"),
        "{told}"
    );
}
