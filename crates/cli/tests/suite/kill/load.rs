//! The load: tokens, revocations, clients and assertions over a connection each, and what of it was
//! acknowledged before the process died.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::harness::{Answer, Connection, ISSUER, Running, Site, run_with_input};

const SECRET: &str = "a secret of the load, long enough for HS256: 0123456789abcdefghij";

/// Something that was acknowledged.
pub(super) enum Done {
    Token(String),
    Revoked(String),
    Client(String),
    Assertion(String),
    /// It was asked for and nobody answered: done or not, but at most once.
    Unanswered(String),
}

pub(super) struct Load {
    admin: String,
    count: AtomicU64,
}

impl Load {
    /// The clients, the resource and the management token.
    pub(super) fn prepare(site: &Site) -> Self {
        let config = site.config();
        let config = config.to_str().unwrap();
        let mut process = Running::start(&["serve", "--config", config]);
        let line = process.wait_for("One-time link");
        let ready = process.wait_for("Symbolon serves ");
        let path = line.split_once(ISSUER).unwrap().1;
        let spent = Connection::to(ready.rsplit(' ').next().unwrap()).form(path, None, "");
        let start = spent.body.find("sym_at_").unwrap();
        let admin = spent.body[start..start + 45].to_owned();
        for (client, method) in [
            ("load", "client_secret_basic"),
            ("assert", "client_secret_jwt"),
        ] {
            let arguments = [
                "--config",
                config,
                "client",
                "create",
                client,
                "--auth",
                method,
                "--grant",
                "client_credentials",
                "--introspect-all",
                "--secret-file",
                "-",
            ];
            let made = run_with_input(&arguments, SECRET);
            assert_eq!(made.code, 0, "{}", made.err);
        }
        let made = site.command(&["resource", "create", "https://api.example", "--default"]);
        assert_eq!(made.code, 0, "{}", made.err);
        assert!(process.stop().success());
        Self {
            admin,
            count: AtomicU64::new(0),
        }
    }

    /// Loads a server until so much is acknowledged, and kills it.
    pub(super) fn until_killed(&self, site: &Site, acknowledgements: usize) -> Vec<Done> {
        let server = site.serve();
        let (sender, receiver) = channel();
        thread::scope(|scope| {
            let address = server.address.as_str();
            for work in [
                Self::tokens,
                Self::revocations,
                Self::clients,
                Self::assertions,
            ] {
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

    #[expect(clippy::unused_self, reason = "all kinds of work look alike")]
    fn tokens(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        loop {
            let _gone = done.send(Done::Token(token(connection)?));
        }
    }

    #[expect(clippy::unused_self, reason = "all kinds of work look alike")]
    fn revocations(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        loop {
            let token = token(connection)?;
            let body = format!("token={token}");
            let answer = connection.try_form("/revoke", Some(("load", SECRET)), &body)?;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let _gone = done.send(Done::Revoked(token));
        }
    }

    fn clients(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        loop {
            let name = format!("client-{}", self.next());
            let body = json!({ "client_id": name, "grant_types": ["client_credentials"] });
            let answer = connection.post_json("/v1/clients", &self.admin, &body)?;
            assert_eq!(answer.status, 201, "{}", answer.body);
            let _gone = done.send(Done::Client(name));
        }
    }

    fn assertions(&self, connection: &mut Connection, done: &Sender<Done>) -> io::Result<()> {
        loop {
            let assertion = assertion(self.next());
            match present(connection, &assertion) {
                Ok(answer) => {
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    let _gone = done.send(Done::Assertion(assertion));
                }
                Err(error) => {
                    let _gone = done.send(Done::Unanswered(assertion));
                    return Err(error);
                }
            }
        }
    }

    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Looks for everything in the next life of the server.
    pub(super) fn verify(&self, site: &Site, done: &[Done]) {
        let server = site.serve();
        let mut connection = Connection::to(&server.address);
        for one in done {
            match one {
                Done::Token(token) => assert!(active(&mut connection, token), "a token is lost"),
                Done::Revoked(token) => assert!(!active(&mut connection, token), "it lives again"),
                Done::Client(name) => {
                    let path = format!("/v1/clients/{name}");
                    let found = connection.bearer(&path, &self.admin);
                    assert_eq!(found.status, 200, "{name} is lost: {}", found.body);
                }
                Done::Assertion(assertion) => {
                    let again = present(&mut connection, assertion).unwrap();
                    assert_eq!(again.status, 401, "used twice: {}", again.body);
                }
                Done::Unanswered(assertion) => {
                    let _first = present(&mut connection, assertion).unwrap();
                    let second = present(&mut connection, assertion).unwrap();
                    assert_eq!(second.status, 401, "used twice: {}", second.body);
                }
            }
        }
        drop(connection);
        assert!(server.process.stop().success());
    }
}

fn token(connection: &mut Connection) -> io::Result<String> {
    let body = "grant_type=client_credentials";
    let answer = connection.try_form("/token", Some(("load", SECRET)), body)?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Ok(answer.json()["access_token"].as_str().unwrap().to_owned())
}

fn active(connection: &mut Connection, token: &str) -> bool {
    let body = format!("token={token}");
    let answer = connection.form("/introspect", Some(("load", SECRET)), &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["active"] == Value::Bool(true)
}

fn present(connection: &mut Connection, assertion: &str) -> io::Result<Answer> {
    let body = format!(
        "grant_type=client_credentials&client_assertion={assertion}&client_assertion_type=\
         urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    );
    connection.try_form("/token", None, &body)
}

/// RFC 7523 §2.2, with HS256.
fn assertion(number: u64) -> String {
    #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let claims = json!({
        "iss": "assert", "sub": "assert", "aud": ISSUER, "iat": now, "exp": now + 120,
        "jti": format!("{number}-{}", std::process::id()),
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(&claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}
