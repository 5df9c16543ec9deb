//! A machine's clock that is set ahead and back under the running server: nothing dead lives again,
//! and tokens go on being issued; across a restart too.
//!
//! The server runs under libfaketime, which reads a file at each reading of the clock. Only the wall
//! clock jumps: the monotonic one does not on a real machine either.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use symbolon_jose::danger::unverified_claims;
use symbolon_jose::{Algorithm, SymmetricKey, symmetric};

use crate::harness::{Answer, Connection, ISSUER, Serve, Site};

const HOUR: i64 = 3600;

/// Where the clock is set, in seconds from the true time: an hour behind and ahead, and back; then so
/// far ahead that everything is swept, and back.
const JUMPS: [i64; 7] = [-HOUR, 0, HOUR, 0, -HOUR, 5 * HOUR, 0];

/// How often a node is asked that just lost its lease, has fallen behind, or waits for its clock to be
/// steady for ten seconds, until it has recovered.
const TRIES: usize = 10_000_000;

/// The audience of the tokens of each format.
const AUDIENCES: [(&str, &str); 2] = [
    ("jwt", "https://jwt.example"),
    ("opaque", "https://opaque.example"),
];

/// Where Debian puts the library, on any machine.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten();
    let mut paths = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = paths.find(|path| path.exists());
    found.expect("libfaketime is not installed; on Debian: apt-get install libfaketime")
}

/// A server whose clock is set by a file.
struct Stage<'s> {
    site: &'s Site,
    offset: PathBuf,
    serve: Serve,
    secret: String,
    /// How far ahead the server's time has ever been, in seconds.
    furthest: i64,
    /// Tokens that live, and those that must never again.
    alive: Vec<String>,
    dead: Vec<String>,
    /// Assertions that were used.
    spent: Vec<String>,
}

fn serve(site: &Site, offset: &Path) -> Serve {
    let library = library();
    site.serve_in(&[
        ("LD_PRELOAD", library.as_os_str()),
        ("FAKETIME_TIMESTAMP_FILE", offset.as_os_str()),
        ("FAKETIME_NO_CACHE", OsStr::new("1")),
        ("FAKETIME_DONT_FAKE_MONOTONIC", OsStr::new("1")),
    ])
}

impl<'s> Stage<'s> {
    fn new(site: &'s Site) -> Self {
        let offset = site.path().join("offset");
        fs::write(&offset, "+0").unwrap();
        let serve = serve(site, &offset);
        let said = |arguments: &[&str]| -> Value {
            let spoken = site.command(arguments);
            assert_eq!(spoken.code, 0, "{}", spoken.err);
            serde_json::from_str(&spoken.out).unwrap()
        };
        for (format, audience) in AUDIENCES {
            said(&["resource", "create", audience, "--token-format", format]);
        }
        let created = ["client", "create", "svc", "--grant", "client_credentials"];
        let made = said(&created);
        let auth = ["--auth", "client_secret_jwt"];
        let signer = said(&[&["client", "create", "signer"][..], &auth].concat());
        let secret = made["client_secret"].as_str().unwrap().to_owned();
        let mut stage = Self {
            site,
            offset,
            serve,
            secret,
            furthest: 0,
            alive: Vec::new(),
            dead: Vec::new(),
            spent: Vec::new(),
        };
        stage.spend(signer["client_secret"].as_str().unwrap());
        stage.live_and_let_die();
        stage
    }

    /// Asks until the node has recovered.
    fn ask(&self, path: &str, form: &str) -> Answer {
        let mut connection = Connection::to(&self.serve.address);
        let basic = Some(("svc", self.secret.as_str()));
        let basic = basic.filter(|_| !form.contains("client_assertion"));
        let mut answers = (0..TRIES).map(|_| connection.form(path, basic, form));
        let answered = answers.find(|answer| answer.status != 503);
        answered.expect("the server goes on after its clock was set")
    }

    fn token(&self, audience: &str) -> String {
        let form = format!("grant_type=client_credentials&resource={audience}");
        let answer = self.ask("/token", &form);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    fn is_active(&self, token: &str) -> bool {
        let answer = self.ask("/introspect", &format!("token={token}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["active"].as_bool().unwrap()
    }

    /// Of each format, one token that lives and one that is revoked.
    fn live_and_let_die(&mut self) {
        for (_, audience) in AUDIENCES {
            let (living, revoked) = (self.token(audience), self.token(audience));
            assert!(self.is_active(&living) && self.is_active(&revoked));
            let answer = self.ask("/revoke", &format!("token={revoked}"));
            assert_eq!(answer.status, 200, "{}", answer.body);
            self.alive.push(living);
            self.dead.push(revoked);
        }
    }

    fn by_assertion(&self, assertion: &str) -> Answer {
        let form = format!(
            "grant_type=client_credentials&resource={}&client_assertion={assertion}\
             &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            AUDIENCES[0].1
        );
        self.ask("/token", &form)
    }

    /// Uses an assertion that would be good for an hour almost.
    fn spend(&mut self, secret: &str) {
        let claims: Value = unverified_claims(&self.token(AUDIENCES[0].1)).unwrap();
        let key = SymmetricKey::new(Algorithm::Hs256, secret.as_bytes()).unwrap();
        let claims = json!({
            "iss": "signer",
            "sub": "signer",
            "aud": ISSUER,
            "jti": "used",
            "exp": claims["iat"].as_i64().unwrap() + HOUR - 60,
        });
        let assertion = symmetric::sign(&key, &claims).unwrap();
        let used = self.by_assertion(&assertion);
        assert_eq!(used.status, 200, "{}", used.body);
        self.spent.push(assertion);
    }

    /// Sets the clock: at once nothing is issued. What lived until then has expired if the hour is later
    /// than any before.
    fn jump(&mut self, seconds: i64) {
        let next = self.offset.with_extension("next");
        fs::write(&next, format!("{seconds:+}")).unwrap();
        fs::rename(&next, &self.offset).unwrap();
        if seconds > self.furthest {
            self.furthest = seconds;
            self.dead.append(&mut self.alive);
        }
        let mut connection = Connection::to(&self.serve.address);
        let refused = connection.form("/token", None, "grant_type=client_credentials");
        // With PostgreSQL its number is lost before, which is said first.
        assert_eq!(refused.status, 503, "{}", refused.body);
    }

    fn restart(self) -> Self {
        assert!(self.serve.process.stop().success());
        let serve = serve(self.site, &self.offset);
        Self { serve, ..self }
    }

    fn check(&self, when: &str) {
        for token in &self.dead {
            assert!(!self.is_active(token), "{when}: {token} lives again");
        }
        for token in &self.alive {
            assert!(self.is_active(token), "{when}: {token} died");
        }
        for assertion in &self.spent {
            let answer = self.by_assertion(assertion);
            assert_eq!(answer.status, 401, "{when}: {}", answer.body);
        }
    }
}

fn nothing_dead_lives_again(site: &Site) {
    let mut stage = Stage::new(site);
    stage.check("before");
    for seconds in JUMPS {
        stage.jump(seconds);
        stage.check(&format!("after a jump to {seconds:+}"));
        stage.live_and_let_die();
        stage = stage.restart();
        stage.check(&format!("after a restart at {seconds:+}"));
        stage.live_and_let_die();
    }
    stage.check("in the end");
    assert!(stage.serve.process.stop().success());
}

#[test]
fn on_sqlite_nothing_dead_lives_again_when_the_clock_jumps() {
    nothing_dead_lives_again(&Site::sqlite());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_nothing_dead_lives_again_when_the_clock_jumps() {
    let site = Site::postgres().await;
    tokio::task::spawn_blocking(move || nothing_dead_lives_again(&site))
        .await
        .unwrap();
}
