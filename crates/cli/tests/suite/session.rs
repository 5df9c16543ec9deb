//! Sessions and grants by commands, after a person signed in to an application by HTTP.

use std::path::Path;

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{self, Answer, Connection, Dev, command};

/// RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A running `dev`, an application of the operator's own, and the demo person signed in to it.
fn arranged(dir: &Path) -> Dev {
    let dev = Dev::start(dir);
    let shop = [
        "client",
        "create",
        "--id",
        "shop",
        "--redirect",
        "https://shop.example/back",
        "--first-party",
        "--scope",
        "openid profile",
    ];
    harness::json(dir, &shop);
    for _ in 0..2 {
        sign_in(&dev);
    }
    dev
}

/// Signs in with a browser of its own, and comes back with a code.
fn sign_in(dev: &Dev) {
    let mut connection = dev.connect();
    let typed = |member| byte_serialize(dev.said(member).as_bytes()).collect::<String>();
    let page = connection.page("/sign-in/", "").unwrap();
    let browser = cookie(&page);
    let csrf = page.body.split_once("name=\"csrf\" value=\"").unwrap().1;
    let csrf = csrf.split('"').next().unwrap();
    let body = format!(
        "csrf={csrf}&identifier={}&password={}",
        typed("username"),
        typed("password")
    );
    let signed_in = connection.submit("/sign-in/", &browser, &body).unwrap();
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    let cookies = format!("{browser}; {}", cookie(&signed_in));
    ask_for_a_code(&mut connection, &cookies);
}

fn ask_for_a_code(connection: &mut Connection, cookies: &str) {
    let path = format!(
        "/authorize?client_id=shop&response_type=code&scope=openid+profile\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = connection.page(&path, cookies).unwrap();
    let back = answer.headers("location").next().unwrap();
    assert!(
        back.starts_with("https://shop.example/back?code="),
        "{back}"
    );
}

fn cookie(answer: &Answer) -> String {
    let set = answer.headers("set-cookie").next().unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn listed(dir: &Path, arguments: &[&str]) -> Vec<Value> {
    let listed = harness::json(dir, arguments);
    listed.as_array().unwrap().clone()
}

#[test]
fn sessions_are_listed_by_any_name_of_the_person_and_ended() {
    let dir = tempfile::tempdir().unwrap();
    let dev = arranged(dir.path());
    let username = dev.said("username");
    let sessions = listed(dir.path(), &["session", "list", username]);
    assert_eq!(sessions.len(), 2);
    let whose = sessions[0]["subject"].as_str().unwrap();
    assert_eq!(listed(dir.path(), &["session", "list", whose]), sessions);
    let id = sessions[0]["id"].as_str().unwrap();
    let shown = harness::json(dir.path(), &["session", "show", id]);
    assert_eq!(shown, sessions[0]);
    assert_eq!(shown["amr"], json!(["pwd"]));
    let dry = command(dir.path(), &["session", "end", id, "--dry-run"]);
    assert!(dry.err.contains("would end"), "{}", dry.err);
    let ended = command(dir.path(), &["session", "end", id]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let again = command(dir.path(), &["session", "end", id]);
    assert_eq!(again.code, 1, "{}", again.err);
    let left = listed(dir.path(), &["session", "list", username]);
    assert_eq!(left, sessions[1..]);
}

#[test]
fn a_person_is_signed_out_everywhere() {
    let dir = tempfile::tempdir().unwrap();
    let dev = arranged(dir.path());
    let username = dev.said("username").to_owned();
    // Without a server too: the command opens the installation itself.
    assert!(dev.process.stop().success());
    let end_all = ["session", "end-all", &username];
    let dry = command(dir.path(), &[&end_all[..], &["--dry-run"]].concat());
    assert!(dry.err.contains("2 sessions of"), "{}", dry.err);
    let ended = harness::json(dir.path(), &end_all);
    assert_eq!(ended["ended"], 2);
    let none = listed(dir.path(), &["session", "list", &username]);
    assert_eq!(none, Vec::<Value>::new());
    let again = command(dir.path(), &end_all);
    assert!(again.err.contains("no sessions of"), "{}", again.err);
}

#[test]
fn a_grant_is_listed_and_withdrawn() {
    let dir = tempfile::tempdir().unwrap();
    let dev = arranged(dir.path());
    let list = ["grant", "list", dev.said("username")];
    let grants = listed(dir.path(), &list);
    let said: Vec<_> = grants.iter().map(|one| &one["client_id"]).collect();
    assert_eq!(said, ["shop"]);
    assert_eq!(grants[0]["scope"], "openid profile");
    let id = grants[0]["id"].as_str().unwrap();
    let shown = harness::json(dir.path(), &["grant", "show", id]);
    assert_eq!(shown, grants[0]);
    let dry = command(dir.path(), &["grant", "withdraw", id, "--dry-run"]);
    let told = "would be withdrawn from shop (openid profile)";
    assert!(dry.err.contains(told), "{}", dry.err);
    let withdrawn = command(dir.path(), &["grant", "withdraw", id]);
    assert_eq!(withdrawn.code, 0, "{}", withdrawn.err);
    assert_eq!(listed(dir.path(), &list), Vec::<Value>::new());
    let journal = ["journal", "search", "--node", id];
    let told = command(dir.path(), &[&["-o", "table"][..], &journal].concat());
    assert!(
        told.out
            .contains("end grant (withdrawn, with its tokens)  by operator"),
        "{}",
        told.out
    );
}

#[test]
fn tables_show_what_people_look_for() {
    let dir = tempfile::tempdir().unwrap();
    let dev = arranged(dir.path());
    let username = dev.said("username");
    for (noun, heads) in [
        ("session", "ID SIGNED IN BY BEGAN LAST USED ENDS"),
        ("grant", "ID CLIENT_ID SCOPE ALLOWED WIDENED"),
    ] {
        let table = command(dir.path(), &["-o", "table", noun, "list", username]);
        let mut lines = table.out.lines();
        let head: Vec<_> = lines.next().unwrap().split_whitespace().collect();
        assert_eq!(head.join(" "), heads);
        let row = lines.next().unwrap();
        let times = if noun == "grant" { 2 } else { 4 };
        assert_eq!(row.matches(':').count(), 2 * times, "{row}");
    }
}

#[test]
fn the_beginning_of_a_name_is_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let username = dev.said("username");
    for typed in [&username[..2], "00000000009", ""] {
        for arguments in [
            ["session", "list"],
            ["session", "end-all"],
            ["grant", "list"],
        ] {
            let spoken = command(dir.path(), &[arguments[0], arguments[1], typed]);
            assert_eq!(spoken.code, 1, "{typed}: {}", spoken.err);
            assert!(spoken.err.contains("no person here"), "{}", spoken.err);
        }
    }
}
