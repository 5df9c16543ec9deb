//! The load of people who are signed in: codes, refreshes and thefts over a connection each, and what
//! of it was acknowledged before the process died.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{Answer, Connection, ISSUER, Running, Site};

const SECRET: &str = "a secret of the load";
const PASSWORD: &str = "velvet muskrat quarrel";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What the token endpoint gave.
#[derive(Clone)]
pub(super) struct Given {
    access: String,
    refresh: String,
}

/// Something that was acknowledged.
pub(super) enum Done {
    /// A code gave this.
    Redeemed(String, Given),
    /// It was posted and nobody answered: redeemed or not, but at most once.
    UnansweredCode(String),
    /// The newest of a family, whose turn nobody answered: turned or not, but at most once.
    UnansweredTurn(String),
    /// It was stolen, and the family ended.
    Dead(Given),
}

/// What survives every kill: the management token's work is done, a browser is signed in.
pub(super) struct People {
    cookies: String,
}

impl People {
    /// The client, the resource, the person, and a sign-in.
    pub(super) fn prepare(site: &Site) -> Self {
        let config = site.config();
        let mut process = Running::start(&["serve", "--config", config.to_str().unwrap()]);
        let line = process.wait_for("One-time link");
        let ready = process.wait_for("Symbolon serves ");
        let mut connection = Connection::to(ready.rsplit(' ').next().unwrap());
        let spent = connection.form(line.split_once(ISSUER).unwrap().1, None, "");
        let start = spent.body.find("sym_at_").unwrap();
        let admin = &spent.body[start..start + 45];
        for (path, new) in [
            (
                "/v1/resources",
                json!({"audience": "https://api.example", "is_default": true}),
            ),
            (
                "/v1/clients",
                json!({
                    "client_id": "app",
                    "client_secret": SECRET,
                    "grant_types": ["authorization_code", "refresh_token"],
                    "redirect_uris": ["https://app.example/back"],
                    "scope": "read offline_access",
                    "first_party": true,
                    "introspect_all": true,
                    "refresh_token_window": 600,
                }),
            ),
        ] {
            let made = connection.post_json(path, admin, &new).unwrap();
            assert_eq!(made.status, 201, "{}", made.body);
        }
        let cookies = sign_in(&mut connection, admin);
        drop(connection);
        assert!(process.stop().success());
        Self { cookies }
    }

    /// Loads a server until so much is acknowledged, and kills it.
    pub(super) fn until_killed(&self, site: &Site, acknowledgements: usize) -> Vec<Done> {
        let server = site.serve();
        let (sender, receiver) = channel();
        thread::scope(|scope| {
            let address = server.address.as_str();
            for work in [Self::codes, Self::turns, Self::thefts] {
                let sender = sender.clone();
                scope.spawn(move || {
                    // It ends when the process does.
                    let _killed = Connection::try_to(address)
                        .and_then(|mut connection| work(self, &mut connection, &sender));
                });
            }
            drop(sender);
            let mut done: Vec<_> = receiver.iter().take(acknowledgements).collect();
            server.process.kill();
            done.extend(receiver.iter());
            done
        })
    }

    fn codes(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        loop {
            let code = self.code(connection)?;
            match redeem(connection, &code) {
                Ok(answer) => {
                    let _gone = done.send(Done::Redeemed(code, given(&answer)));
                }
                Err(error) => {
                    let _gone = done.send(Done::UnansweredCode(code));
                    return Err(error);
                }
            }
        }
    }

    fn turns(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        let code = self.code(connection)?;
        let mut newest = given(&redeem(connection, &code)?).refresh;
        loop {
            match refresh(connection, &newest) {
                Ok(answer) => {
                    let next = given(&answer).refresh;
                    assert_eq!(generation(&next), generation(&newest) + 1);
                    newest = next;
                }
                Err(error) => {
                    let _gone = done.send(Done::UnansweredTurn(newest));
                    return Err(error);
                }
            }
        }
    }

    fn thefts(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        loop {
            let code = self.code(connection)?;
            let first = given(&redeem(connection, &code)?);
            let second = given(&refresh(connection, &first.refresh)?);
            let third = given(&refresh(connection, &second.refresh)?);
            let stolen = refresh(connection, &first.refresh)?;
            assert_eq!(stolen.status, 400, "{}", stolen.body);
            let _gone = done.send(Done::Dead(third));
        }
    }

    /// A code for the person who is signed in.
    fn code(&self, connection: &mut Connection) -> io::Result<String> {
        let path = format!(
            "/authorize?client_id=app&response_type=code&scope=read+offline_access\
             &code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let answer = connection.page(&path, &self.cookies)?;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let back = answer.headers("location").next().unwrap();
        let code = back.split_once("code=").unwrap().1;
        Ok(code.split('&').next().unwrap().to_owned())
    }

    /// Looks for everything in the next life of the server.
    pub(super) fn verify(site: &Site, done: &[Done]) {
        let server = site.serve();
        let mut connection = Connection::to(&server.address);
        for one in done {
            match one {
                Done::Redeemed(code, given) => {
                    assert!(active(&mut connection, &given.access), "a token is lost");
                    let again = redeem(&mut connection, code).unwrap();
                    assert_eq!(again.status, 400, "used twice: {}", again.body);
                    assert_dead(&mut connection, given);
                }
                Done::UnansweredCode(code) => {
                    let first = redeem(&mut connection, code).unwrap();
                    let second = redeem(&mut connection, code).unwrap();
                    assert_eq!(second.status, 400, "used twice: {}", second.body);
                    if first.status == 200 {
                        assert_dead(&mut connection, &given(&first));
                    }
                }
                Done::UnansweredTurn(newest) => {
                    let [one, other] = [0; 2].map(|_| refresh(&mut connection, newest).unwrap());
                    let (one, other) = (given(&one), given(&other));
                    assert_eq!(one.refresh, other.refresh, "two successors");
                    assert_eq!(generation(&one.refresh), generation(newest) + 1);
                    assert!(active(&mut connection, &one.access), "the family is lost");
                }
                Done::Dead(given) => assert_dead(&mut connection, given),
            }
        }
        drop(connection);
        assert!(server.process.stop().success());
    }
}

/// A person with a password signs in; the cookies of the browser.
fn sign_in(connection: &mut Connection, admin: &str) -> String {
    let new = json!({"kind": "person", "username": "ada"});
    let made = connection.post_json("/v1/subjects", admin, &new).unwrap();
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/subjects/{id}/password-link");
    let link = connection.post_json(&path, admin, &json!({})).unwrap();
    let url = link.json()["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(ISSUER).unwrap();
    let page = connection.page(path, "").unwrap();
    let browser = cookies(&page).next().unwrap().to_owned();
    let typed: String = byte_serialize(PASSWORD.as_bytes()).collect();
    let body = format!("csrf={}&password={typed}&repeat={typed}", csrf(&page));
    let set = connection.submit(path, &browser, &body).unwrap();
    assert_eq!(set.status, 303, "{}", set.body);
    let page = connection.page("/sign-in/", &browser).unwrap();
    let body = format!("csrf={}&identifier=ada&password={typed}", csrf(&page));
    let signed_in = connection.submit("/sign-in/", &browser, &body).unwrap();
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    let session = cookies(&signed_in).next().unwrap();
    format!("{browser}; {session}")
}

fn cookies(answer: &Answer) -> impl Iterator<Item = &str> {
    let set = answer.headers("set-cookie");
    set.map(|cookie| cookie.split(';').next().unwrap())
}

fn csrf(page: &Answer) -> &str {
    let start = page.body.split_once("name=\"csrf\" value=\"").unwrap().1;
    start.split('"').next().unwrap()
}

fn redeem(connection: &mut Connection, code: &str) -> io::Result<Answer> {
    let body = format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}");
    connection.try_form("/token", Some(("app", &SECRET.replace(' ', "+"))), &body)
}

fn refresh(connection: &mut Connection, token: &str) -> io::Result<Answer> {
    let body = format!("grant_type=refresh_token&refresh_token={token}");
    connection.try_form("/token", Some(("app", &SECRET.replace(' ', "+"))), &body)
}

fn given(answer: &Answer) -> Given {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let said = answer.json();
    let member = |name: &str| said[name].as_str().unwrap().to_owned();
    Given {
        access: member("access_token"),
        refresh: member("refresh_token"),
    }
}

/// Which turn of its family a refresh token is.
fn generation(token: &str) -> u32 {
    let body = token.strip_prefix("sym_rt_").unwrap();
    let body = &body[..body.len() - 6];
    let body = URL_SAFE_NO_PAD.decode(body).unwrap();
    u32::from_be_bytes(body[8..12].try_into().unwrap())
}

fn active(connection: &mut Connection, token: &str) -> bool {
    let body = format!("token={token}");
    let secret = SECRET.replace(' ', "+");
    let answer = connection.form("/introspect", Some(("app", &secret)), &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["active"] == Value::Bool(true)
}

fn assert_dead(connection: &mut Connection, given: &Given) {
    assert!(!active(connection, &given.access), "it lives again");
    assert!(!active(connection, &given.refresh), "it lives again");
    let refreshed = refresh(connection, &given.refresh).unwrap();
    assert_eq!(refreshed.status, 400, "it works again: {}", refreshed.body);
}
